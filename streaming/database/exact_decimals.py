"""A number in the database with all its digits: SQLite would keep a decimal as a binary float."""

from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

from streaming.numbers import exact_decimal

_Set = TypeVar("_Set")
_Get = TypeVar("_Get")

if TYPE_CHECKING:
    _Field = models.Field
else:

    class _Field(models.Field):
        def __class_getitem__(cls, types: object) -> type:
            return cls  # Django's own fields take their types in the stubs only


class ExactDecimalField(_Field[_Set, _Get]):
    """A `Decimal` kept as text in plain notation."""

    if TYPE_CHECKING:  # what mypy's plugin takes a column for; one with `null` may be None too
        _pyi_private_set_type: Decimal
        _pyi_private_get_type: Decimal

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

    def get_db_prep_save(self, value: object, connection: BaseDatabaseWrapper) -> Any:
        """Return the text for the column; a `Decimal`, of which many are written at once, by the shortest way."""
        if type(value) is Decimal:
            return format(value, "f")
        return super().get_db_prep_save(value, connection)

    def get_prep_value(self, value: object) -> str | None:
        """Return the text for the column."""
        number = self.to_python(value)
        return None if number is None else format(number, "f")
