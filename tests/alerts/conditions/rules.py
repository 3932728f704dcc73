"""Short words for rules and values, as tests write them."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from alerts.conditions.evaluator import Evaluator
from alerts.conditions.rule import RANGE_OPERATORS, AlertSource, Condition, Firing, Point, Rule, Series, TriggerPolicy
from alerts.events import AlertOperator

PRICE = Series(source=AlertSource.PRICE, symbol="BTCUSDT", field="price")
VOLUME = Series(source=AlertSource.TICKER, symbol="BTCUSDT", field="volume")


def condition(operator: AlertOperator, *operands: object, series: Series = PRICE, **more: Any) -> Condition:
    """Return a condition: `operands` are the threshold, or the two bounds of a range; `more` is as in `Condition`."""
    names = ("lower", "upper") if operator in RANGE_OPERATORS else ("threshold",)
    named: dict[str, Any] = {name: Decimal(str(each)) for name, each in zip(names, operands, strict=False)}
    named |= {name: each if name == "window_seconds" else Decimal(str(each)) for name, each in more.items()}
    return Condition(series=series, operator=operator, **named)


def rule(
    *conditions: Condition, rule_id: int = 1, trigger: TriggerPolicy = TriggerPolicy.EVERY_TIME, **terms: Any
) -> Rule:
    """Return a rule of those conditions, which fires every time if nothing else is said."""
    return Rule(id=rule_id, conditions=conditions, trigger=trigger, **terms)


def point(value: object, time: int = 0, *, simulated: bool = False) -> Point:
    """Return a value at a time in ms."""
    return Point(value=Decimal(str(value)), time=time, simulated=simulated)


def evaluator_of(*rules: Rule) -> Evaluator:
    """Return an evaluator that knows those rules."""
    evaluator = Evaluator()
    for each in rules:
        evaluator.put(each)
    return evaluator


def observed(evaluator: Evaluator, values: Iterable[object], series: Series = PRICE, *, start: int = 0) -> list[Firing]:
    """Go along values, one a second from `start` (in ms); return all that fired."""
    return [
        firing
        for number, value in enumerate(values)
        for firing in evaluator.observe(series, point(value, start + 1000 * number))
    ]


def fired_at(tried: Rule, *values: object) -> list[str]:
    """Return the values at which a rule fires, of values one a second."""
    return [f"{firing.value:f}" for firing in observed(evaluator_of(tried), values)]
