"""A number in the database with all its digits: SQLite would keep a decimal as a binary float."""

from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeVar

from django.core.exceptions import ValidationError
from django.db.backends.base.base import BaseDatabaseWrapper

from streaming.database.numbers_as_text import NumberAsTextField
from streaming.numbers import exact_decimal

_Set = TypeVar("_Set")
_Get = TypeVar("_Get")


class ExactDecimalField(NumberAsTextField[_Set, _Get]):
    """A `Decimal` kept as text in plain notation."""

    if TYPE_CHECKING:  # what mypy's plugin takes a column for; one with `null` may be None too
        _pyi_private_set_type: Decimal
        _pyi_private_get_type: Decimal

    description = "A decimal number, exact to the last digit"

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

    def get_db_prep_save(self, value: object, connection: BaseDatabaseWrapper) -> Any:
        """Return the text for the column; a `Decimal`, of which many are written at once, by the shortest way."""
        if type(value) is Decimal:
            return format(value, "f")
        return super().get_db_prep_save(value, connection)

    def get_prep_value(self, value: object) -> str | None:
        """Return the text for the column."""
        number = self.to_python(value)
        return None if number is None else format(number, "f")
