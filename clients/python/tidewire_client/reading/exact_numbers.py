"""Numbers of frames, exactly as they were written. Pure."""

from decimal import Decimal

_MOST_DIGITS = 40
_LARGEST_EXPONENT = 30


def exact_number(text: str) -> Decimal:
    """Return the JSON number in `text` with all its digits.

    Raise `ValueError` for one with over 40 digits or an exponent beyond ±30: no server of Tidewire writes such, and
    calculating with it could take the memory of the machine.
    """
    number = Decimal(text)
    _, digits, exponent = number.as_tuple()
    if len(digits) > _MOST_DIGITS or abs(int(exponent)) > _LARGEST_EXPONENT:
        raise ValueError(f"a number beyond all bounds: {text[:50]}")
    return number
