"""Database connections that are lost: they answer no question, as those that the database has closed."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from asgiref.sync import SyncToAsync
from django.db import InterfaceError, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created


class LostConnection:
    """Fails every question to the database, or those that hold `word`; none while it is None."""

    def __init__(self, word: str | None = "") -> None:
        self.word = word
        self.failures = 0

    def __call__(self, ask: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        """Ask, or fail."""
        if self.word is not None and self.word in sql:
            self.failures += 1
            raise InterfaceError("connection already closed")
        return ask(sql, params, many, context)


@contextmanager
def lost_connections() -> Iterator[LostConnection]:
    """Lose the connection of the thread that asynchronous code asks, and every one that is opened meanwhile."""
    lost, losing = LostConnection(), list[BaseDatabaseWrapper]()

    def lose(connection: BaseDatabaseWrapper, **_: Any) -> None:
        connection.execute_wrappers.append(lost)
        losing.append(connection)

    connection_created.connect(lose)
    SyncToAsync.single_thread_executor.submit(lambda: lose(connections["default"])).result()
    try:
        yield lost
    finally:
        lost.word = None
        connection_created.disconnect(lose)
        for one in losing:
            one.execute_wrappers.remove(lost)
