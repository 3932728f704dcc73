"""The data objects of market events as `/ws` writes them, field by field.

Times named `timestamp` are ISO 8601, but for a price's, which is in ms since the epoch, like a candle's `time`.
`source` is always there; `simulated`, `stale` and `repaired` only where they are true.
"""

from collections.abc import Callable, Sequence
from typing import Any

from streaming.events import Candle, Depth, Event, Level, MarketEvent, Overview, Price, Signal, Ticker, Trade, Trades
from streaming.gateway.dialects.times import iso_time
from streaming.numbers import json_number

Data = dict[str, Any]


def data_of(event: Event) -> list[tuple[str, Data]]:
    """Return the frames' types and data objects that tell `event`: one each, but for trades, which come one by one."""
    if isinstance(event, Trades):
        return [("trade", _with_marks(_trade(event.symbol, trade), event)) for trade in event.trades]
    name, write = _WRITERS[type(event)]
    return [(name, _with_marks(write(event), event))]


def _with_marks(data: Data, event: MarketEvent) -> Data:
    data["source"] = event.source.value
    for mark, applies in (("simulated", event.simulated), ("stale", event.stale), ("repaired", event.repaired)):
        if applies:
            data[mark] = True
    return data


def _price(event: Price) -> Data:
    return {
        "symbol": event.symbol,
        "price": json_number(event.price),
        "change24h": json_number(event.change),
        "changePercent24h": json_number(event.change_percent),
        "high24h": json_number(event.high),
        "low24h": json_number(event.low),
        "volume24h": json_number(event.volume),
        "timestamp": event.time,
    }


def _ticker(event: Ticker) -> Data:
    return {
        "symbol": event.symbol,
        "price": json_number(event.price),
        "bid": json_number(event.bid),
        "ask": json_number(event.ask),
        "volume": json_number(event.volume),
        "change": json_number(event.change),
        "changePercent": json_number(event.change_percent),
        "high": json_number(event.high),
        "low": json_number(event.low),
        "open": json_number(event.open),
        "previousClose": json_number(event.previous_close),
        "timestamp": iso_time(event.time),
    }


def _candle(event: Candle) -> Data:
    return {
        "symbol": event.symbol,
        "interval": event.interval.value,
        "time": event.open_time,
        "open": json_number(event.open),
        "high": json_number(event.high),
        "low": json_number(event.low),
        "close": json_number(event.close),
        "volume": json_number(event.volume),
        "isFinal": event.is_final,
        "timestamp": iso_time(event.time),
    }


def _trade(symbol: str, trade: Trade) -> Data:
    return {
        "symbol": symbol,
        "price": json_number(trade.price),
        "quantity": json_number(trade.quantity),
        "side": trade.side.value,
        "tradeId": trade.trade_id,
        "timestamp": iso_time(trade.time),
    }


def _levels(levels: Sequence[Level]) -> list[list[Any]]:
    return [[json_number(level.price), json_number(level.quantity)] for level in levels]


def _depth(event: Depth) -> Data:
    return {
        "symbol": event.symbol,
        "bids": _levels(event.bids),
        "asks": _levels(event.asks),
        "timestamp": iso_time(event.time),
    }


def _signal(event: Signal) -> Data:
    return {
        "symbol": event.symbol,
        "action": event.action.value,
        "confidence": json_number(event.confidence),
        "model": event.model,
        "horizon": event.horizon,
        "price": json_number(event.price),
        "timestamp": iso_time(event.time),
    }


def _overview(event: Overview) -> Data:
    rows = [
        {
            "symbol": row.symbol,
            "price": json_number(row.price),
            "changePercent24h": json_number(row.change_percent),
            "volume24h": json_number(row.volume),
        }
        for row in event.rows
    ]
    return {
        "symbols": rows,
        "gainers": event.gainers,
        "losers": event.losers,
        "volumes": event.volumes,
        "timestamp": iso_time(event.time),
    }


_WRITERS: dict[type[MarketEvent], tuple[str, Callable[[Any], Data]]] = {
    Price: ("price", _price),
    Ticker: ("ticker", _ticker),
    Candle: ("kline", _candle),
    Depth: ("depth", _depth),
    Signal: ("signal", _signal),
    Overview: ("overview", _overview),
}
