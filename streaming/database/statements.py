"""Statements that are sent to the database together: on PostgreSQL in one round trip, elsewhere one after another.

SQLite has no network to wait for, and takes one at a time.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

from django.db.backends.base.base import BaseDatabaseWrapper

Take = Callable[[Sequence[tuple[Any, ...]]], None]
"""Is given the rows that a statement returns."""


class Statement(NamedTuple):
    """A statement with its parameters; `take` is given what it returns."""

    sql: str
    parameters: Sequence[Any]
    take: Take | None = None


def execute_together(connection: BaseDatabaseWrapper, statements: Iterable[Statement]) -> None:
    """Execute statements in their order; raise what the first that fails raises: call it in a transaction."""
    gathered = list(statements)
    if not gathered:
        return
    with connection.cursor() as cursor:
        if _takes_several(connection):
            cursor.execute(
                ";\n".join(one.sql for one in gathered), [value for one in gathered for value in one.parameters]
            )
            for number, one in enumerate(gathered):
                if number:
                    cursor.nextset()
                _hand_on(cursor, one)
            return
        for one in gathered:
            cursor.execute(one.sql, one.parameters)
            _hand_on(cursor, one)


def _takes_several(connection: BaseDatabaseWrapper) -> bool:
    """Return whether several statements may be sent as one: not where the server fills in their parameters."""
    options = connection.settings_dict.get("OPTIONS", {})
    return connection.vendor == "postgresql" and not options.get("server_side_binding")


def _hand_on(cursor: Any, statement: Statement) -> None:
    if statement.take is not None:
        statement.take(cursor.fetchall())
