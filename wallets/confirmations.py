"""How many confirmations a transaction needs: by its chain, and by how much it moves. Pure."""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from wallets.amounts import in_smallest_units
from wallets.following.known_blocks import DEEPEST_REORGANISATION

MOST_CONFIRMATIONS = DEEPEST_REORGANISATION
"""A block that so many confirm can't be taken back any more: nothing is gained by waiting longer."""
TOO_MANY_CONFIRMATIONS = (
    f"must be at most {MOST_CONFIRMATIONS}: a block that {DEEPEST_REORGANISATION} others have followed is final"
)


def confirmations_needed(value: int, *, least: int, by_amount: Iterable[Mapping[str, object]], decimals: int) -> int:
    """Return how many blocks must confirm a transaction of `value` (smallest units of the coin): `least` or more.

    Of `by_amount`, objects of `amount` (text, in units of the coin) and `confirmations`, the most count whose amount is
    reached. More than `MOST_CONFIRMATIONS` are never waited for.
    """
    reached = (
        int(str(step["confirmations"]))
        for step in by_amount
        if value >= in_smallest_units(Decimal(str(step["amount"])), decimals)
    )
    return min(max(least, *reached, 1), MOST_CONFIRMATIONS)


def most_confirmations(*, least: int, by_amount: Iterable[Mapping[str, object]]) -> int:
    """Return how many confirmations a chain waits for at most, whatever is moved: more of them are never told."""
    return min(max(least, *(int(str(step["confirmations"])) for step in by_amount), 1), MOST_CONFIRMATIONS)
