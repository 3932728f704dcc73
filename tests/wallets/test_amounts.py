"""Amounts between a chain's whole numbers and people's decimals."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wallets.amounts import LARGEST_AMOUNT, in_smallest_units, in_units
from wallets.errors import InvalidAmountError


@given(st.integers(0, LARGEST_AMOUNT), st.integers(0, 255))
def test_there_and_back_no_digit_is_lost(amount: int, decimals: int) -> None:
    assert in_smallest_units(in_units(amount, decimals), decimals) == amount


def test_it_writes_as_many_digits_as_there_are() -> None:
    assert format(in_units(LARGEST_AMOUNT, 18), "f") == (
        "115792089237316195423570985008687907853269984665640564039457.584007913129639935"
    )
    assert in_units(5, 0) == Decimal(5)
    assert format(in_units(1, 18), "f") == "0.000000000000000001"


@pytest.mark.parametrize(
    ("value", "decimals", "message"),
    [
        ("-1", 18, "isn't negative"),
        ("NaN", 18, "must be a number"),
        ("Infinity", 18, "must be a number"),
        ("1e999999", 18, "less than 2"),
        ("1e-999999", 18, "less than 2"),
        ("0." + "1" * 10_000, 18, "less than 2"),
        ("0.0000001", 6, "at most 6 decimals"),
        ("1.5", 0, "at most 0 decimals"),
        (str(2**256), 0, "less than 2"),
        ("1", 256, "0 to 255 decimals"),
        ("1", -1, "0 to 255 decimals"),
    ],
)
def test_it_refuses_what_an_asset_cannot_have(value: str, decimals: int, message: str) -> None:
    with pytest.raises(InvalidAmountError, match=message):
        in_smallest_units(Decimal(value), decimals)
