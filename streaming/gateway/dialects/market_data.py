"""The data objects of market events, field by field: those of `/ws`, which the other dialects write with their times.

Times named `timestamp` are in the dialect's format, but for a price's, which is in ms since the epoch everywhere, like
a candle's `time`. The source and the other marks are added in event_data.py.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from streaming.events import Candle, Depth, Event, Level, Overview, Price, Signal, Ticker, Trade
from streaming.numbers import json_number
from streaming.times import WriteTime

Data = dict[str, Any]
Writer = Callable[[Any, WriteTime], Data]
TradeWriter = Callable[[str, Trade, WriteTime], Data]


def levels(side: Sequence[Level]) -> list[list[Any]]:
    """Return one side of an order book as pairs of price and quantity."""
    return [[json_number(level.price), json_number(level.quantity)] for level in side]


def _price(event: Price, _: WriteTime) -> Data:
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


def _ticker(event: Ticker, time: WriteTime) -> Data:
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
        "timestamp": time(event.time),
    }


def _candle(event: Candle, time: WriteTime) -> Data:
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
        "timestamp": time(event.time),
    }


def trade_data(symbol: str, trade: Trade, time: WriteTime) -> Data:
    """Return the data of one trade, without marks: they are those of the event in which it came."""
    return {
        "symbol": symbol,
        "price": json_number(trade.price),
        "quantity": json_number(trade.quantity),
        "side": trade.side.value,
        "tradeId": trade.trade_id,
        "timestamp": time(trade.time),
    }


def _depth(event: Depth, time: WriteTime) -> Data:
    return {
        "symbol": event.symbol,
        "bids": levels(event.bids),
        "asks": levels(event.asks),
        "timestamp": time(event.time),
    }


def _signal(event: Signal, time: WriteTime) -> Data:
    return {
        "symbol": event.symbol,
        "action": event.action.value,
        "confidence": json_number(event.confidence),
        "model": event.model,
        "horizon": event.horizon,
        "price": json_number(event.price),
        "timestamp": time(event.time),
    }


def _overview(event: Overview, time: WriteTime) -> Data:
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
        "timestamp": time(event.time),
    }


WRITERS: Mapping[type[Event], Writer] = {
    Price: _price,
    Ticker: _ticker,
    Candle: _candle,
    Depth: _depth,
    Signal: _signal,
    Overview: _overview,
}
