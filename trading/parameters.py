"""What parameters of several use cases are: ids, pairs, numbers above zero."""

from decimal import Decimal
from typing import Annotated

from msgspec import Meta

from streaming.commands.values import ABOVE, MOST

_LONGEST_NAME = 64

Id = Annotated[str, Meta(min_length=1, max_length=_LONGEST_NAME)]
Pair = Annotated[str, Meta(min_length=1, max_length=_LONGEST_NAME)]
"""A symbol as the exchange writes it, or as `BTC-USDT` or `BTC/USDT`."""


def positive(most: int) -> Meta:
    """Return what makes a number one above zero, and of at most `most`."""
    return Meta(extra={ABOVE: Decimal(0), MOST: Decimal(most)})
