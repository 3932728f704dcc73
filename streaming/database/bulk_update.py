"""Changing many rows at once, each to values of its own."""

from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache

from django.db import connections, router
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model

from streaming.batches import batched
from streaming.database.json_rows import BATCH, STATEMENTS_KEPT, Column, Row, as_json, taken_apart
from streaming.database.statements import Statement


def rows_update(model: type[Model], rows: Sequence[Row]) -> int:
    """Change rows, given by column as in `attname` and all with the same columns, their key among them.

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
    for batch in batched(rows, BATCH):
        sql, columns = _statement((connection.alias, connection.vendor), model, tuple(batch[0]))
        yield Statement(sql, [as_json(connection, columns, batch)])


@lru_cache(STATEMENTS_KEPT)
def _statement(database: tuple[str, str], model: type[Model], names: Collection[str]) -> tuple[str, Sequence[Column]]:
    """Return what changes rows with these columns, and the columns; `database` is an alias, and what kind it is."""
    alias, _ = database
    columns = [column for column in model._meta.concrete_fields if column.attname in names]  # noqa: SLF001 - Django's
    selected, rows = taken_apart(connections[alias], columns)
    values = dict(zip(columns, selected, strict=True))
    key = next(column for column in columns if column.primary_key)
    changes = ", ".join(f'"{column.column}" = {value}' for column, value in values.items() if column is not key)
    table = model._meta.db_table  # noqa: SLF001 - Django's
    where = f'"{table}"."{key.column}" = {values[key]}'
    return f'UPDATE "{table}" SET {changes} FROM {rows} WHERE {where}', columns  # noqa: S608 - names are ours
