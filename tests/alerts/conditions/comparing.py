"""What each operator says of a value, in the plainest way."""

from decimal import Context, Decimal
from fractions import Fraction
from typing import cast

from alerts.conditions.line import Line
from alerts.conditions.rule import Condition
from alerts.events import AlertOperator


def crosses(condition: Condition, previous: Decimal | None, value: Decimal) -> bool:
    """Return whether an edge lies between the two values."""
    assert previous is not None
    if condition.operator in {AlertOperator.ENTERING, AlertOperator.LEAVING}:
        was, now = _is_inside(condition, previous), _is_inside(condition, value)
        return was != now and now is (condition.operator is AlertOperator.ENTERING)
    threshold = condition.threshold
    assert threshold is not None
    up, down = previous < threshold <= value, previous > threshold >= value
    if condition.operator is AlertOperator.CROSSING:
        return up or down
    return up if condition.operator is AlertOperator.CROSSING_UP else down


def _is_inside(condition: Condition, value: Decimal, margin: Decimal = Decimal(0)) -> bool:
    assert condition.lower is not None
    assert condition.upper is not None
    return condition.lower - margin <= value <= condition.upper + margin


def level(condition: Condition, extreme: Decimal | None, value: Decimal, *, held: bool) -> bool:
    """Return whether the level holds at `value`: one that held does so until the value is back by the hysteresis."""
    back = condition.hysteresis if held else Decimal(0)
    match condition.operator:
        case AlertOperator.INSIDE:
            return _is_inside(condition, value, back)
        case AlertOperator.OUTSIDE:
            return not _is_inside(condition, value, -back)
    if condition.threshold is not None:
        return {
            AlertOperator.ABOVE: value > condition.threshold - back,
            AlertOperator.AT_LEAST: value >= condition.threshold - back,
            AlertOperator.BELOW: value < condition.threshold + back,
        }[condition.operator]
    assert extreme is not None
    move = abs(value - extreme)
    if condition.percent is None:
        assert condition.amount is not None
        return move >= condition.amount - back
    return extreme > 0 and move * 100 / extreme >= condition.percent - back


def above_line(line: Line, value: Decimal, time: int) -> Decimal | None:
    """Return how far a value is above a line, as a fraction that is never rounded; None before the line begins."""
    if time < line.start.time:
        return None
    return cast("Decimal", Fraction(value) - _price_of(line, time))


def _price_of(line: Line, time: int) -> Fraction:
    share = Fraction(time - line.start.time, line.end.time - line.start.time)
    return Fraction(line.start.price) + share * (Fraction(line.end.price) - Fraction(line.start.price))


def operand(condition: Condition, previous: Decimal | None, value: Decimal, time: int) -> Decimal | None:
    """Return the threshold, the amount or per cent, or the bound of the range that lies between the two values.

    Of a line it is its price at `time`, in 12 digits.
    """
    if condition.line is not None:
        price = _price_of(condition.line, time)
        return Context(prec=12).divide(Decimal(price.numerator), Decimal(price.denominator))
    if condition.lower is None or condition.upper is None:
        return condition.threshold or condition.amount or condition.percent
    is_exit = condition.operator in {AlertOperator.LEAVING, AlertOperator.OUTSIDE}
    outer = value if is_exit else previous
    if outer is None or condition.lower <= outer <= condition.upper:
        return None
    return condition.lower if outer < condition.lower else condition.upper
