"""A database that doesn't answer some questions until it is let: for tests of who waits for whom."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

Choice = Callable[[str, Any], bool]


class HeldQueries:
    """Those that have begun, of which `inside` tells how many, and wait until `let_go`."""

    def __init__(self, choice: Choice) -> None:
        self.inside = 0
        self.most = 0
        self._choice = choice
        self._open = threading.Event()
        self._lock = threading.Lock()

    def let_go(self) -> None:
        """Answer all of them, and whatever is asked from now on."""
        self._open.set()

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        """Answer a query of a connection, when that is let."""
        if self._choice(sql, params):
            self._count(1)
            try:
                assert self._open.wait(30)
            finally:
                self._count(-1)
        return execute(sql, params, many, context)

    def _count(self, change: int) -> None:
        with self._lock:
            self.inside += change
            self.most = max(self.most, self.inside)


@contextmanager
def held_queries(choice: Choice) -> Iterator[HeldQueries]:
    """Hold what `choice` picks by SQL and parameters, on each connection that is opened from now on: a thread's own."""
    held = HeldQueries(choice)

    def hold(connection: BaseDatabaseWrapper, **_: object) -> None:
        connection.execute_wrappers.append(held)

    connection_created.connect(hold)
    try:
        yield held
    finally:
        held.let_go()
        connection_created.disconnect(hold)
