"""How many confirmations a transaction needs: by its chain, and by how much it moves. Pure."""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from wallets.amounts import in_smallest_units


def confirmations_needed(value: int, *, least: int, by_amount: Iterable[Mapping[str, object]], decimals: int) -> int:
    """Return how many blocks must confirm a transaction of `value` (smallest units of the coin): `least` or more.

    Of `by_amount`, objects of `amount` (text, in units of the coin) and `confirmations`, the most count whose amount is
    reached.
    """
    reached = (
        int(str(step["confirmations"]))
        for step in by_amount
        if value >= in_smallest_units(Decimal(str(step["amount"])), decimals)
    )
    return max(least, *reached, 1)
