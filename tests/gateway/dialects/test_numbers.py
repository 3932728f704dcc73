from decimal import Decimal

import pytest

from streaming.gateway.dialects.numbers import iso_time, number


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
    assert bytes(number(Decimal(value))) == written


@pytest.mark.parametrize(
    ("milliseconds", "written"),
    [
        (0, "1970-01-01T00:00:00.000Z"),
        (1_733_486_400_000, "2024-12-06T12:00:00.000Z"),
        (1_733_486_400_007, "2024-12-06T12:00:00.007Z"),
        (1_733_486_399_999, "2024-12-06T11:59:59.999Z"),
    ],
)
def test_it_writes_times_with_three_digits(milliseconds: int, written: str) -> None:
    assert iso_time(milliseconds) == written
