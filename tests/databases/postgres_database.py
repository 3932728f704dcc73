"""A PostgreSQL database in which several work at the same time: threads of this process, a connection each."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import dj_database_url
import psycopg
from django.db import connection, connections
from django.db.utils import ConnectionHandler

T = TypeVar("T")


class PostgresDatabase:
    """The one at `url`."""

    def __init__(self, url: str) -> None:
        self.url = url

    def run(self, *works: Callable[[], T]) -> list[T]:
        """Do all at once, each in a thread whose `default` database this is; return what each returns.

        What one raises is raised once all have ended.
        """
        with ThreadPoolExecutor(len(works)) as threads:
            running = [threads.submit(self._run, work) for work in works]
        return [one.result() for one in running]

    def query(self, statement: str) -> list[tuple[Any, ...]]:
        """Return what the database answers."""
        with psycopg.connect(self.url) as connection:
            return connection.execute(statement.encode()).fetchall()

    def _run(self, work: Callable[[], T]) -> T:
        connection = connections["default"] = ConnectionHandler({"default": dj_database_url.parse(self.url)})["default"]
        try:
            return work()
        finally:
            connection.close()


def somebody_waits() -> bool:
    """Return whether anyone waits for what another has locked in the database of this thread."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_stat_clear_snapshot()"
        )  # what was seen once in a transaction is shown again otherwise
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
        )
        return bool(cursor.fetchone()[0])
