"""Numbers are written as the exchange writes them."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streaming.simulator.market.instruments import HALTED, INSTRUMENTS, UNITS, Instrument, decimal_text


@given(st.integers(-(10**20), 10**20))
def test_it_writes_any_number_exactly_and_with_eight_decimals(units: int) -> None:
    text = decimal_text(units)
    assert Decimal(text) * UNITS == units
    assert len(text.partition(".")[2]) == 8


@pytest.mark.parametrize("instrument", INSTRUMENTS + HALTED, ids=lambda instrument: instrument.symbol)
def test_it_writes_products_of_price_and_quantity_exactly(instrument: Instrument) -> None:
    price, quantity = instrument.reference + 1, 12_347
    product = Decimal(instrument.price_text(price)) * Decimal(instrument.quantity_text(quantity))
    assert Decimal(instrument.quote_text(price * quantity)) == product


def test_it_averages_to_eight_decimals_and_says_zero_of_nothing() -> None:
    bitcoin = INSTRUMENTS[0]
    assert bitcoin.average_text(100 * 3 + 101 * 4, 7) == "1.00571428"
    assert bitcoin.average_text(0, 0) == "0.00000000"
