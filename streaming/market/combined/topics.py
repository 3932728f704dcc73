"""The topics of combined symbols: spelled as those of an exchange's, under names that the settings have."""

from collections.abc import Sequence

from streaming.events import Candle, CombinedPrice, MarketEvent, Source, Ticker
from streaming.market.combined.configured_symbols import is_combined
from streaming.market.combined.running_candle import INTERVAL
from streaming.topics.topic import Access, MarketKind, Topic, TopicKind


def combined_price_topic(symbol: str) -> Topic:
    """Return the topic of a combined symbol's price."""
    return Topic(MarketKind.COMBINED_PRICE, symbol, source=Source.COMBINED)


def combined_topic_of(event: MarketEvent) -> Topic:
    """Return the topic on which an event of a combined symbol is told; raise `TypeError` for one of another kind."""
    match event:
        case CombinedPrice():
            return combined_price_topic(event.symbol)
        case Ticker():
            return Topic(MarketKind.TICKER, event.symbol, source=Source.COMBINED)
        case Candle():
            return Topic(MarketKind.CANDLE, event.symbol, event.interval, source=Source.COMBINED)
        case _:
            raise TypeError(f"nothing that is combined: {type(event).__name__}")


def combined_topics(symbol: str) -> tuple[Topic, ...]:
    """Return all topics of a combined symbol."""
    return (
        combined_price_topic(symbol),
        Topic(MarketKind.TICKER, symbol, source=Source.COMBINED),
        Topic(MarketKind.CANDLE, symbol, INTERVAL, source=Source.COMBINED),
    )


def _parse_price(head: str, arguments: Sequence[str]) -> Topic | None:
    match arguments:
        case [symbol] if is_combined(symbol):
            return combined_price_topic(symbol)
        case _:
            return None


COMBINED_TOPICS = (
    TopicKind(
        name=MarketKind.COMBINED_PRICE,
        heads=("price:", "quotes:"),
        access=Access.ANYONE,
        event=CombinedPrice,
        parse=_parse_price,
        topic_of=lambda price, _: combined_price_topic(price.symbol),
        spellings=("{symbol}",),
    ),
)
