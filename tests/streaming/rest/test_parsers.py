"""How a request's body is read."""

import io
import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings
from rest_framework.exceptions import ParseError

from streaming.rest.parsers import BodyTooLargeError, ExactJSONParser


def _parse(body: bytes) -> Any:
    return ExactJSONParser().parse(io.BytesIO(body))


def test_it_keeps_every_digit_of_a_number() -> None:
    parsed = _parse(b'{"price": 97523.45000000000000000001, "count": 3}')
    assert parsed == {"price": Decimal("97523.45000000000000000001"), "count": 3}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"{'a': 1}",
        b'{"a": NaN}',
        b'{"a": Infinity}',
        b"\xff\xfe{\x00}\x00",
        b'"\xc3("',
        b'"\\ud800"',
        b"[" * 1_000_000,
        b'{"a":' * 100_000,
    ],
)
def test_it_refuses_what_is_no_json(body: bytes) -> None:
    with pytest.raises(ParseError) as refusal:
        _parse(body)
    assert str(refusal.value.detail) == "The body is not valid JSON"


@pytest.mark.parametrize(
    "number", ["1e1000000000000000000", "-1E-1000000000000000000", "1e31", "0." + "1" * 41, "9" * 5000]
)
def test_it_refuses_numbers_that_nobody_could_take(number: str) -> None:
    with pytest.raises(ParseError) as refusal:
        _parse(b'{"token": %b}' % number.encode())
    assert str(refusal.value.detail) == "The body has a number of too many digits or too large an exponent"


@given(body=st.binary() | st.text('{}[]:,"\\u0123456789.eE+-tfn ').map(str.encode))
def test_it_takes_nothing_that_is_no_json(body: bytes) -> None:
    try:
        parsed = _parse(body)
    except ParseError:
        return
    assert parsed == json.loads(body.decode(), parse_float=Decimal)


def test_it_reads_no_more_than_the_limit(settings: Settings) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 10
    assert _parse(b'"12345678"') == "12345678"
    stream = io.BytesIO(b'"' + b"9" * 1000)
    with pytest.raises(BodyTooLargeError):
        ExactJSONParser().parse(stream)
    assert stream.tell() == 11
