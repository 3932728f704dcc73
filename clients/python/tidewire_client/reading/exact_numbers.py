"""Numbers of frames, exactly as they were written. Pure."""

from decimal import Decimal

_LARGEST_EXPONENT = 255
"""Amounts of a token are told with its decimals, of which it may have so many."""
_MOST_DIGITS = 78 + _LARGEST_EXPONENT
"""An amount has up to 78: it is below 2^256 of its asset's smallest units."""


def exact_number(text: str) -> Decimal:
    """Return the JSON number in `text` with all its digits.

    Raise `ValueError` for one with over 333 digits or an exponent beyond ±255: no server of Tidewire writes such, and
    calculating with it could take the memory of the machine.
    """
    number = Decimal(text)
    _, digits, exponent = number.as_tuple()
    if len(digits) > _MOST_DIGITS or abs(int(exponent)) > _LARGEST_EXPONENT:
        raise ValueError(f"a number beyond all bounds: {text[:50]}")
    return number
