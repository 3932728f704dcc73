"""Computations that may take seconds: one at a time in each process, in a thread of its own, and others wait.

So they hold up neither the event loop nor the one thread that a gateway's database commands run in.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from django.conf import settings

from streaming.commands.errors import CommandRefusedError
from streaming.commands.outcome import CommandErrorCode

_THREAD = ThreadPoolExecutor(max_workers=1, thread_name_prefix="computing")

Given = ParamSpec("Given")
Result = TypeVar("Result")


async def computed(compute: Callable[Given, Result], *args: Given.args, **named: Given.kwargs) -> Result:
    """Return what `compute` returns; cancelled before its turn, it doesn't begin."""
    return await asyncio.wrap_future(_THREAD.submit(compute, *args, **named))


def computed_in_time(compute: Callable[Given, Result], *args: Given.args, **named: Given.kwargs) -> Result:
    """Return the same to a synchronous caller.

    Raise `CommandRefusedError` (UNAVAILABLE) where it takes longer than a command may.
    """
    future = _THREAD.submit(compute, *args, **named)
    try:
        return future.result(timeout=settings.WS_COMMAND_SECONDS)
    except TimeoutError:
        future.cancel()
        raise took_too_long() from None


def took_too_long() -> CommandRefusedError:
    """Return the refusal of what could not be done in time."""
    return CommandRefusedError(CommandErrorCode.UNAVAILABLE, "It took too long; try again later")
