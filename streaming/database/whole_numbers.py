"""A whole number in the database with all its digits, however many: columns of numbers end at 2^63."""

from typing import TYPE_CHECKING, TypeVar

from django.core.exceptions import ValidationError

from streaming.database.numbers_as_text import NumberAsTextField

_Set = TypeVar("_Set")
_Get = TypeVar("_Get")


class ExactIntegerField(NumberAsTextField[_Set, _Get]):
    """An `int` of up to 79 digits (a uint256 has 78), kept as text."""

    if TYPE_CHECKING:  # what mypy's plugin takes a column for; one with `null` may be None too
        _pyi_private_set_type: int
        _pyi_private_get_type: int

    description = "A whole number, exact to the last digit"

    def from_db_value(self, value: str | None, expression: object, connection: object) -> int | None:
        """Return the number in a column."""
        return None if value is None else int(value)

    def to_python(self, value: object) -> int | None:
        """Return the number that `value` stands for; raise `ValidationError` for what isn't one, or is too long."""
        if value is None or (isinstance(value, int) and not isinstance(value, bool)):
            return value
        text = str(value)
        digits = text.removeprefix("-")
        if not (digits.isascii() and digits.isdecimal()) or len(text) > (self.max_length or 0):
            raise ValidationError(f"not a whole number: {text[:50]!r}")
        return int(text)

    def get_prep_value(self, value: object) -> str | None:
        """Return the text for the column."""
        number = self.to_python(value)
        return None if number is None else str(number)
