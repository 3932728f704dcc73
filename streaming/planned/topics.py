"""The topics whose apps aren't there yet: each is refused as unavailable, once it is known that one may read it."""

import re
from collections.abc import Sequence

from streaming.planned.events.market import CombinedPrice
from streaming.topics.topic import Access, Names, Topic, TopicKind

COMBINED_PRICE = "combined_price"
_COMBINED_SYMBOL = re.compile(r"[A-Z0-9]{1,20}-USD")


def _parse_combined_price(head: str, arguments: Sequence[str]) -> Topic | None:
    matched = len(arguments) == 1 and _COMBINED_SYMBOL.fullmatch(arguments[0])
    return Topic(COMBINED_PRICE, arguments[0]) if matched else None


PLANNED_TOPICS = (
    TopicKind(
        name=COMBINED_PRICE,
        heads=("price:", "quotes:"),
        access=Access.ANYONE,
        event=CombinedPrice,
        parse=_parse_combined_price,
        topic_of=lambda price, _: Topic(COMBINED_PRICE, price.symbol),
        names=Names.BASE_ASSET,
        is_planned=True,
    ),
)
