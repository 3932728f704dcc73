"""Exact amounts, and the grid of prices and quantities."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.trading.engine.instruments import BTC
from trading.engine.amounts import amount_of, decimal_of
from trading.engine.instrument import Instrument, Rounding

DECIMALS = st.decimals(min_value=0, max_value=10**12, places=9, allow_nan=False, allow_infinity=False)


@given(DECIMALS)
def test_it_gives_back_the_decimal_that_it_was_given(value: Decimal) -> None:
    assert decimal_of(amount_of(value)) == value


def test_it_refuses_what_is_finer_than_an_amount_can_be() -> None:
    with pytest.raises(ValueError, match="over 24 decimals"):
        amount_of(Decimal("1e-25"))


@given(st.integers(1, 10**10), st.integers(1, 10**10))
def test_price_times_quantity_is_exact(ticks: int, steps: int) -> None:
    assert decimal_of(BTC.notional(ticks, steps)) == BTC.price(ticks) * BTC.quantity(steps)


@pytest.mark.parametrize(
    ("rounding", "ticks"), [(Rounding.DOWN, 10012), (Rounding.UP, 10013), (Rounding.NEAREST, 10012)]
)
def test_it_rounds_a_price_as_it_is_told(rounding: Rounding, ticks: int) -> None:
    assert BTC.ticks(Decimal("100.123"), rounding) == ticks


def test_it_refuses_a_price_between_two_ticks_where_no_rounding_is_named() -> None:
    with pytest.raises(ValueError, match=r"100\.123 is no multiple of the tick 0\.01"):
        BTC.ticks(Decimal("100.123"))
    with pytest.raises(ValueError, match=r"0\.000001 is no multiple of 0\.00001"):
        BTC.steps(Decimal("0.000001"))


@pytest.mark.parametrize(("tick", "step"), [("0", "1"), ("1", "-1"), ("1e-15", "1e-15")])
def test_it_refuses_sizes_that_no_exchange_has(tick: str, step: str) -> None:
    with pytest.raises(ValueError, match=r"tick (and step|times step) of X"):
        Instrument(symbol="X", base="A", quote="B", tick_size=Decimal(tick), step_size=Decimal(step))
