"""A rule's conditions as people say them, such as `RSI(14) on 1h crosses up 70`. Pure."""

from collections.abc import Mapping

from alerts.conditions.line import Line
from alerts.conditions.rule import Combine, Condition, Rule
from alerts.events import AlertOperator
from alerts.rules.series_text import measured
from streaming.numbers import in_plain_notation
from streaming.times import iso_time

_VERBS: Mapping[AlertOperator, str] = {
    AlertOperator.ABOVE: "is above",
    AlertOperator.AT_LEAST: "is at least",
    AlertOperator.BELOW: "is below",
    AlertOperator.CROSSING: "crosses",
    AlertOperator.CROSSING_UP: "crosses up",
    AlertOperator.CROSSING_DOWN: "crosses down",
    AlertOperator.ENTERING: "enters",
    AlertOperator.LEAVING: "leaves",
    AlertOperator.INSIDE: "is inside",
    AlertOperator.OUTSIDE: "is outside",
    AlertOperator.MOVING_UP: "rises",
    AlertOperator.MOVING_DOWN: "falls",
}
_JOINTS = {Combine.ALL: " and ", Combine.ANY: " or "}


def rule_in_words(rule: Rule) -> str:
    """Return when a rule fires, its conditions joined by what combines them."""
    return _JOINTS[rule.combine].join(condition_in_words(condition) for condition in rule.conditions)


def condition_in_words(condition: Condition) -> str:
    """Return what a condition compares with what."""
    return f"{measured(condition.series)} {_VERBS[condition.operator]} {_operands(condition)}"


def _operands(condition: Condition) -> str:
    if condition.lower is not None and condition.upper is not None:
        return f"{in_plain_notation(condition.lower)} to {in_plain_notation(condition.upper)}"
    if condition.line is not None:
        return line_in_words(condition.line)
    if condition.level is not None:
        return measured(condition.level)
    if condition.threshold is not None:
        return in_plain_notation(condition.threshold)
    by = f"{in_plain_notation(condition.percent)} %" if condition.percent is not None else ""
    by = in_plain_notation(condition.amount) if condition.amount is not None else by
    return f"by {by} within {condition.window_seconds} s"


def line_in_words(line: Line) -> str:
    """Return through which points a line goes, such as `the line 64000 (2026-11-26T10:00:00.000Z) → 65000 (…)`."""
    points = [f"{in_plain_notation(each.price)} ({iso_time(each.time)})" for each in (line.start, line.end)]
    return f"the line {' → '.join(points)}"
