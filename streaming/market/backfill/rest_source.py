"""Candles by REST, page by page: within the budget of weight, patient where the exchange asks for it."""

from collections.abc import Awaitable, Callable

import msgspec

from streaming.configuration.setting_fields import setting
from streaming.events import Interval
from streaming.market.backfill.errors import BackfillStoppedError
from streaming.market.candle_ranges import CandleRange
from streaming.market.sources.answers import KlineRow
from streaming.market.sources.errors import (
    ExchangeBusyError,
    ExchangeError,
    ExchangeRefusedError,
    ParseError,
    QuestionRefusedError,
)
from streaming.market.sources.source import ROWS_AT_ONCE, SourceRest

Pause = Callable[[float], Awaitable[None]]
Note = Callable[[str], None]


class NoCandlesError(Exception):
    """The exchange's REST has no candles of this symbol; the message says why."""


class RestPatience(msgspec.Struct, frozen=True, kw_only=True):
    """How often a page is asked for, the first wait after a failure (it doubles), the longest wait, in seconds."""

    attempts: int = setting("BACKFILL_ATTEMPTS")
    retry: float = setting("BACKFILL_RETRY_SECONDS")
    longest_wait: float = setting("BACKFILL_LONGEST_WAIT_SECONDS")


class RestCandles:
    """The candles of one series; `pause` waits, `note` tells people why."""

    def __init__(
        self, rest: SourceRest, *, symbol: str, interval: Interval, limits: RestPatience, pause: Pause, note: Note
    ) -> None:
        self._rest = rest
        self._symbol = symbol
        self._interval = interval
        self._limits = limits
        self._pause = pause
        self._note = note

    async def page(self, candles: CandleRange) -> tuple[KlineRow, ...]:
        """Return the first candles of a range, as many as come at once; none where the exchange said twice so.

        Raise `NoCandlesError` where it refuses to give any of this symbol, `BackfillStoppedError` where it doesn't
        answer, again and again, or wants us to keep away for too long.
        """
        start, end = candles.start, candles.end
        return await self._get(start, end, ROWS_AT_ONCE) or await self._get(start, end, ROWS_AT_ONCE)

    async def first_open_time(self) -> int | None:
        """Return when the first candle opens that the exchange has; None where it has none."""
        rows = await self._get(0, None, 1)
        return rows[0].open_time if rows else None

    async def has_none(self, candles: CandleRange) -> bool:
        """Return whether the exchange says that it has no candle of a range."""
        return not await self._get(candles.start, candles.end, 1)

    async def _get(self, start: int, end: int | None, limit: int) -> tuple[KlineRow, ...]:
        failures = 0
        while True:
            try:
                return await self._rest.candles(self._symbol, self._interval, start=start, end=end, limit=limit)
            except ExchangeBusyError as error:
                await self._wait(error.retry_after)
            except ExchangeRefusedError as error:
                raise _refusal(error) from error
            except (ExchangeError, ParseError) as error:
                failures += 1
                if failures == self._limits.attempts:
                    raise BackfillStoppedError(f"The exchange does not answer: {error}") from error
                await self._pause(self._limits.retry * 2 ** (failures - 1))

    async def _wait(self, seconds: float) -> None:
        if seconds > self._limits.longest_wait:
            raise BackfillStoppedError(f"The exchange wants us to keep away for {seconds:.0f} s.")
        self._note(f"waiting {seconds:.0f} s for the exchange's limit")
        await self._pause(seconds)


def _refusal(error: ExchangeRefusedError) -> Exception:
    """Return what a refusal means: this symbol has no candles, or nothing can be had at all."""
    if isinstance(error, QuestionRefusedError):
        return NoCandlesError(error.message)
    return BackfillStoppedError(f"The exchange refuses us: HTTP {error.status}.")
