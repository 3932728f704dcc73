"""The topics whose apps aren't there yet: each is refused as unavailable, once it is known that one may read it."""

import re
from collections.abc import Callable, Sequence

from streaming.planned.events.market import CombinedPrice
from streaming.topics.topic import Access, Names, Topic, TopicKind

COMBINED_PRICE = "combined_price"
_COMBINED_SYMBOL = re.compile(r"[A-Z0-9]{1,20}-USD")


def planned_topics(*, is_exchanges_own: Callable[[str], bool]) -> tuple[TopicKind, ...]:
    """Return the kinds; a name that `is_exchanges_own` is a symbol of the deployment's exchange, and none of theirs."""

    def parse(head: str, arguments: Sequence[str]) -> Topic | None:
        if len(arguments) != 1 or not _COMBINED_SYMBOL.fullmatch(arguments[0]) or is_exchanges_own(arguments[0]):
            return None
        return Topic(COMBINED_PRICE, arguments[0])

    return (
        TopicKind(
            name=COMBINED_PRICE,
            heads=("price:", "quotes:"),
            access=Access.ANYONE,
            event=CombinedPrice,
            parse=parse,
            topic_of=lambda price, _: Topic(COMBINED_PRICE, price.symbol),
            names=Names.BASE_ASSET,
            is_planned=True,
        ),
    )
