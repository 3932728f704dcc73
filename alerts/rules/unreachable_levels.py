"""What is out of reach of a bounded indicator. Pure.

Of a level, all that the indicator can be is on the same side: a rule with it would never fire, or hold whatever comes.
By a hysteresis no value that it can have comes back: a rule with it would fire once, and never anew.
"""

from collections.abc import Iterator
from decimal import Decimal

from alerts.conditions.exact_arithmetic import EXACT
from alerts.conditions.rule import LEVEL_OPERATORS, MOVE_OPERATORS, RANGE_OPERATORS, AlertSource
from alerts.events import AlertOperator
from alerts.rules.conditions import ConditionParameters
from streaming.indicators.catalogue import CATALOGUE

_WITHOUT_LEAST = frozenset({AlertOperator.AT_LEAST, AlertOperator.BELOW, AlertOperator.CROSSING_UP})
"""For these the least value of all is no level: it is always reached, and never passed from below."""
_WITHOUT_MOST = frozenset({AlertOperator.ABOVE, AlertOperator.CROSSING_DOWN})
"""For these the most of all is none."""
_FROM_ABOVE = frozenset({AlertOperator.ABOVE, AlertOperator.AT_LEAST})
"""What these hold for ends further down."""


def unreachable_level_faults(condition: ConditionParameters, prefix: str = "") -> dict[str, str]:
    """Return what a condition asks of a bounded indicator that it can't do; `prefix` is where the condition stands."""
    indicator = CATALOGUE.get(condition.indicator)
    if condition.source is not AlertSource.INDICATOR or indicator is None or indicator.bounds is None:
        return {}
    least, most = indicator.bounds
    what = f"for {condition.operator.value}: {indicator.name.upper()} lies between {least:f} and {most:f}"
    wrong = list(_levels_out_of_reach(condition, least, most))
    faults = {prefix + name: f"{prefix}{name} can't be {level:f} {what}" for name, level in wrong}
    if not wrong and condition.hysteresis and not _comes_back(condition, least, most):
        name = f"{prefix}hysteresis"
        faults[name] = f"{name} can't be {condition.hysteresis:f} {what}, and never comes back so far"
    return faults


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


def _comes_back(condition: ConditionParameters, least: Decimal, most: Decimal) -> bool:
    """Return whether some value from `least` to `most` ends what holds, by the way back that `watches.py` gives it."""
    operator, threshold, hysteresis = condition.operator, condition.threshold, condition.hysteresis
    if operator is AlertOperator.BELOW and threshold is not None:
        return EXACT.add(threshold, hysteresis) <= most
    if operator in _FROM_ABOVE and threshold is not None:
        back = EXACT.subtract(threshold, hysteresis)
        return back >= least if operator is AlertOperator.ABOVE else back > least
    lower, upper = condition.lower, condition.upper
    if operator is AlertOperator.INSIDE and lower is not None and upper is not None:
        return EXACT.subtract(lower, hysteresis) > least or EXACT.add(upper, hysteresis) < most
    if operator is AlertOperator.OUTSIDE and lower is not None and upper is not None:
        return EXACT.add(lower, hysteresis) <= most and EXACT.subtract(upper, hysteresis) >= least
    return True
