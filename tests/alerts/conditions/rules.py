"""Short words for rules and values, as tests write them."""

from decimal import Decimal
from typing import Any

from alerts.conditions.words import AlertSource, Condition, Point, Rule, Series
from streaming.events import AlertOperator

PRICE = Series(source=AlertSource.PRICE, symbol="BTCUSDT", field="price")
VOLUME = Series(source=AlertSource.TICKER, symbol="BTCUSDT", field="volume")


def condition(operator: AlertOperator, *operands: object, series: Series = PRICE, **more: Any) -> Condition:
    """Return a condition: `operands` are the threshold, or the two bounds of a range."""
    numbers = [Decimal(str(operand)) for operand in operands]
    names = ("lower", "upper") if len(numbers) == 2 else ("threshold",)
    more = {name: Decimal(str(each)) if name != "window_seconds" else each for name, each in more.items()}
    return Condition(series=series, operator=operator, **dict(zip(names, numbers, strict=False)), **more)


def rule(rule_id: int, *conditions: Condition, **terms: Any) -> Rule:
    """Return a rule of those conditions."""
    return Rule(id=rule_id, conditions=conditions, **terms)


def point(value: object, time: int = 0, *, simulated: bool = False) -> Point:
    """Return a value at a time in ms."""
    return Point(value=Decimal(str(value)), time=time, simulated=simulated)
