"""What the admin shows of a value that may be missing."""

from decimal import Decimal

from streaming.numbers import in_plain_notation

ABSENT = "-"
"""Where there is none, as Django shows it."""


def plain_number(number: Decimal | None) -> str:
    """Return a number in plain notation, without zeros that say nothing; a dash where there is none."""
    return ABSENT if number is None else in_plain_notation(number)
