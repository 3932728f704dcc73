from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streaming.numbers import exact_decimal, exact_json, in_plain_notation, json_number


@pytest.mark.parametrize("text", ["97523.45000000", "0", "-1.5", "+1", "0.00000100", "1E+3", "1.", ".5", "9" * 40])
def test_it_reads_finite_numbers_exactly(text: str) -> None:
    assert exact_decimal(text) == Decimal(text)
    assert exact_decimal(text).as_tuple() == Decimal(text).as_tuple()


NOT_FINITE = ["NaN", "sNaN", "Infinity", "-Infinity", "1e999999999"]
TOO_LONG = ["1E-31", "9" * 41]
NOT_PLAIN = ["", "abc", "1_000", " 1", "1\n", "\u0661", "1,5", "0x10", "--1", "."]


@pytest.mark.parametrize("text", [*NOT_FINITE, *TOO_LONG, *NOT_PLAIN])
def test_it_refuses_what_no_frame_could_carry_or_nobody_means(text: str) -> None:
    with pytest.raises(ValueError, match=r"number|digits"):
        exact_decimal(text)


@given(st.text(max_size=60))
def test_it_reads_or_refuses_any_text(text: str) -> None:
    try:
        number = exact_decimal(text)
    except ValueError as error:
        assert str(error)
    else:
        assert number.is_finite()


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("97523.45000000", b"97523.45000000"),
        ("0.00000100", b"0.00000100"),
        ("1E-7", b"0.0000001"),
        ("0E-8", b"0.00000000"),
        ("9.5E+4", b"95000"),
        ("-0.5", b"-0.5"),
    ],
)
def test_it_writes_plain_notation(value: str, written: bytes) -> None:
    assert bytes(json_number(Decimal(value))) == written


def test_it_writes_decimals_among_other_values() -> None:
    assert exact_json(Decimal("1E-7")) == json_number(Decimal("1E-7"))
    assert [exact_json(value) for value in (None, 1.5, "1.5", [Decimal(1)])] == [None, 1.5, "1.5", [Decimal(1)]]


@pytest.mark.parametrize(
    ("number", "text"), [("0", "0"), ("0.000", "0"), ("100", "100"), ("1E+3", "1000"), ("-0.50", "-0.5")]
)
def test_it_writes_numbers_plainly(number: str, text: str) -> None:
    assert in_plain_notation(Decimal(number)) == text
