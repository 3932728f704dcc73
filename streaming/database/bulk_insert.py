"""Inserting many rows at once, several times as fast as by instances of their model.

Constraints, and what a column refuses, hold as for any other row.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from django.db import connections, router
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model

from streaming.batches import batched
from streaming.database.json_rows import BATCH, STATEMENTS_KEPT, Column, Row, as_json, taken_apart
from streaming.database.statements import Statement, execute_together

_LEAVE_OUT = " WHERE true ON CONFLICT DO NOTHING"
"""Without the condition SQLite would read the conflict's clause as a part of the join."""


def rows_insert(model: type[Model], rows: Sequence[Row], *, leave_out_known: bool = False) -> list[Any]:
    """Insert rows, given by column as in `attname` and all with the same columns; return their ids, in their order.

    A column that they don't have is as in a new instance, an id as the database counts. One query for five thousand.
    With `leave_out_known`, rows that a unique constraint forbids are left out, and have no id; where another
    transaction is about to store such a one, that is waited for.
    """
    connection = connections[router.db_for_write(model)]
    ids: list[Any] = []
    where_known = _LEAVE_OUT if leave_out_known else ""
    for statement in insert_statements(connection, model, rows, ids.extend, where_known=where_known):
        execute_together(connection, [statement])
    return ids


def rows_upsert(model: type[Model], rows: Sequence[Row], *, unique: Sequence[str], update: Sequence[str]) -> list[Any]:
    """Insert rows as `rows_insert` does; of one that is there by its columns `unique`, change the columns `update`.

    No two of the rows may be the same by those. Return the ids of all, in their order.
    """
    connection = connections[router.db_for_write(model)]
    columns = {column.attname: column.column for column in model._meta.concrete_fields}  # noqa: SLF001 - Django's
    known = ", ".join(f'"{columns[name]}"' for name in unique)
    changes = ", ".join(f'"{columns[name]}" = excluded."{columns[name]}"' for name in update)
    ids: list[Any] = []
    where_known = f" WHERE true ON CONFLICT ({known}) DO UPDATE SET {changes}"
    for statement in insert_statements(connection, model, rows, ids.extend, where_known=where_known):
        execute_together(connection, [statement])
    return ids


def insert_statements(
    connection: BaseDatabaseWrapper,
    model: type[Model],
    rows: Sequence[Row],
    take_ids: Callable[[list[Any]], None],
    *,
    where_known: str = "",
) -> Iterator[Statement]:
    """Yield what inserts rows as `rows_insert` does; `take_ids` is given the ids of each statement's rows."""

    def take(returned: Sequence[tuple[Any, ...]]) -> None:
        take_ids([pk for (pk,) in returned])

    for batch in batched(rows, BATCH):
        sql, parameters = _insert(connection, model, batch, where_known)
        yield Statement(sql, parameters, take)


def _insert(
    connection: BaseDatabaseWrapper, model: type[Model], rows: Sequence[Row], where_known: str
) -> tuple[str, list[Any]]:
    statement = _statement((connection.alias, connection.vendor), model, tuple(rows[0]), where_known)
    new = model()
    values = [column.get_db_prep_save(column.pre_save(new, add=True), connection) for column in statement.alike]
    return statement.sql, [*values, as_json(connection, statement.given, rows)]


class _Insertion(NamedTuple):
    """A statement, the columns that its rows give, and those that are as in any new instance."""

    sql: str
    given: Sequence[Column]
    alike: Sequence[Column]


@lru_cache(STATEMENTS_KEPT)
def _statement(database: tuple[str, str], model: type[Model], names: Collection[str], where_known: str) -> _Insertion:
    """Return what inserts rows that have these columns; `database` is an alias, and what kind of database it is."""
    alias, _ = database
    columns = model._meta.concrete_fields  # noqa: SLF001 - Django's
    given = [column for column in columns if column.attname in names]
    alike = [column for column in columns if column.attname not in names and not column.primary_key]
    selected, rows = taken_apart(connections[alias], given)
    into = ", ".join(f'"{column.column}"' for column in [*given, *alike])
    values = ", ".join([*selected, *("%s" for _ in alike)])
    table = model._meta.db_table  # noqa: SLF001 - Django's
    sql = f'INSERT INTO "{table}" ({into}) SELECT {values} FROM {rows}{where_known} RETURNING "id"'  # noqa: S608 - names are ours
    return _Insertion(sql, given, alike)
