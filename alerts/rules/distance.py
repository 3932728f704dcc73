"""How far a value is from where its condition becomes true. Pure."""

from decimal import Decimal, localcontext

import msgspec

from alerts.conditions.rule import is_momentary
from alerts.rules.conditions import ConditionParameters

_CENT = Decimal("0.01")
_DIGITS = 200
"""Enough for the quotient of the largest number of the border and the smallest, with two places."""


class Distance(msgspec.Struct, frozen=True):
    """What a value must still move by, and in per cent of the value (two places); negative where it must fall.

    `percent` is None where the value is zero.
    """

    absolute: Decimal
    percent: Decimal | None


def distance_of(condition: ConditionParameters, value: Decimal | None, time: int | None = None) -> Distance | None:
    """Return the distance to the threshold, or to the nearer bound; None where there is neither, or no value yet.

    That to a line is as at the value's `time`, in ms since the epoch. A signal or a transfer is no nearer to one than
    another: there it is None, too.
    """
    if is_momentary(condition.source, condition.field):
        return None
    levels = (condition.threshold, condition.lower, condition.upper, _on_line(condition, time))
    bounds = [bound for bound in levels if bound is not None]
    if value is None or not bounds:
        return None
    with localcontext(prec=_DIGITS):
        absolute = min((bound - value for bound in bounds), key=abs)
        percent = (absolute / abs(value) * 100).quantize(_CENT) if value else None
    return Distance(absolute, percent)


def _on_line(condition: ConditionParameters, time: int | None) -> Decimal | None:
    """Return where the condition's line is at a time; None before it begins, and where there is no line."""
    if condition.line is None or time is None or time < condition.line.start.time:
        return None
    return condition.line.price_at(time)
