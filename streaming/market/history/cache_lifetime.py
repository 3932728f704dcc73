"""For how long an answer may be given again. Pure."""

from collections.abc import Sequence

from streaming.market.history.candle_query import CLOCKS_APART_SECONDS
from streaming.market.parameters import HistoryQuery
from streaming.market.sources.answers import KlineRow

_LONGEST_SECONDS = 60.0
_CLOSED_SECONDS = 600.0
_MINUTE_SECONDS = 60.0


def lifetime_seconds(query: HistoryQuery, rows: Sequence[KlineRow], *, now_ms: int, least: float) -> float:
    """Return how long an answer that was fetched at `now_ms` may be given again.

    `least` is for candles of a minute and less; longer ones live in proportion, up to a minute.
    """
    if not rows:
        return least
    newest = rows[-1]
    open_for = (newest.close_time + 1 - now_ms) / 1000
    if open_for <= 0:
        return _CLOSED_SECONDS if open_for <= -CLOCKS_APART_SECONDS and _is_complete(query, rows) else least
    candle_seconds = (newest.close_time + 1 - newest.open_time) / 1000
    lifetime = min(_LONGEST_SECONDS, max(least, least * candle_seconds / _MINUTE_SECONDS))
    return min(lifetime, open_for)


def _is_complete(query: HistoryQuery, rows: Sequence[KlineRow]) -> bool:
    """Return whether no later candle can belong to the answer."""
    is_full = query.start is not None and len(rows) == query.limit
    return is_full or (query.end is not None and query.end <= rows[-1].close_time)
