"""Minutes of candles, asked for and given."""

from streaming.events import Interval
from streaming.events.intervals import open_time_at
from streaming.market.parameters import HistoryQuery
from streaming.market.sources.answers import KlineRow
from tests.market.candles.rows import candle_row

MINUTE = 60_000
NOW = 1_700_000_000_000


def query(*, start: int | None = None, end: int | None = None, limit: int = 500) -> HistoryQuery:
    """Return a query."""
    return HistoryQuery(symbol="BTCUSDT", interval=Interval.MINUTE_1, start=start, end=end, limit=limit)


def minute_query(*, start: int | None = None, end: int | None = None, limit: int = 500) -> HistoryQuery:
    """Return a query for minutes, counted from the one that is open at `NOW` (0; the one before it is -1)."""
    first, last = (None if one is None else opens(one) for one in (start, end))
    return query(start=first, end=last, limit=limit)


def opens(minute: int) -> int:
    """Return when a minute opens, counted from the one that is open at `NOW`."""
    return open_time_at(Interval.MINUTE_1, NOW) + minute * MINUTE


def minute_row(minute: int, *, close: str = "97000.10") -> KlineRow:
    """Return the candle of a minute."""
    return candle_row(opens(minute), close=close)
