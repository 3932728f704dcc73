"""What reads backtests and their results."""

from collections.abc import Sequence

import msgspec

from streaming.commands.access import Reader
from streaming.database.conditions import where_given
from streaming.events import Interval
from streaming.market.candle_ranges import last_candle_range
from streaming.market.models import Candle
from streaming.market.own_source import own_source
from streaming.market.stored_candles import missing_ranges
from trading.backtests.errors import BacktestConflictError, BacktestNotFoundError
from trading.backtests.parameters import BacktestQuery
from trading.models import Backtest, BacktestKind, BacktestResult

MOST_GAPS = 100
_SEARCHED_CANDLES = 50_000
"""So many of the newest are searched for gaps: a million would take seconds."""


class BacktestPage(msgspec.Struct, frozen=True, kw_only=True):
    """Some of the backtests that were found, and how many there are in all."""

    items: Sequence[Backtest]
    total: int


class StoredGap(msgspec.Struct, frozen=True, kw_only=True):
    """Candles that aren't stored: when the first and the last of them would open, in ms."""

    start: int
    end: int


class StoredData(msgspec.Struct, frozen=True, kw_only=True):
    """What is stored of a series: from when to when candles open (None: none), how many, and what is missing."""

    start: int | None
    end: int | None
    candles: int
    gaps: Sequence[StoredGap]


def backtest_reached(*, reader: Reader, backtest_id: str) -> Backtest:
    """Return the backtest; raise `BacktestNotFoundError` where there is none for that reader."""
    rows = Backtest.objects.select_related("owner")
    row = (rows if reader.reaches_all else rows.filter(owner_id=reader.user_id)).filter(pk=backtest_id).first()
    if row is None:
        raise BacktestNotFoundError
    return row


def backtests_page(*, owner_id: int, query: BacktestQuery) -> BacktestPage:
    """Return a user's backtests that fit, newest first."""
    given = where_given(
        symbol=query.symbol_name, strategy=query.strategy, live_strategy_id=query.strategy_id, state=query.state
    )
    found = Backtest.objects.filter(given, owner_id=owner_id)
    return BacktestPage(items=list(found[query.offset : query.offset + query.limit]), total=found.count())


def result_data(backtest: Backtest) -> bytes:
    """Return the packed result; raise `BacktestConflictError` where there is none (yet)."""
    data = BacktestResult.objects.filter(pk=backtest.pk).values_list("data", flat=True).first()
    if data is None:
        raise BacktestConflictError(f"The backtest has no result; it is {backtest.state}")
    return bytes(data)


def run_result_data(backtest: Backtest) -> bytes:
    """Return the packed result of a single run; raise `BacktestConflictError` for a sweep, too."""
    if backtest.kind != BacktestKind.RUN:
        raise BacktestConflictError("A sweep has no trades of its own; run its best parameters as a backtest")
    return result_data(backtest)


def stored_data(*, symbol: str, interval: Interval) -> StoredData:
    """Return what is stored of a series, with the oldest `MOST_GAPS` gaps among the newest candles."""
    source = own_source()
    rows = Candle.objects.filter(source=source.value, symbol=symbol, interval=interval.value).order_by("open_time")
    first = rows.values_list("open_time", flat=True).first()
    last = rows.values_list("open_time", flat=True).last()
    if first is None or last is None:
        return StoredData(start=None, end=None, candles=0, gaps=())
    since = max(first, last_candle_range(interval, last, _SEARCHED_CANDLES).start)
    gaps = missing_ranges(source=source, symbol=symbol, interval=interval, start=since, end=last, known_gaps_too=True)
    return StoredData(
        start=first,
        end=last,
        candles=rows.count(),
        gaps=[StoredGap(start=gap.start, end=gap.end) for gap in gaps[:MOST_GAPS]],
    )
