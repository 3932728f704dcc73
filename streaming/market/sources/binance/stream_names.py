"""The exchange's streams that serve our topics, and the topics that a stream serves.

Several topics may share one stream: `price` and `ticker` are both made from `<symbol>@ticker`. Pure.
"""

import msgspec

from streaming.events import Interval
from streaming.market.sources.source import StreamUpdateFrequency
from streaming.topics.topic import DEEP_LEVELS, MarketKind, Topic

OVERVIEW_STREAM = "!miniTicker@arr"
_TICKER, _TRADE, _DEPTH, _KLINE = "ticker", "trade", "depth10@100ms", "kline_"
_CHANGES = "depth@100ms"
_ROLLING_TICKER = "ticker_"
_EVERY_SECOND = frozenset({"ticker", "miniTicker", "avgPrice", "kline_1s"})


class UnservedTopicError(ValueError):
    """No stream of the exchange serves the topic."""

    def __init__(self, topic: Topic) -> None:
        super().__init__(f"no stream of the exchange serves {topic.key}")
        self.topic = topic


class StreamName(msgspec.Struct, frozen=True):
    """A stream's name in its parts; `symbol` in upper case, as the exchange writes it everywhere else."""

    symbol: str
    feed: str


def stream_of(topic: Topic) -> str:
    """Return the name of the stream that serves `topic`; raise `UnservedTopicError` where none does.

    Symbols are lower case in names of streams, and may hold letters beyond ASCII.
    """
    if topic.kind == MarketKind.OVERVIEW:
        return OVERVIEW_STREAM
    return f"{topic.symbol.lower()}@{_feed_of(topic)}"


def _feed_of(topic: Topic) -> str:
    match topic.kind:
        case MarketKind.PRICE | MarketKind.TICKER:
            return _TICKER
        case MarketKind.TRADE:
            return _TRADE
        case MarketKind.DEPTH:
            return _CHANGES if topic.levels else _DEPTH
        case MarketKind.CANDLE if topic.interval is not None:
            return f"{_KLINE}{topic.interval.value}"
        case _:
            raise UnservedTopicError(topic)


def split_stream(stream: str) -> StreamName:
    """Return the parts of a stream's name; the symbol is empty for streams of the whole market.

    >>> split_stream("btcusdt@depth10@100ms")
    StreamName(symbol='BTCUSDT', feed='depth10@100ms')
    """
    symbol, _, feed = stream.partition("@")
    return StreamName("", stream) if symbol.startswith("!") else StreamName(symbol.upper(), feed)


def topics_of(stream: str) -> tuple[Topic, ...]:
    """Return the topics that a stream serves; none where it is not one of ours."""
    if stream == OVERVIEW_STREAM:
        return (Topic(MarketKind.OVERVIEW),)
    name = split_stream(stream)
    match name.feed:
        case "ticker":
            return (Topic(MarketKind.PRICE, name.symbol), Topic(MarketKind.TICKER, name.symbol))
        case "trade":
            return (Topic(MarketKind.TRADE, name.symbol),)
        case "depth10@100ms" | "depth@100ms":
            return (Topic(MarketKind.DEPTH, name.symbol, levels=DEEP_LEVELS if name.feed == _CHANGES else 0),)
        case feed if feed.startswith(_KLINE):
            return _candle_topics(name.symbol, feed.removeprefix(_KLINE))
        case _:
            return ()


def _candle_topics(symbol: str, interval: str) -> tuple[Topic, ...]:
    try:
        return (Topic(MarketKind.CANDLE, symbol, Interval(interval)),)
    except ValueError:
        return ()


def update_frequency_of(stream: str) -> StreamUpdateFrequency:
    """Return how often a stream speaks. A candle without trades sends nothing while it runs."""
    name = split_stream(stream)
    is_every_second = name.feed in _EVERY_SECOND or name.feed.startswith(_ROLLING_TICKER)
    is_judged = name.feed == _TICKER or name.feed.startswith(_KLINE)
    return StreamUpdateFrequency(
        symbol=name.symbol,
        is_every_second=is_every_second,
        is_judged=is_judged,
        is_regular=is_every_second or is_judged or stream == OVERVIEW_STREAM,
    )
