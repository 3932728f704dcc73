"""Exact numbers: how they are read from text, and how they are written as JSON. No binary float in between."""

import re
from decimal import Decimal
from typing import Any

import msgspec

MAXIMUM_DIGITS = 40
MAXIMUM_EXPONENT = 30
_LONGEST_NUMBER = 15
_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,9})?", re.ASCII)


def exact_decimal(text: str) -> Decimal:
    """Return the number in `text` with all its digits.

    Raise `ValueError` for what isn't a finite number in plain ASCII notation, has over 40 digits, or an exponent beyond
    ±30.
    """
    if not _NUMBER.fullmatch(text):
        raise ValueError(f"not a finite number: {text[:50]!r}")
    number = Decimal(text)
    _, digits, exponent = number.as_tuple()
    if len(digits) > MAXIMUM_DIGITS or abs(int(exponent)) > MAXIMUM_EXPONENT:
        raise ValueError(f"too many digits or too large an exponent: {text[:50]!r}")
    return number


def json_number(value: Decimal) -> msgspec.Raw:
    """Return `value` as a JSON number in plain notation, with all its digits and never an exponent.

    >>> bytes(json_number(Decimal("0.00000100"))), bytes(json_number(Decimal("9.5E+4")))
    (b'0.00000100', b'95000')
    """
    return msgspec.Raw(format(value, "f").encode())


def optional_json_number(value: Decimal | None) -> msgspec.Raw | None:
    """Return a number as `json_number` writes it, None for None."""
    return None if value is None else json_number(value)


def in_plain_notation(number: Decimal) -> str:
    """Return a number as people write it: without exponent, and without zeros that say nothing.

    >>> in_plain_notation(Decimal("97523.4500")), in_plain_notation(Decimal("1E+3"))
    ('97523.45', '1000')
    """
    return _without_idle_zeros(format(number, "f"))


def with_separators(number: Decimal, decimals: int = 0) -> str:
    """Return a number as people read it best: in plain notation, with separators of thousands.

    It has all of its digits, and zeros behind them as far as it has fewer than so many decimals.

    >>> with_separators(Decimal("97523.4500")), with_separators(Decimal("1E+3"), 2), with_separators(Decimal("0.5"), 2)
    ('97,523.45', '1,000.00', '0.50')
    """
    whole, _, fraction = _without_idle_zeros(format(number, ",f")).partition(".")
    fraction = fraction.ljust(decimals, "0")
    return f"{whole}.{fraction}" if fraction else whole


def decimals_of_step(step: Decimal) -> int:
    """Return how many decimals the multiples of a step have, such as prices by their tick size.

    >>> decimals_of_step(Decimal("0.01000000")), decimals_of_step(Decimal(10))
    (2, 0)
    """
    return max(0, -int(step.normalize().as_tuple().exponent))


def _without_idle_zeros(text: str) -> str:
    return text.rstrip("0").rstrip(".") if "." in text else text


def exact_json(value: Any) -> Any:
    """Return a number that is a `Decimal` as `json_number` writes it, and whatever else it is as it is."""
    return json_number(value) if isinstance(value, Decimal) else value


def exact_text(value: object) -> str:
    """Return a value as text, a number with all its digits; empty where there is none.

    >>> exact_text(Decimal("1E+3")), exact_text(True), exact_text(None)
    ('1000', 'True', '')
    """
    if isinstance(value, Decimal):
        return format(value, "f")
    return "" if value is None else str(value)


def whole_number(value: object) -> int | None:
    """Return the whole number that `value` is, or that its text is in at most 15 digits; None where it is neither."""
    if isinstance(value, str):
        is_number = value.isascii() and value.isdecimal() and len(value) <= _LONGEST_NUMBER
        return int(value) if is_number else None
    return value if isinstance(value, int) and not isinstance(value, bool) else None
