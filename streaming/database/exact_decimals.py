"""A number in the database with all its digits: SQLite would keep a decimal as a binary float."""

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import models

from streaming.numbers import exact_decimal

if TYPE_CHECKING:
    _Field = models.Field[Decimal | None, Decimal | None]
else:
    _Field = models.Field


class ExactDecimalField(_Field):
    """A `Decimal` kept as text in plain notation."""

    description = "A decimal number, exact to the last digit"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 80)
        super().__init__(*args, **kwargs)

    def get_internal_type(self) -> str:
        """Return the kind of column: that of a text."""
        return "CharField"

    def from_db_value(self, value: str | None, expression: object, connection: object) -> Decimal | None:
        """Return the number in a column."""
        return None if value is None else Decimal(value)

    def to_python(self, value: object) -> Decimal | None:
        """Return the number that `value` stands for; raise `ValidationError` for what isn't one."""
        if value is None or isinstance(value, Decimal):
            return value
        try:
            return exact_decimal(str(value))
        except ValueError as error:
            raise ValidationError(str(error)) from None

    def get_prep_value(self, value: object) -> str | None:
        """Return the text for the column."""
        number = self.to_python(value)
        return None if number is None else format(number, "f")
