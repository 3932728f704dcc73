from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streaming.watch.printable import compact, plain, printable


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Decimal("95012.34000000"), "95012.34000000"),
        (Decimal("0E-8"), "0.00000000"),
        (Decimal("1.0E-7"), "0.00000010"),
        (Decimal("9E+4"), "90000"),
        (17, "17"),
        (None, "null"),
        (True, "true"),
        ("buy", "buy"),
        ([Decimal("1.50"), {"a": Decimal("1E-8")}], '[1.50,{"a":0.00000001}]'),
    ],
)
def test_it_writes_a_value_with_exactly_its_digits(value: object, text: str) -> None:
    assert plain(value) == text


def test_it_writes_json_without_spaces_and_text_in_quotes() -> None:
    assert compact({"type": "später", "data": ["a", 1]}) == '{"type":"später","data":["a",1]}'


def test_it_writes_no_escape_sequence() -> None:
    assert printable("\x1b[2J\u202eprice\r\n\x9b1m é 價") == r"\x1b[2J\u202eprice\r\n\x9b1m é 價"


@given(st.text())
def test_it_writes_only_what_can_be_seen(text: str) -> None:
    assert printable(text).isprintable()
