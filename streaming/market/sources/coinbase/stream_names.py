"""The names of Coinbase's streams: `<product>@<channel>`.

Symbols are the exchange's own, in topics too: `price:BTC-USD`. Candles are made of matches, so that these serve them;
and the heartbeat of its product goes with every stream, to tell what was lost and what is over. Pure.
"""

from collections.abc import Iterable
from enum import StrEnum

from streaming.market.sources.coinbase.intervals import OFFERED_INTERVALS
from streaming.market.sources.source import StreamUpdateFrequency
from streaming.topics.topic import MarketKind, Topic


class Channel(StrEnum):
    """A channel of the feed that needs no key."""

    HEARTBEAT = "heartbeat"
    TICKER = "ticker"
    MATCHES = "matches"
    BOOK = "level2_batch"
    STATUS = "status"


_ACKNOWLEDGED_AS = {"level2_50": Channel.BOOK.value}
"""Names by which the exchange acknowledges a channel that was asked for under another."""
_CHANNELS = {
    MarketKind.PRICE.value: Channel.TICKER,
    MarketKind.TICKER.value: Channel.TICKER,
    MarketKind.TRADE.value: Channel.MATCHES,
    MarketKind.DEPTH.value: Channel.BOOK,
}


def stream_name(product: str, channel: str) -> str:
    """Return a stream's name, as it was asked for; one of no product is its channel's.

    >>> stream_name("BTC-USD", "level2_50")
    'BTC-USD@level2_batch'
    """
    channel = _ACKNOWLEDGED_AS.get(channel, channel)
    return f"{product}@{channel}" if product else channel


def split_stream(stream: str) -> tuple[str, str]:
    """Return the product of a stream, empty for one of all, and its channel."""
    product, _, channel = stream.rpartition("@")
    return product, channel


def products_by_channel(streams: Iterable[str]) -> dict[str, list[str]]:
    """Return the products of streams by their channels, in the order in which they are named."""
    found: dict[str, list[str]] = {}
    for stream in streams:
        product, channel = split_stream(stream)
        found.setdefault(channel, []).extend([product] if product else [])
    return found


def streams_of(topic: Topic) -> frozenset[str]:
    """Return the streams that serve `topic` together; none where none do."""
    if topic.levels:
        return frozenset()
    if topic.kind == MarketKind.CANDLE:
        channel = Channel.MATCHES if topic.interval in OFFERED_INTERVALS else None
    else:
        channel = _CHANNELS.get(topic.kind)
    if channel is None:
        return frozenset()
    return frozenset({stream_name(topic.symbol, channel), stream_name(topic.symbol, Channel.HEARTBEAT)})


def topics_of(stream: str) -> tuple[Topic, ...]:
    """Return the topics whose events a stream brings; none of a heartbeat, and of one that is not ours."""
    product, channel = split_stream(stream)
    topics = [Topic(kind, product) for kind, of_kind in _CHANNELS.items() if of_kind == channel]
    if channel == Channel.MATCHES:
        topics += [Topic(MarketKind.CANDLE, product, interval) for interval in sorted(OFFERED_INTERVALS)]
    return tuple(topics)


def update_frequency_of(stream: str) -> StreamUpdateFrequency:
    """Return how often a stream speaks: a heartbeat every second, whatever its product; others may be quiet.

    A ticker and a book begin with what there is.
    """
    product, channel = split_stream(stream)
    return StreamUpdateFrequency(
        symbol=product,
        is_every_second=channel == Channel.HEARTBEAT,
        is_judged=channel == Channel.HEARTBEAT,
        is_regular=channel == Channel.HEARTBEAT,
        is_heartbeat=channel == Channel.HEARTBEAT,
        begins_at_once=channel in {Channel.HEARTBEAT, Channel.TICKER, Channel.BOOK},
    )
