"""What a firing says by its rule's own template."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from alerts.rules.template import PLACEHOLDERS, TemplateValues, filled, template_fault

VALUES = TemplateValues(
    rule="High",
    symbol="BTCUSDT",
    price=Decimal("97523.4500"),
    previous=Decimal(95000),
    threshold=Decimal("97500.0"),
    time=1_733_486_400_000,
)


def test_it_fills_every_placeholder() -> None:
    template = " | ".join(f"{{{name}}}" for name in PLACEHOLDERS)
    assert template_fault(template) is None
    assert (
        filled(template, VALUES)
        == "BTCUSDT | 97523.45 | 97500 | +2.66 % | 2024-12-06T12:00:00.000Z | High" + 8 * " | unknown"
    )


@pytest.mark.parametrize(
    ("previous", "change"),
    [("97523.45", "+0.00 %"), ("100000", "-2.48 %"), ("-97523.45", "+200.00 %"), ("0", "unknown"), (None, "unknown")],
)
def test_it_tells_the_change_against_the_value_before(previous: str | None, change: str) -> None:
    values = structs.replace(VALUES, previous=None if previous is None else Decimal(previous))
    assert filled("{change}", values) == change


def test_it_calls_unknown_what_there_is_none_of() -> None:
    assert filled("{threshold} {symbol}", structs.replace(VALUES, threshold=None, symbol="")) == "unknown unknown"


def test_it_does_not_fill_what_stands_in_the_values() -> None:
    assert filled("{rule}", structs.replace(VALUES, rule="{price}")) == "{price}"


@given(st.text(alphabet="{}abc price"))
def test_it_fills_whatever_has_no_fault(template: str) -> None:
    if template_fault(template) is None:
        assert "{" not in filled(template, VALUES)


@given(st.decimals(allow_nan=False, allow_infinity=False), st.decimals(allow_nan=False, allow_infinity=False))
def test_it_tells_a_change_of_any_number_of_the_border(price: Decimal, previous: Decimal) -> None:
    if all(number.adjusted() in range(-30, 70) for number in (price, previous)):
        assert filled("{change}", structs.replace(VALUES, price=price, previous=previous))
