"""Sending many clients to other gateways in portions, as none of these could take all of them in an instant."""

import asyncio
from collections.abc import Callable, Sequence
from math import ceil
from typing import TypeVar

_STEP_SECONDS = 0.05
_AT_LEAST_PER_SECOND = 500

SessionT = TypeVar("SessionT")


async def drain(sessions: Sequence[SessionT], close: Callable[[SessionT], None], *, seconds: float) -> None:
    """Close sessions, 500 a second, or as many more as have to be so that all are closed within `seconds`.

    Safe to cancel.
    """
    loop, closed = asyncio.get_running_loop(), 0
    began = loop.time()
    while (now_due := due(len(sessions), loop.time() - began, seconds)) < len(sessions):
        for session in sessions[closed:now_due]:
            close(session)
        closed = now_due
        await asyncio.sleep(_STEP_SECONDS)
    for session in sessions[closed:]:
        close(session)


def due(sessions: int, gone: float, seconds: float) -> int:
    """Return how many of the sessions are to be closed by now, `gone` seconds after the first step.

    It goes by time: closing costs a process something, and one that is busy would else take longer than `seconds`.
    """
    duration = min(seconds, sessions / _AT_LEAST_PER_SECOND)
    if gone + _STEP_SECONDS >= duration:
        return sessions
    return ceil(sessions * (gone + _STEP_SECONDS) / duration)
