"""Asking a part of the deployment whether it is there, within bounds."""

import asyncio
import sqlite3
from collections.abc import Awaitable
from concurrent.futures import ThreadPoolExecutor
from contextvars import Context
from functools import partial
from typing import TypeVar

from channels.db import DatabaseSyncToAsync
from django.db import connection
from django.db.backends.utils import CursorWrapper
from redis.exceptions import RedisError

from streaming.clock import Clock
from streaming.database.errors import AnyDatabaseError
from streaming.database.schema import unapplied_migrations
from streaming.models import Lease

CHECK_SECONDS = 2.0
_ASKED_SECONDS = 1.0
_BEING_WRITTEN = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
_PRIMARY_CODE = 0xFF
"""The bits of SQLite's extended codes that hold the primary one (https://www.sqlite.org/rescode.html)."""

Answer = TypeVar("Answer")
_asking = ThreadPoolExecutor(max_workers=1, thread_name_prefix="database check")


class PartDownError(Exception):
    """A part refused, or did not answer in time."""


class PartReadOnlyError(PartDownError):
    """A part answers, and takes nothing new."""


async def answer_of(question: Awaitable[Answer]) -> Answer:
    """Return the answer; raise `PartDownError` where none comes within two seconds."""
    try:
        async with asyncio.timeout(CHECK_SECONDS):
            return await question
    except (AnyDatabaseError, RedisError, OSError, TimeoutError) as error:
        raise PartDownError(str(error) or type(error).__name__) from error


class UnmigratedError(PartDownError):
    """The database answers, and lacks tables or columns of this version."""


class DatabaseCheck:
    """Whether the database answers, has this version's tables, and takes what is written.

    It is asked at most once a second, whoever wants to know; of its tables, until they are all there.

    It writes nothing: it begins to change rows that there are none of, which a database refuses that is read-only (a
    standby, a file or a file system without the right to write). One that is being written just then can be written.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._asked_at = 0.0
        self._asked: asyncio.Task[float] | None = None
        self._is_migrated = False

    async def seconds(self) -> float:
        """Return how long it took to answer.

        Raise `UnmigratedError`, `PartReadOnlyError`, or `PartDownError` where it didn't answer.
        """
        now = self._clock.monotonic()
        if self._asked is None or (self._asked.done() and now - self._asked_at >= _ASKED_SECONDS):
            self._asked_at = now
            self._asked = asyncio.get_running_loop().create_task(answer_of(self._ask()), context=Context())
        return await asyncio.shield(self._asked)

    async def _ask(self) -> float:
        began = self._clock.monotonic()
        ask = partial(ask_database, of_tables=not self._is_migrated)
        await DatabaseSyncToAsync(ask, thread_sensitive=False, executor=_asking)()
        self._is_migrated = True
        return self._clock.monotonic() - began


def ask_database(*, of_tables: bool = False) -> None:
    """Ask, in a thread of its own as no request waits for a database that hangs, and close the connection.

    Raise `UnmigratedError` where it is asked of its tables and lacks some, `PartReadOnlyError` where it can't be
    written, what the database raises where it doesn't answer.
    """
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            if of_tables:
                _require_tables()
            if connection.vendor == "sqlite":
                cursor.execute("PRAGMA busy_timeout = 0")
            _begin_to_write(cursor)
    finally:
        connection.close()


def _require_tables() -> None:
    missing = unapplied_migrations()
    if missing:
        raise UnmigratedError(f"{len(missing):,} migrations are not applied, the first is {missing[0]}")


def _begin_to_write(cursor: CursorWrapper) -> None:
    try:
        cursor.execute(f"UPDATE {Lease._meta.db_table} SET name = name WHERE 1 = 0")  # noqa: S608, SLF001 - our own name
    except AnyDatabaseError as error:
        if getattr(error.__cause__, "sqlite_errorcode", 0) & _PRIMARY_CODE not in _BEING_WRITTEN:
            raise PartReadOnlyError(str(error)) from error
