"""The data objects that `/ws/trading` writes in its own way; the others are those of market_data.py."""

from collections.abc import Mapping

from streaming.events import Candle, Depth, Event, Ticker, Trade
from streaming.gateway.dialects.market_data import Data, Writer, levels
from streaming.numbers import json_number
from streaming.times import WriteTime


def _candle(event: Candle, time: WriteTime) -> Data:
    return {
        "symbol": event.symbol,
        "interval": event.interval.value,
        "startTime": time(event.open_time),
        "endTime": time(event.close_time),
        "open": json_number(event.open),
        "high": json_number(event.high),
        "low": json_number(event.low),
        "close": json_number(event.close),
        "volume": json_number(event.volume),
        "closed": event.is_final,
        "trades": event.trades,
    }


def _ticker(event: Ticker, _: WriteTime) -> Data:
    return {
        "symbol": event.symbol,
        "price": json_number(event.price),
        "priceChange": json_number(event.change),
        "priceChangePercent": json_number(event.change_percent),
        "high": json_number(event.high),
        "low": json_number(event.low),
        "volume": json_number(event.volume),
        "quoteVolume": json_number(event.quote_volume),
    }


def trading_trade_data(symbol: str, trade: Trade, time: WriteTime) -> Data:
    """Return the data of one trade, without marks: they are those of the event in which it came."""
    return {
        "symbol": symbol,
        "price": json_number(trade.price),
        "quantity": json_number(trade.quantity),
        "side": trade.side.value,
        "tradeId": trade.trade_id,
        "time": time(trade.time),
    }


def _depth(event: Depth, time: WriteTime) -> Data:
    return {
        "symbol": event.symbol,
        "bids": levels(event.bids),
        "asks": levels(event.asks),
        "time": time(event.time),
    }


TRADING_WRITERS: Mapping[type[Event], Writer] = {Candle: _candle, Ticker: _ticker, Depth: _depth}
