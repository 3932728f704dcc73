"""What columns share that keep a number as text, so that no digit of it is lost."""

from typing import TYPE_CHECKING, Any, TypeVar

from django.db import models

_Set = TypeVar("_Set")
_Get = TypeVar("_Get")

if TYPE_CHECKING:
    _Field = models.Field
else:

    class _Field(models.Field):
        def __class_getitem__(cls, types: object) -> type:
            return cls  # Django's own fields take their types in the stubs only


class NumberAsTextField(_Field[_Set, _Get]):
    """The base of a number that is kept as text, of up to 80 characters."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 80)
        super().__init__(*args, **kwargs)

    def get_internal_type(self) -> str:
        """Return the kind of column: that of a text."""
        return "CharField"
