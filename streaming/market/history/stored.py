"""What the tables hold for an answer, and what would still belong to it."""

from concurrent.futures import ThreadPoolExecutor

import msgspec

from streaming.market import selectors
from streaming.market.candle_ranges import CandleRange, missing_in_range, ranges_without
from streaming.market.candles.gaps import known_gaps
from streaming.market.combined.configured_symbols import is_combined
from streaming.market.errors import InvalidParametersError
from streaming.market.history import plan
from streaming.market.history.candle_query import NO_CANDLES, CandleQuery, exchange_of
from streaming.market.parameters import HistoryQuery
from streaming.market.sources.answers import KlineRow
from streaming.market.stored_candles import stored_candles

DATABASE_THREAD = ThreadPoolExecutor(max_workers=1, thread_name_prefix="history")
"""Where history asks the database: what many share may outlive the request that asked first, and its thread; and a
thousand candles keep nobody's command out of the thread that those are done in."""

Rows = tuple[KlineRow, ...]
"""Candles of one symbol and interval, oldest first."""


class Found(msgspec.Struct, frozen=True):
    """What is stored for an answer, and what would still belong to it."""

    rows: Rows
    missing: list[CandleRange]


def check_series(query: HistoryQuery) -> None:
    """Raise `InvalidParametersError` where the symbol isn't listed, or has no such candles, and none is stored."""
    if not is_combined(query.symbol) and (fault := selectors.symbol_fault(query.symbol)) is not None:
        raise InvalidParametersError({"symbol": fault})
    fault = selectors.candles_fault(query.symbol, query.interval)
    if fault is not None and not _is_any_stored(query):
        raise InvalidParametersError({"interval": fault})


def _is_any_stored(query: HistoryQuery) -> bool:
    source = exchange_of(query.symbol).source
    return bool(stored_candles(source=source, symbol=query.symbol, interval=query.interval, limit=1))


def found_for(candle_query: CandleQuery) -> Found:
    """Return what is stored for the answer to a query; what the exchange is known not to have isn't missing."""
    query, within = candle_query.parameters, candle_query.within
    if within == NO_CANDLES:
        return Found((), [])
    source, symbol, interval, limit = candle_query.exchange.source, query.symbol, query.interval, query.limit
    rows = stored_candles(
        source=source,
        symbol=symbol,
        interval=interval,
        start=within.start,
        end=within.end,
        limit=limit,
        newest=candle_query.newest,
    )
    if not candle_query.exchange.can_be_asked:
        return Found(rows, [])
    needed = plan.needed(within, rows, limit=limit, newest=candle_query.newest)
    missing = missing_in_range(interval, needed, [row.open_time for row in rows])
    gaps = known_gaps(source=source, symbol=symbol, interval=interval, within=needed) if missing else []
    return Found(rows, ranges_without(interval, missing, gaps))
