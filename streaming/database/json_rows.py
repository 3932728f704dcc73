"""Many rows as one JSON text, which the database takes apart itself: no instance and no placeholder for each."""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import Any, TypeAlias

import msgspec
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import DateField, Field, JSONField

Row = Mapping[str, Any]
"""Values by column, as in `attname`."""
Column: TypeAlias = "Field[Any, Any]"
BATCH = 5_000
"""Rows of one query at the most."""
STATEMENTS_KEPT = 256
"""So many statements are kept as they were made: of which tables and columns they are is known to few places."""
_MOMENTS = 64
"""So many times of a column are kept as they are written: of rows that are written together, most have the same."""
_PLAIN = frozenset({bool, int, str, type(None)})
"""What JSON and the column write alike; anything else is written as its column says."""
_PLAIN_TEXT = frozenset({str, type(None)})
"""The same for a column of text: a whole number in one may be longer than SQLite reads from JSON."""


def taken_apart(connection: BaseDatabaseWrapper, columns: Iterable[Column]) -> tuple[list[str], str]:
    """Return what to select of a parameter of JSON rows, which it calls `one`, and from what."""
    if connection.vendor == "postgresql":
        typed = ", ".join(f'"{column.attname}" {column.db_type(connection)}' for column in columns)
        return [f'one."{column.attname}"' for column in columns], f"json_to_recordset(%s) AS one({typed})"
    return [f"json_extract(one.value, '$.{column.attname}')" for column in columns], "json_each(%s) AS one"


def as_json(connection: BaseDatabaseWrapper, columns: Iterable[Column], rows: Sequence[Row]) -> str:
    """Return the rows as the parameter. A column of JSON takes objects and lists, without binary floats."""
    given = {column.attname: column for column in columns}
    written = [_written(connection, column, list(map(itemgetter(name), rows))) for name, column in given.items()]
    # column by column: most of them need no look at each value
    return msgspec.json.encode(
        [dict(zip(given, values, strict=True)) for values in zip(*written, strict=True)]
    ).decode()


def _written(connection: BaseDatabaseWrapper, column: Column, values: Sequence[Any]) -> Sequence[object]:
    """Return a column's values as JSON and the column write them alike; a moment that many rows have is made once."""
    plain = _PLAIN_TEXT if column.get_internal_type() == "CharField" else _PLAIN
    if isinstance(column, JSONField) or plain.issuperset(map(type, values)):
        return values

    def written(value: Any) -> object:
        return value if type(value) in plain else column.get_db_prep_save(value, connection)

    return list(map(lru_cache(_MOMENTS)(written) if isinstance(column, DateField) else written, values))
