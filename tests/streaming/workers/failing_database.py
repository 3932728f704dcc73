"""A database that hangs, and a table that is away."""

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from asgiref.sync import sync_to_async
from django.db import connection

from streaming.models import Lease
from tests.waiting import until

TABLE = Lease._meta.db_table


@sync_to_async
def rename_table(old: str, new: str) -> None:
    """Give a table another name."""
    with connection.schema_editor() as editor:
        editor.alter_db_table(Lease, old, new)


@asynccontextmanager
async def table_away() -> AsyncIterator[None]:
    """Let every question to the database fail meanwhile."""
    await rename_table(TABLE, "away")
    try:
        yield
    finally:
        await rename_table("away", TABLE)


@asynccontextmanager
async def hanging_database() -> AsyncIterator[None]:
    """Let no question to the database be answered meanwhile: they share one thread, which is kept busy."""
    hangs, ends = threading.Event(), threading.Event()

    def hang() -> None:
        hangs.set()
        ends.wait()

    hanging = asyncio.ensure_future(sync_to_async(hang)())
    await until(hangs.is_set)
    try:
        yield
    finally:
        ends.set()
        await hanging
