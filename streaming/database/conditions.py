"""Conditions on rows: a column's value among many, and columns as far as a query names values for them."""

import json
import re
from collections.abc import Iterable, Sequence
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BooleanField, F, Func, Q

from streaming.database.compiled_query import Given

_DIGITS = re.compile(r"[0-9a-fx]+(?:,[0-9a-fx]+)*", re.ASCII)
"""Numbers, addresses and hashes: nothing in them is to be quoted, and none is NULL."""


class Among(Func):
    """A condition: the column's value is one of these texts or whole numbers, none of them or thousands.

    All of them are one parameter, where `__in` has one for each, which takes its time.
    In a `CompiledQuery` they may be `Given`.
    """

    def __init__(self, column: str, values: Iterable[str] | Iterable[int] | Given) -> None:
        super().__init__(F(column), output_field=BooleanField())
        self._values = values if isinstance(values, Given) else list(values)

    def as_sql(self, compiler: Any, connection: BaseDatabaseWrapper, *_given: Any, **_context: Any) -> tuple[str, Any]:
        """Return the condition: an array on PostgreSQL, elsewhere JSON, which the database takes apart itself."""
        column, parameters = compiler.compile(self.source_expressions[0])
        values = self._values
        written = values.placeholder(_written) if isinstance(values, Given) else _written(connection, values)
        if connection.vendor == "postgresql":
            return f"{column} = ANY(%s)", [*parameters, written]
        return f"{column} IN (SELECT value FROM json_each(%s))", [*parameters, written]  # noqa: S608 - a column


def where_given(**columns: Any) -> Q:
    """Return what holds for rows with these values in their columns; a column whose value is None may have any."""
    return Q(**{name: value for name, value in columns.items() if value is not None})


def _written(connection: BaseDatabaseWrapper, values: Iterable[object]) -> object:
    """Return the one parameter for all of the values."""
    return _array(list(values)) if connection.vendor == "postgresql" else json.dumps(list(values))


def _array(values: Sequence[object]) -> object:
    """Return an array as the database takes it: written at once where nothing in it is to be quoted."""
    text = ",".join(map(str, values))
    is_plain = text.count(",") == len(values) - 1 and _DIGITS.fullmatch(text)
    return f"{{{text}}}" if is_plain else values
