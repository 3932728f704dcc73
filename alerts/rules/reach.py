"""Which levels are out of reach of a bounded indicator: all that it can be is on the same side of them. Pure.

A rule with such a level would never fire, or hold whatever comes.
"""

from collections.abc import Iterator
from decimal import Decimal

from alerts.conditions.rule import LEVEL_OPERATORS, MOVE_OPERATORS, RANGE_OPERATORS, AlertSource
from alerts.events import AlertOperator
from alerts.rules.conditions import ConditionParameters
from streaming.indicators.catalogue import CATALOGUE

_WITHOUT_LEAST = frozenset({AlertOperator.AT_LEAST, AlertOperator.BELOW, AlertOperator.CROSSING_UP})
"""For these the least value of all is no level: it is always reached, and never passed from below."""
_WITHOUT_MOST = frozenset({AlertOperator.ABOVE, AlertOperator.CROSSING_DOWN})
"""For these the most of all is none."""


def reach_faults(condition: ConditionParameters, prefix: str = "") -> dict[str, str]:
    """Return what is wrong with the levels of a condition on a bounded indicator; `prefix` is where it stands."""
    indicator = CATALOGUE.get(condition.indicator)
    if condition.source is not AlertSource.INDICATOR or indicator is None or indicator.bounds is None:
        return {}
    least, most = indicator.bounds
    what = f"for {condition.operator.value}: {indicator.name.upper()} lies between {least:f} and {most:f}"
    wrong = _levels_out_of_reach(condition, least, most)
    return {prefix + name: f"{prefix}{name} can't be {level:f} {what}" for name, level in wrong}


def _levels_out_of_reach(
    condition: ConditionParameters, least: Decimal, most: Decimal
) -> Iterator[tuple[str, Decimal]]:
    """Yield the operands by which a condition is true at no value from `least` to `most`, or at each."""
    operator, threshold, amount = condition.operator, condition.threshold, condition.amount
    lower, upper = condition.lower, condition.upper
    if operator in LEVEL_OPERATORS and threshold is not None:
        if not _is_level(operator, threshold, least, most):
            yield "threshold", threshold
    elif operator in RANGE_OPERATORS and lower is not None and upper is not None:
        if lower > most:
            yield "lower", lower
        elif upper < least or (lower <= least and upper >= most):
            yield "upper", upper
    elif operator in MOVE_OPERATORS and amount is not None and amount > most - least:
        yield "amount", amount


def _is_level(operator: AlertOperator, threshold: Decimal, least: Decimal, most: Decimal) -> bool:
    """Return whether some values are on one side of the threshold, and some on the other."""
    if threshold == least:
        return operator not in _WITHOUT_LEAST
    if threshold == most:
        return operator not in _WITHOUT_MOST
    return least < threshold < most
