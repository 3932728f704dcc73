"""Which connections are kept from one question to the next, in a process that serves no requests."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from asgiref.sync import sync_to_async
from django.db import close_old_connections
from django.db.utils import ConnectionHandler
from pytest_django import DjangoDbBlocker

from streaming.database import connections as kept
from streaming.database.connections import keep_connections, keep_connections_of_the_event_loop


@pytest.fixture
def connections(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, django_db_blocker: DjangoDbBlocker
) -> Iterator[ConnectionHandler]:
    """Return the connections to a database of this test's own, which the module takes for the process's."""
    own = ConnectionHandler({"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": tmp_path / "own.sqlite3"}})
    monkeypatch.setattr(kept, "connections", own)
    monkeypatch.setattr("django.db.connections", own)
    with django_db_blocker.unblock():
        yield own


def is_kept(connections: ConnectionHandler) -> bool:
    """Ask in this thread; return whether its connection outlives the question."""
    connection = connections["default"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    close_old_connections()
    is_open = connection.connection is not None
    connection.close()
    return is_open


def in_a_new_thread(connections: ConnectionHandler) -> bool:
    """Do the same in another thread."""
    with ThreadPoolExecutor(max_workers=1) as thread:
        return thread.submit(is_kept, connections).result()


def test_it_keeps_those_of_threads_that_are_started_later(connections: ConnectionHandler) -> None:
    assert not in_a_new_thread(connections)
    keep_connections()
    assert in_a_new_thread(connections)


async def test_it_keeps_that_of_the_event_loops_thread_and_no_other(connections: ConnectionHandler) -> None:
    assert not await sync_to_async(is_kept)(connections)
    await keep_connections_of_the_event_loop()
    assert await sync_to_async(is_kept)(connections)
    assert not in_a_new_thread(connections)
