"""What is to become of the rows of tables, gathered first and written at once, however many there are."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from django.db import connections, router
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model

from streaming.batches import batched
from streaming.database.bulk_insert import insert_statements
from streaming.database.bulk_update import update_statements
from streaming.database.json_rows import BATCH, Row
from streaming.database.statements import Statement, execute_together

TakeId = Callable[[Any], None]
"""Is told the id of a row once it is inserted."""


class TableChanges:
    """Rows of a table to delete, to change and to insert, in this order. Rows of a kind have all the same columns.

    What is deleted, nothing refers to.
    """

    def __init__(self, model: type[Model]) -> None:
        self.model = model
        self._deleted: list[Any] = []
        self._changed: list[Row] = []
        self._new: list[Row] = []
        self._take_ids: list[TakeId | None] = []

    def delete(self, ids: Iterable[Any]) -> None:
        """Delete rows by their ids."""
        self._deleted += ids

    def update(self, row: Row) -> None:
        """Change a row, which names its `id`."""
        self._changed.append(row)

    def insert(self, row: Row, take_id: TakeId | None = None) -> None:
        """Insert a row."""
        self._new.append(row)
        self._take_ids.append(take_id)

    def statements(self, connection: BaseDatabaseWrapper) -> Iterator[Statement]:
        """Yield what writes all of it, one statement of a kind for five thousand rows."""
        for batch in batched(self._deleted, BATCH):
            yield _delete(self.model, batch)
        yield from update_statements(connection, self.model, self._changed)
        waiting = iter(self._take_ids)

        def take_ids(ids: list[Any]) -> None:
            for pk, take_id in zip(ids, waiting, strict=False):
                if take_id is not None:
                    take_id(pk)

        yield from insert_statements(connection, self.model, self._new, take_ids)


def tables_write(tables: Iterable[TableChanges]) -> None:
    """Write what is to become of tables of one database, one table after the other, by one round trip."""
    written = list(tables)
    if written:
        connection = connections[router.db_for_write(written[0].model)]
        execute_together(connection, [one for table in written for one in table.statements(connection)])


def _delete(model: type[Model], ids: Sequence[Any]) -> Statement:
    table = model._meta.db_table  # noqa: SLF001 - Django's
    return Statement(f'DELETE FROM "{table}" WHERE "id" IN ({", ".join(["%s"] * len(ids))})', ids)  # noqa: S608 - names are ours
