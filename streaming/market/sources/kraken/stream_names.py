"""The names of Kraken's streams: `<symbol>@<channel>`, candles with their minutes (`BTC/USD@ohlc-1`).

Symbols are the exchange's own, in topics too: `price:BTC/USD`. Several topics may share a stream. Pure.
"""

from collections.abc import Sequence

from streaming.events import Interval
from streaming.market.sources.errors import ParseError
from streaming.market.sources.kraken.intervals import interval_of, minutes_of
from streaming.market.sources.kraken.requests import Channel, Subscription
from streaming.market.sources.source import StreamUpdateFrequency
from streaming.topics.topic import MarketKind, Topic

DEPTH = 10
"""Levels of a side: those that a checksum proves, and those that are told."""

_CHANNELS = {
    MarketKind.PRICE.value: Channel.TICKER,
    MarketKind.TICKER.value: Channel.TICKER,
    MarketKind.TRADE.value: Channel.TRADE,
    MarketKind.DEPTH.value: Channel.BOOK,
}


def stream_name(symbol: str, channel: Channel) -> str:
    """Return the name of a symbol's stream that isn't of candles.

    >>> stream_name("BTC/USD", Channel.BOOK)
    'BTC/USD@book'
    """
    return f"{symbol}@{channel.value}"


def candles_name(symbol: str, interval: Interval) -> str:
    """Return the name of the stream of a symbol's candles; raise `KeyError` for an interval that there is none of."""
    return f"{stream_name(symbol, Channel.OHLC)}-{minutes_of(interval)}"


def stream_of(topic: Topic) -> str:
    """Return the name of the stream that serves `topic`; raise `KeyError` where none does."""
    if topic.levels:
        raise KeyError(topic.key)
    if topic.kind == MarketKind.CANDLE and topic.interval is not None:
        return candles_name(topic.symbol, topic.interval)
    return stream_name(topic.symbol, _CHANNELS[topic.kind])


def topics_of(stream: str) -> tuple[Topic, ...]:
    """Return the topics that a stream serves; none where it is not one of ours."""
    symbol, channel, interval = _split(stream)
    if channel is Channel.OHLC:
        return () if interval is None else (Topic(MarketKind.CANDLE, symbol, interval),)
    return tuple(Topic(kind, symbol) for kind, of_kind in _CHANNELS.items() if of_kind is channel)


def batch_of(stream: str) -> str:
    """Return the part of a stream's name by which streams are asked for together: its channel, and its interval."""
    return stream.rpartition("@")[2]


def subscription_of(streams: Sequence[str]) -> Subscription:
    """Return what is asked for, for streams of one batch; trades without those of before, which are old."""
    symbols = tuple(stream.rpartition("@")[0] for stream in streams)
    _, channel, interval = _split(streams[0])
    if channel is None:
        raise ValueError(f"no stream of Kraken: {streams[0]}")
    return Subscription(
        channel=channel,
        symbols=symbols,
        depth=DEPTH if channel is Channel.BOOK else None,
        interval=interval,
        event_trigger="bbo" if channel is Channel.TICKER else None,
        has_snapshot=channel is not Channel.TRADE,
    )


def update_frequency_of(stream: str) -> StreamUpdateFrequency:
    """Return how often a stream speaks: the best prices of a liquid symbol change all the time, trades may pause.

    A ticker and a book begin with what there is.
    """
    symbol, channel, _ = _split(stream)
    is_ticker = channel is Channel.TICKER
    return StreamUpdateFrequency(
        symbol=symbol,
        is_every_second=is_ticker,
        is_judged=is_ticker,
        begins_at_once=channel in {Channel.TICKER, Channel.BOOK},
    )


def _split(stream: str) -> tuple[str, Channel | None, Interval | None]:
    symbol, _, told = stream.rpartition("@")
    name, _, minutes = told.partition("-")
    try:
        return symbol, Channel(name), interval_of(int(minutes)) if minutes else None
    except (ValueError, ParseError):  # of another exchange
        return symbol, None, None
