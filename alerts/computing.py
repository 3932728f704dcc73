"""Computations that may take seconds: one at a time in each process, in a thread of its own, and others wait.

So they hold up neither the event loop nor the one thread that a gateway's database commands run in.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from streaming.gateway.commands.errors import CommandRefusedError
from streaming.gateway.outcome import CommandErrorCode

LONGEST_WAIT_SECONDS = 25.0
"""As long as a command may take."""
_THREAD = ThreadPoolExecutor(max_workers=1, thread_name_prefix="computing")

Given = ParamSpec("Given")
Result = TypeVar("Result")


async def computed(compute: Callable[Given, Result], *args: Given.args, **named: Given.kwargs) -> Result:
    """Return what `compute` returns; cancelled before its turn, it doesn't begin."""
    return await asyncio.wrap_future(_THREAD.submit(compute, *args, **named))


def computed_within(
    seconds: float, compute: Callable[Given, Result], *args: Given.args, **named: Given.kwargs
) -> Result:
    """Return the same to a synchronous caller; raise `CommandRefusedError` (UNAVAILABLE) where it takes longer."""
    future = _THREAD.submit(compute, *args, **named)
    try:
        return future.result(timeout=seconds)
    except TimeoutError:
        future.cancel()
        raise CommandRefusedError(CommandErrorCode.UNAVAILABLE, "It took too long; try again later") from None
