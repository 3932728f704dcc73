"""Computations that may take seconds: one at a time in each process, in a thread of its own, and others wait.

So they hold up neither the event loop nor the one thread that a gateway's database commands run in. Requesters take
turns: however many one of them has asked for, another's comes after the one that has begun and one more.
"""

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from typing import ParamSpec, TypeVar

from django.conf import settings

from streaming.commands.errors import CommandRefusedError
from streaming.commands.outcome import CommandErrorCode
from streaming.fair_queue import FairQueue

_THREAD = ThreadPoolExecutor(max_workers=1, thread_name_prefix="computing")
_turns = FairQueue(at_a_time=1, most_of=lambda requester: 1)

Given = ParamSpec("Given")
Result = TypeVar("Result")


async def computed(
    requester: str, compute: Callable[Given, Result], *args: Given.args, **named: Given.kwargs
) -> Result:
    """Return what `compute` returns, in a turn of `requester`; cancelled before its turn, it doesn't begin."""
    await _turns.take(requester)
    return await asyncio.wrap_future(_begun(requester, lambda: compute(*args, **named)))


def computed_in_time(
    requester: str, compute: Callable[Given, Result], *args: Given.args, **named: Given.kwargs
) -> Result:
    """Return the same to a synchronous caller.

    Raise `CommandRefusedError` (UNAVAILABLE) where it takes longer, with the waiting, than a command may.
    """
    deadline = time.monotonic() + settings.WS_COMMAND_SECONDS
    try:
        _turns.take_in_thread(requester, seconds=settings.WS_COMMAND_SECONDS)
        return _begun(requester, lambda: compute(*args, **named)).result(timeout=max(0.0, deadline - time.monotonic()))
    except TimeoutError:
        raise took_too_long() from None


def _begun(requester: str, compute: Callable[[], Result]) -> Future[Result]:
    """Begin in a turn that `requester` has: until it has ended, and not until somebody waits for it no longer."""
    future = _THREAD.submit(copy_context().run, compute)
    future.add_done_callback(lambda _: _turns.give_back(requester))
    return future


def took_too_long() -> CommandRefusedError:
    """Return the refusal of what could not be done in time."""
    return CommandRefusedError(CommandErrorCode.UNAVAILABLE, "It took too long; try again later")
