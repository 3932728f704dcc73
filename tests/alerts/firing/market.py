"""Events of the market, with a value where a rule looks at it."""

from decimal import Decimal

from streaming.events import Candle, Interval, Price, Source, Ticker
from streaming.events.intervals import close_time_of
from streaming.topics.topic import MarketKind, Topic

Number = Decimal | int | str
_ONE = Decimal(1)


def price_topic(symbol: str) -> Topic:
    """Return the topic of a symbol's price."""
    return Topic(MarketKind.PRICE, symbol)


def ticker_topic(symbol: str) -> Topic:
    """Return the topic of a symbol's ticker."""
    return Topic(MarketKind.TICKER, symbol)


def candle_topic(symbol: str, interval: Interval = Interval.MINUTE_1) -> Topic:
    """Return the topic of a symbol's candles."""
    return Topic(MarketKind.CANDLE, symbol, interval)


def price(symbol: str, value: Number, time: int, *, source: Source = Source.BINANCE, stale: bool = False) -> Price:
    """Return a price."""
    return Price(
        symbol=symbol,
        source=source,
        stale=stale,
        time=time,
        price=Decimal(value),
        change=_ONE,
        change_percent=_ONE,
        high=_ONE,
        low=_ONE,
        volume=_ONE,
    )


def ticker(symbol: str, value: Number, time: int) -> Ticker:
    """Return a ticker whose price has the value."""
    return Ticker(
        symbol=symbol,
        source=Source.BINANCE,
        time=time,
        price=Decimal(value),
        bid=_ONE,
        ask=_ONE,
        open=_ONE,
        high=_ONE,
        low=_ONE,
        previous_close=_ONE,
        change=_ONE,
        change_percent=_ONE,
        volume=_ONE,
        quote_volume=_ONE,
    )


def candle(
    symbol: str,
    close: Number,
    open_time: int,
    *,
    interval: Interval = Interval.MINUTE_1,
    time: int | None = None,
    is_final: bool = False,
    repaired: bool = False,
) -> Candle:
    """Return a candle; of one that has closed the time is its last."""
    close_time = close_time_of(interval, open_time)
    return Candle(
        symbol=symbol,
        source=Source.BINANCE,
        repaired=repaired,
        time=close_time if time is None else time,
        interval=interval,
        open_time=open_time,
        close_time=close_time,
        open=Decimal(close),
        high=Decimal(close),
        low=Decimal(close),
        close=Decimal(close),
        volume=_ONE,
        quote_volume=_ONE,
        trades=1,
        is_final=is_final,
    )
