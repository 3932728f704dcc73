"""A rule's conditions as people say them, such as `RSI (period 14) of 1h crosses up 70`. Pure."""

from collections.abc import Mapping

from alerts.conditions.rule import ANY_ACTION, AlertSource, Combine, Condition, Rule, Series
from alerts.events import AlertOperator
from streaming.numbers import in_plain_notation

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
    return f"{_series(condition.series)} {_VERBS[condition.operator]} {_operands(condition)}"


def _series(series: Series) -> str:
    if series.source is AlertSource.STRATEGY:
        advice = "a signal" if series.field == ANY_ACTION else series.field
        return f"{series.strategy or 'a public strategy'} gives {advice}, whose confidence"
    if series.source is AlertSource.WALLET:
        asset = f" of {series.token}" if series.token else ""
        return f"{series.field}{asset} of {series.watched} on {series.chain}"
    name = series.indicator.upper() if series.source is AlertSource.INDICATOR else series.source.value
    parameters = ", ".join(f"{key} {in_plain_notation(number)}" for key, number in series.parameters)
    words = [name, f"({parameters})" if parameters else "", "" if series.field == name else series.field]
    words += [f"of {series.interval.value}" if series.interval else "", "at close" if series.at_close else ""]
    return " ".join(word for word in words if word)


def _operands(condition: Condition) -> str:
    if condition.lower is not None and condition.upper is not None:
        return f"{in_plain_notation(condition.lower)} to {in_plain_notation(condition.upper)}"
    if condition.threshold is not None:
        return in_plain_notation(condition.threshold)
    by = f"{in_plain_notation(condition.percent)} %" if condition.percent is not None else ""
    by = in_plain_notation(condition.amount) if condition.amount is not None else by
    return f"by {by} within {condition.window_seconds} s"
