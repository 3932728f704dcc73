"""The median of values, some of which weigh more than others. Pure, and exact.

Source: F. Y. Edgeworth's weighted median, the lower and the upper one averaged: the value below which, and above
which, no more than half of the weight lies.
"""

from collections.abc import Sequence
from decimal import Context, Decimal
from functools import reduce

_EXACT = Context(prec=200)
_HALF = Decimal("0.5")

Weighted = tuple[Decimal, Decimal]
"""A value, and its weight."""


def weighted_median(values: Sequence[Weighted]) -> Decimal:
    """Return the median of values by their weights; where it lies between two of them, the middle of these.

    Values without any weight at all count alike. Raise `ValueError` where there are none.

    >>> weighted_median([(Decimal(1), Decimal(1)), (Decimal(2), Decimal(5)), (Decimal(9), Decimal(1))])
    Decimal('2')
    """
    if not values:
        raise ValueError("there is no median of nothing")
    has_weight = any(weight > 0 for _, weight in values)
    weighted = sorted((value, weight if has_weight else Decimal(1)) for value, weight in values)
    counted = [(value, weight) for value, weight in weighted if weight > 0]
    lower, upper = _reached(counted), _reached(counted[::-1])
    return lower if lower == upper else _EXACT.multiply(_EXACT.add(lower, upper), _HALF)


def _reached(ordered: Sequence[Weighted]) -> Decimal:
    """Return the first value up to which at least half of the weight lies."""
    total = reduce(_EXACT.add, (weight for _, weight in ordered))
    passed = Decimal(0)
    for value, weight in ordered:
        passed = _EXACT.add(passed, weight)
        if _EXACT.add(passed, passed) >= total:
            return value
    return ordered[-1][0]
