"""Ending a task that waits for somebody else's code.

Until Python 3.12, `asyncio.wait_for` forgets a cancellation that arrives together with the result or the failure, and
Redis's client uses it for every command: a task that loops over such calls would go on for ever.
"""

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

ResultT = TypeVar("ResultT")


async def heeding_cancellation(call: Awaitable[ResultT]) -> ResultT:
    """Return what `call` returns; raise `CancelledError` where it was cancelled meanwhile and kept that to itself.

    So it is where the call fails together with being cancelled: whoever expects it to fail would go on.
    """
    task = asyncio.current_task()
    before = 0 if task is None else task.cancelling()
    try:
        result = await call
    except Exception as error:
        if task is not None and task.cancelling() > before:
            raise asyncio.CancelledError from error
        raise
    if task is not None and task.cancelling() > before:
        raise asyncio.CancelledError
    return result
