"""Decimals in columns, read all at once: to the last digit, whatever their number of places."""

import random
from decimal import Decimal

import pytest

from trading.candles.decimal_columns import ColumnsTooLargeError, decimal_column


@pytest.mark.parametrize("places", [0, 8, 12])
def test_it_reads_what_reading_one_by_one_does(places: int) -> None:
    chance = random.Random(places)
    texts = [
        f"{chance.randrange(10 ** chance.randint(1, 6))}{chance.choice(['', '.5', '.00000001', '.250', '.123456'])}"
        for _ in range(2_000)
    ]
    column = decimal_column(" ".join(texts).encode())
    assert column.finest == 8
    assert column.scaled(places).tolist() == [int(Decimal(text).scaleb(places)) for text in texts]


@pytest.mark.parametrize(("text", "scaled"), [(b"", []), (b"7", [700]), (b"0.000", [0]), (b"1.999", [199])])
def test_it_reads_few_and_none(text: bytes, scaled: list[int]) -> None:
    assert decimal_column(text).scaled(2).tolist() == scaled


def test_what_is_finer_than_can_be_counted_is_nothing() -> None:
    assert decimal_column(b"0." + b"0" * 30 + b"5 3").scaled(1).tolist() == [0, 30]


@pytest.mark.parametrize("text", [b"1 9223372036854775808", b"1.5 " + b"9" * 40, b"1 9300000000"])
def test_it_refuses_what_64_bits_do_not_hold(text: bytes) -> None:
    with pytest.raises(ColumnsTooLargeError, match="more digits than 64 bits hold"):
        decimal_column(text).scaled(9)
