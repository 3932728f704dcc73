"""Asking a part of the deployment whether it is there, within bounds."""

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

from channels.db import database_sync_to_async
from django.db import Error as DatabaseFault
from django.db import connection
from redis.exceptions import RedisError

CHECK_SECONDS = 2.0

Answer = TypeVar("Answer")


class PartDownError(Exception):
    """A part refused, or did not answer in time."""


async def answer_of(question: Awaitable[Answer]) -> Answer:
    """Return the answer; raise `PartDownError` where none comes within two seconds."""
    try:
        async with asyncio.timeout(CHECK_SECONDS):
            return await question
    except (DatabaseFault, RedisError, OSError, TimeoutError) as error:
        raise PartDownError(str(error) or type(error).__name__) from error


@database_sync_to_async
def ask_database() -> None:
    """Ask the database for nothing but an answer."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
