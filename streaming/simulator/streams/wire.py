"""What happened in the market, as the frames that the exchange sends, and their JSON.

Each function returns a payload for msgspec's JSON encoder. `scale` is 1 where times are in milliseconds and 1000 where
the connection asked for microseconds.
"""

from collections.abc import Iterable

import msgspec

from streaming.simulator.candles.candles import Candle, next_open_time
from streaming.simulator.market.aggregates import AggregateTrade
from streaming.simulator.market.instruments import Instrument
from streaming.simulator.market.matching import Trade
from streaming.simulator.market.order_book import OrderBook
from streaming.simulator.market.ticker import Statistics
from streaming.simulator.streams.frames import (
    AggregateTradeFrame,
    BookTickerFrame,
    DepthFrame,
    KlineBar,
    KlineFrame,
    MiniTickerFrame,
    RollingTickerFrame,
    Rows,
    TickerFrame,
    TradeFrame,
)

_json = msgspec.json.Encoder()


def encode(payload: object) -> bytes:
    """Return the JSON of a payload."""
    return _json.encode(payload)


def wrapped(stream: str, payload: bytes) -> bytes:
    """Return an encoded payload in the envelope of combined streams."""
    return b'{"stream":%b,"data":%b}' % (encode(stream), payload)


def trade_frame(instrument: Instrument, trade: Trade, now: int, scale: int) -> TradeFrame:
    """Return the frame of a trade."""
    return TradeFrame(
        event_time=now * scale,
        symbol=instrument.symbol,
        trade_id=trade.trade_id,
        price=instrument.price_text(trade.price),
        quantity=instrument.quantity_text(trade.quantity),
        trade_time=trade.time * scale,
        buyer_is_maker=trade.buyer_is_maker,
    )


def aggregate_trade_frame(instrument: Instrument, trade: AggregateTrade, now: int, scale: int) -> AggregateTradeFrame:
    """Return the frame of an aggregate trade."""
    return AggregateTradeFrame(
        event_time=now * scale,
        symbol=instrument.symbol,
        aggregate_id=trade.aggregate_id,
        price=instrument.price_text(trade.price),
        quantity=instrument.quantity_text(trade.quantity),
        first_trade_id=trade.first_trade_id,
        last_trade_id=trade.last_trade_id,
        trade_time=trade.time * scale,
        buyer_is_maker=trade.buyer_is_maker,
    )


def kline_frame(
    instrument: Instrument, interval: str, candle: Candle, now: int, scale: int, *, closed: bool, offset: int = 0
) -> KlineFrame:
    """Return the frame of a candle; without trades its ids are -1. `offset` is that of its time zone, in ms."""
    bar = KlineBar(
        open_time=candle.open_time * scale,
        close_time=next_open_time(interval, candle.open_time, offset) * scale - 1,
        symbol=instrument.symbol,
        interval=interval,
        first_trade_id=candle.first_trade_id if candle.trades else -1,
        last_trade_id=candle.last_trade_id if candle.trades else -1,
        open=instrument.price_text(candle.open),
        close=instrument.price_text(candle.close),
        high=instrument.price_text(candle.high),
        low=instrument.price_text(candle.low),
        volume=instrument.quantity_text(candle.volume),
        trades=candle.trades,
        closed=closed,
        quote_volume=instrument.quote_text(candle.quote_volume),
        taker_volume=instrument.quantity_text(candle.taker_volume),
        taker_quote_volume=instrument.quote_text(candle.taker_quote_volume),
    )
    return KlineFrame(event_time=now * scale, symbol=instrument.symbol, bar=bar)


def mini_ticker_frame(instrument: Instrument, day: Statistics, now: int, scale: int) -> MiniTickerFrame:
    """Return the short form of the 24 hours."""
    candle = day.candle
    return MiniTickerFrame(
        event_time=now * scale,
        symbol=instrument.symbol,
        close=instrument.price_text(day.last_price),
        open=instrument.price_text(candle.open),
        high=instrument.price_text(candle.high),
        low=instrument.price_text(candle.low),
        volume=instrument.quantity_text(candle.volume),
        quote_volume=instrument.quote_text(candle.quote_volume),
    )


def ticker_frame(instrument: Instrument, day: Statistics, book: OrderBook, now: int, scale: int) -> TickerFrame:
    """Return the long form of the 24 hours, with the top of the book."""
    candle = day.candle
    top = book_ticker_frame(instrument, book)
    return TickerFrame(
        event_time=now * scale,
        symbol=instrument.symbol,
        change=instrument.price_text(day.change),
        change_percent=day.change_percent_text,
        average=instrument.average_text(candle.quote_volume, candle.volume),
        previous_close=instrument.price_text(day.previous_close),
        close=instrument.price_text(day.last_price),
        last_quantity=instrument.quantity_text(day.last_quantity),
        bid=top.bid,
        bid_quantity=top.bid_quantity,
        ask=top.ask,
        ask_quantity=top.ask_quantity,
        open=instrument.price_text(candle.open),
        high=instrument.price_text(candle.high),
        low=instrument.price_text(candle.low),
        volume=instrument.quantity_text(candle.volume),
        quote_volume=instrument.quote_text(candle.quote_volume),
        open_time=day.open_time * scale,
        close_time=day.close_time * scale,
        first_trade_id=candle.first_trade_id,
        last_trade_id=candle.last_trade_id,
        trades=candle.trades,
    )


def rolling_ticker_frame(
    instrument: Instrument, window: str, statistics: Statistics, now: int, scale: int
) -> RollingTickerFrame:
    """Return what a rolling window held; without trades its ids are -1."""
    candle = statistics.candle
    return RollingTickerFrame(
        event=f"{window}Ticker",
        event_time=now * scale,
        symbol=instrument.symbol,
        change=instrument.price_text(statistics.change),
        change_percent=statistics.change_percent_text,
        open=instrument.price_text(candle.open),
        high=instrument.price_text(candle.high),
        low=instrument.price_text(candle.low),
        close=instrument.price_text(statistics.last_price),
        average=instrument.average_text(candle.quote_volume, candle.volume),
        volume=instrument.quantity_text(candle.volume),
        quote_volume=instrument.quote_text(candle.quote_volume),
        open_time=statistics.open_time * scale,
        close_time=statistics.close_time * scale,
        first_trade_id=candle.first_trade_id if candle.trades else -1,
        last_trade_id=candle.last_trade_id if candle.trades else -1,
        trades=candle.trades,
    )


def book_ticker_frame(instrument: Instrument, book: OrderBook) -> BookTickerFrame:
    """Return the top of the book; an empty side is all zeros."""
    bid, ask = book.bids.best, book.asks.best
    return BookTickerFrame(
        update_id=book.update_id,
        symbol=instrument.symbol,
        bid=instrument.price_text(bid.price if bid else 0),
        bid_quantity=instrument.quantity_text(bid.quantity if bid else 0),
        ask=instrument.price_text(ask.price if ask else 0),
        ask_quantity=instrument.quantity_text(ask.quantity if ask else 0),
    )


def depth_frame(instrument: Instrument, book: OrderBook, limit: int) -> DepthFrame:
    """Return the best `limit` levels of each side."""
    bids, asks = book.depth(limit)
    return DepthFrame(
        last_update_id=book.update_id, bids=level_rows(instrument, bids), asks=level_rows(instrument, asks)
    )


def level_rows(instrument: Instrument, levels: Iterable[tuple[int, int]]) -> Rows:
    """Return (price, quantity) pairs as text."""
    return [(instrument.price_text(price), instrument.quantity_text(quantity)) for price, quantity in levels]
