"""Rows of REST answers, with the fields and the order of Binance's documentation."""

from collections.abc import Callable

from streaming.simulator.candles.candles import Candle
from streaming.simulator.market.aggregates import AggregateTrade
from streaming.simulator.market.instruments import Instrument
from streaming.simulator.market.market import SymbolMarket
from streaming.simulator.market.matching import Trade
from streaming.simulator.market.ticker import Statistics
from streaming.simulator.rest.parameters import TickerType
from streaming.simulator.streams import wire

_MINI = (
    "symbol", "openPrice", "highPrice", "lowPrice", "lastPrice", "volume", "quoteVolume", "openTime", "closeTime",
    "firstId", "lastId", "count",
)  # fmt: skip


def of_type(kind: TickerType) -> Callable[[dict[str, object]], dict[str, object]]:
    """Return what makes the row of a ticker that is asked for of its full one."""
    return _mini if kind is TickerType.MINI else lambda row: row


def _mini(row: dict[str, object]) -> dict[str, object]:
    return {name: row[name] for name in _MINI}


def day_row(symbol: SymbolMarket, scale: int) -> dict[str, object]:
    """Return the 24 hours of a symbol: the ticker stream's frame under REST's names."""
    day = symbol.day()
    frame = wire.ticker_frame(symbol.instrument, day, symbol.book, day.close_time, scale)
    return {
        "symbol": frame.symbol,
        "priceChange": frame.change,
        "priceChangePercent": frame.change_percent,
        "weightedAvgPrice": frame.average,
        "prevClosePrice": frame.previous_close,
        "lastPrice": frame.close,
        "lastQty": frame.last_quantity,
        "bidPrice": frame.bid,
        "bidQty": frame.bid_quantity,
        "askPrice": frame.ask,
        "askQty": frame.ask_quantity,
        "openPrice": frame.open,
        "highPrice": frame.high,
        "lowPrice": frame.low,
        "volume": frame.volume,
        "quoteVolume": frame.quote_volume,
        "openTime": frame.open_time,
        "closeTime": frame.close_time,
        "firstId": frame.first_trade_id,
        "lastId": frame.last_trade_id,
        "count": frame.trades,
    }


def window_row(symbol: SymbolMarket, statistics: Statistics, scale: int) -> dict[str, object]:
    """Return what a window held: the frame of the stream of rolling windows under REST's names."""
    frame = wire.rolling_ticker_frame(symbol.instrument, "", statistics, statistics.close_time, scale)
    return {
        "symbol": frame.symbol,
        "priceChange": frame.change,
        "priceChangePercent": frame.change_percent,
        "weightedAvgPrice": frame.average,
        "openPrice": frame.open,
        "highPrice": frame.high,
        "lowPrice": frame.low,
        "lastPrice": frame.close,
        "volume": frame.volume,
        "quoteVolume": frame.quote_volume,
        "openTime": frame.open_time,
        "closeTime": frame.close_time,
        "firstId": frame.first_trade_id,
        "lastId": frame.last_trade_id,
        "count": frame.trades,
    }


def trading_day_row(symbol: SymbolMarket, offset: int, scale: int) -> dict[str, object]:
    """Return the day that runs in a time zone, `offset` ms east of UTC; it closes when it ends."""
    day = symbol.trading_day(offset)
    return {**window_row(symbol, day, scale), "closeTime": (day.close_time + 1) * scale - 1}


def price_row(symbol: SymbolMarket) -> dict[str, object]:
    """Return the last price of a symbol."""
    price = symbol.instrument.price_text(symbol.candles.last_close)
    return {"symbol": symbol.instrument.symbol, "price": price}


def book_row(symbol: SymbolMarket) -> dict[str, object]:
    """Return the top of a symbol's book."""
    frame = wire.book_ticker_frame(symbol.instrument, symbol.book)
    return {
        "symbol": frame.symbol,
        "bidPrice": frame.bid,
        "bidQty": frame.bid_quantity,
        "askPrice": frame.ask,
        "askQty": frame.ask_quantity,
    }


def kline_row(instrument: Instrument, candle: Candle, ends: int, scale: int) -> list[object]:
    """Return a candle as the row of twelve that `klines` has; at `ends` the next one opens."""
    return [
        candle.open_time * scale,
        instrument.price_text(candle.open),
        instrument.price_text(candle.high),
        instrument.price_text(candle.low),
        instrument.price_text(candle.close),
        instrument.quantity_text(candle.volume),
        ends * scale - 1,
        instrument.quote_text(candle.quote_volume),
        candle.trades,
        instrument.quantity_text(candle.taker_volume),
        instrument.quote_text(candle.taker_quote_volume),
        "0",
    ]


def trade_row(instrument: Instrument, trade: Trade, scale: int) -> dict[str, object]:
    """Return a trade."""
    return {
        "id": trade.trade_id,
        "price": instrument.price_text(trade.price),
        "qty": instrument.quantity_text(trade.quantity),
        "quoteQty": instrument.quote_text(trade.amount),
        "time": trade.time * scale,
        "isBuyerMaker": trade.buyer_is_maker,
        "isBestMatch": True,
    }


def aggregate_row(instrument: Instrument, trade: AggregateTrade, scale: int) -> dict[str, object]:
    """Return an aggregate trade."""
    return {
        "a": trade.aggregate_id,
        "p": instrument.price_text(trade.price),
        "q": instrument.quantity_text(trade.quantity),
        "f": trade.first_trade_id,
        "l": trade.last_trade_id,
        "T": trade.time * scale,
        "m": trade.buyer_is_maker,
        "M": True,
    }
