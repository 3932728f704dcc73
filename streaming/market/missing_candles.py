"""Candles that are needed and that aren't stored: fetched as a backfill, from the archive and by REST."""

from collections.abc import Callable

from streaming.clock import Clock
from streaming.events import Interval, Source
from streaming.market.backfill.backfill import candles_backfill
from streaming.market.backfill.errors import BackfillError
from streaming.market.backfill.plan import CandleOrigin
from streaming.market.backfill.report import SeriesReport
from streaming.market.backfill.request import BackfillRequest
from streaming.market.candle_ranges import CandleRange
from streaming.market.errors import CandlesUnavailableError

Fetched = Callable[[int, int], None]
"""Told how many of how many missing candles have had their turn."""


class _Listener:
    def __init__(self, fetched: Fetched) -> None:
        self._fetched = fetched

    def progress(self, report: SeriesReport) -> None:
        self._fetched(report.done, report.wanted)

    def note(self, report: SeriesReport, text: str) -> None:
        pass  # what was out of the ordinary shows in the gaps that the result tells


async def missing_candles_fetch(
    *, source: Source, symbol: str, interval: Interval, candles: CandleRange, fetched: Fetched, clock: Clock
) -> None:
    """Fetch and store what is missing of a range; what the exchange doesn't have stays missing.

    Raise `CandlesUnavailableError` where the exchange has none of it, or doesn't answer. Cancelled, what was stored by
    then stays.
    """
    request = BackfillRequest(
        source=source, symbols=(symbol,), candles={interval: candles}, origin=CandleOrigin.AUTO, verify=False
    )
    try:
        await candles_backfill(request, _Listener(fetched), clock=clock)
    except BackfillError as error:
        raise CandlesUnavailableError(str(error)) from error
