"""Changing many rows at once, each to values of its own."""

from collections.abc import Iterator, Sequence

from django.db import connections, router
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model

from streaming.database.json_rows import BATCH, Column, Row, as_json, taken_apart
from streaming.database.statements import Statement


def rows_update(model: type[Model], rows: Sequence[Row]) -> int:
    """Change rows, given by column as in `attname` and all with the same columns, their `id` among them.

    Return how many were there. Other columns stay as they are. One query for five thousand.
    """
    connection = connections[router.db_for_write(model)]
    changed = 0
    with connection.cursor() as cursor:
        for statement in update_statements(connection, model, rows):
            cursor.execute(statement.sql, statement.parameters)
            changed += int(cursor.rowcount)
    return changed


def update_statements(connection: BaseDatabaseWrapper, model: type[Model], rows: Sequence[Row]) -> Iterator[Statement]:
    """Yield what changes rows as `rows_update` does."""
    for start in range(0, len(rows), BATCH):
        some = rows[start : start + BATCH]
        columns = [column for column in model._meta.concrete_fields if column.attname in some[0]]  # noqa: SLF001 - Django's
        yield Statement(_statement(connection, model, columns), [as_json(connection, columns, some)])


def _statement(connection: BaseDatabaseWrapper, model: type[Model], columns: Sequence[Column]) -> str:
    selected, rows = taken_apart(connection, columns)
    values = dict(zip(columns, selected, strict=True))
    key = next(column for column in columns if column.primary_key)
    changes = ", ".join(f'"{column.column}" = {value}' for column, value in values.items() if column is not key)
    table = model._meta.db_table  # noqa: SLF001 - Django's
    return f'UPDATE "{table}" SET {changes} FROM {rows} WHERE "{table}"."{key.column}" = {values[key]}'  # noqa: S608 - names are ours
