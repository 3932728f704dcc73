"""How far a value is from where its condition becomes true."""

from decimal import Decimal
from typing import Any

import pytest
from msgspec import structs

from alerts.conditions.line import Line, LinePoint
from alerts.conditions.rule import AlertSource
from alerts.events import AlertOperator
from alerts.rules.conditions import ConditionParameters
from alerts.rules.distance import Distance, distance_of


@pytest.mark.parametrize(
    ("operands", "value", "absolute", "percent"),
    [
        ({"threshold": "110"}, "100", "10", "10.00"),
        ({"threshold": "90"}, "100", "-10", "-10.00"),
        ({"threshold": "100"}, "100", "0", "0.00"),
        ({"lower": "90", "upper": "130"}, "100", "-10", "-10.00"),
        ({"lower": "90", "upper": "101.5"}, "100", "1.5", "1.50"),
        ({"threshold": "5"}, "-10", "15", "150.00"),
        ({"threshold": "5"}, "0", "5", None),
    ],
)
def test_it_measures_to_the_nearest_bound(
    operands: dict[str, str], value: str, absolute: str, percent: str | None
) -> None:
    expected = Distance(Decimal(absolute), None if percent is None else Decimal(percent))
    assert distance_of(condition(operands), Decimal(value)) == expected


def test_it_measures_between_the_largest_number_and_the_smallest() -> None:
    distance = distance_of(condition({"threshold": "9" * 40 + "e30"}), Decimal("1e-30"))
    assert distance is not None
    assert distance.absolute < Decimal("1e70")
    assert distance.percent is not None
    assert distance.percent > Decimal("9e101")


def test_it_measures_to_where_a_line_is_at_the_values_time() -> None:
    line = Line(start=LinePoint(time=1_000, price=Decimal(100)), end=LinePoint(time=3_000, price=Decimal(200)))
    on_line = structs.replace(condition({}), line=line)
    assert distance_of(on_line, Decimal(100), 2_000) == Distance(Decimal(50), Decimal("50.00"))
    assert distance_of(on_line, Decimal(100), 999) is None


def test_it_measures_nothing_without_a_bound_or_a_value() -> None:
    assert distance_of(condition({"amount": "5"}), Decimal(1)) is None
    assert distance_of(condition({"threshold": "5"}), None) is None


def condition(operands: dict[str, str]) -> ConditionParameters:
    """Return a condition on the price."""
    named: dict[str, Any] = {name: Decimal(value) for name, value in operands.items()}
    return ConditionParameters(source=AlertSource.PRICE, operator=AlertOperator.ABOVE, **named)
