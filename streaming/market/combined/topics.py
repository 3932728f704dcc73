"""The topics of combined symbols: spelled as those of an exchange's, under names that the settings have."""

from collections.abc import Sequence

from streaming.events import CombinedPrice, Source
from streaming.market.combined.configured_symbols import is_combined
from streaming.topics.topic import Access, MarketKind, Topic, TopicKind


def combined_price_topic(symbol: str) -> Topic:
    """Return the topic of a combined symbol's price."""
    return Topic(MarketKind.COMBINED_PRICE, symbol, source=Source.COMBINED)


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
    ),
)
