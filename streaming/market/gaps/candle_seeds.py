"""What was traded in a running candle before it was listened to, asked of an exchange that sends no candles.

Closed candles of shorter intervals reach up to some full minute, and trades from there on, by their ids, so that those
that come live follow without a hole. Where the candles lag behind the trades there is no seed yet.
"""

from collections.abc import Sequence

from streaming.events import Interval
from streaming.events.intervals import open_time_at
from streaming.market.sources.answers import CandleSeed, KlineRow, RestTrade
from streaming.market.sources.errors import ExchangeUnavailableError
from streaming.market.sources.source import ROWS_AT_ONCE, SourceRest

_SHORTER = (Interval.HOUR_1, Interval.MINUTE_5, Interval.MINUTE_1)
_SETTLED_MS = 5_000
"""How long after its end a candle of REST counts."""
_MOST_PAGES = 30


async def candle_seed(rest: SourceRest, symbol: str, interval: Interval, *, as_of: int) -> CandleSeed:
    """Return what was traded in the candle that is open at `as_of` (ms, by the exchange's clock).

    Raise what a `SourceRest` raises, and `ExchangeUnavailableError` where its answers don't fit together yet.
    """
    opens = open_time_at(interval, as_of)
    until = max(opens, open_time_at(Interval.MINUTE_1, as_of - _SETTLED_MS))
    rows = await _closed_rows(rest, symbol, opens, until)
    trades = await _trades_since(rest, symbol, until)
    before = [trade for trade in trades if opens <= trade.time < until]
    if before and not _ends_with(rows, before[-1]):
        raise ExchangeUnavailableError("the exchange's candles lag behind its trades")
    return CandleSeed(as_of=as_of, until=until, rows=tuple(rows), trades=tuple(trades))


async def _closed_rows(rest: SourceRest, symbol: str, opens: int, until: int) -> list[KlineRow]:
    """Return closed candles from `opens` to `until`, the longest that fit."""
    rows: list[KlineRow] = []
    for interval in _SHORTER:
        end = open_time_at(interval, until)
        if opens < end:
            rows += await rest.candles(symbol, interval, start=opens, end=end - 1, limit=ROWS_AT_ONCE)
            opens = end
    return rows


async def _trades_since(rest: SourceRest, symbol: str, time: int) -> list[RestTrade]:
    """Return all trades since a time, oldest first, after at least one that is older, if there is one."""
    trades = list(await rest.newest_trades(symbol))
    for _ in range(_MOST_PAGES):
        if not trades or trades[0].time < time:
            break
        page = await rest.trades_from(symbol, max(1, trades[0].trade_id - ROWS_AT_ONCE))
        older = [trade for trade in page if trade.trade_id < trades[0].trade_id]
        if not older:
            break
        trades = older + trades
    else:
        raise ExchangeUnavailableError(f"more than {_MOST_PAGES} pages of trades within a minute")
    _require_all(trades, time)
    return trades


def _require_all(trades: Sequence[RestTrade], time: int) -> None:
    if not trades:
        return
    is_all_there_is = trades[0].time < time or trades[0].trade_id <= 1
    if not is_all_there_is or trades[-1].trade_id - trades[0].trade_id + 1 != len(trades):
        raise ExchangeUnavailableError("the exchange left out trades")


def _ends_with(rows: Sequence[KlineRow], trade: RestTrade) -> bool:
    """Return whether the last candle holds the last trade."""
    return bool(rows) and rows[-1].close_time >= trade.time and rows[-1].close == trade.price
