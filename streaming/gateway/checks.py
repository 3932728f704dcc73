"""Asking a part of the deployment whether it is there, within bounds."""

import asyncio
from collections.abc import Awaitable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from channels.db import DatabaseSyncToAsync
from django.db import connection
from redis.exceptions import RedisError

from streaming.database_errors import AnyDatabaseError

CHECK_SECONDS = 2.0

Answer = TypeVar("Answer")
_asking = ThreadPoolExecutor(max_workers=1, thread_name_prefix="database check")


class PartDownError(Exception):
    """A part refused, or did not answer in time."""


async def answer_of(question: Awaitable[Answer]) -> Answer:
    """Return the answer; raise `PartDownError` where none comes within two seconds."""
    try:
        async with asyncio.timeout(CHECK_SECONDS):
            return await question
    except (AnyDatabaseError, RedisError, OSError, TimeoutError) as error:
        raise PartDownError(str(error) or type(error).__name__) from error


async def ask_database() -> None:
    """Ask the database for nothing but an answer, in a thread of its own: no request waits for one that hangs."""
    await DatabaseSyncToAsync(_ask, thread_sensitive=False, executor=_asking)()


def _ask() -> None:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    finally:
        connection.close()
