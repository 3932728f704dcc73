"""Sending many clients to other gateways in portions, as none of these could take all of them in an instant."""

import asyncio
from collections.abc import Callable, Sequence
from typing import TypeVar

_STEP_SECONDS = 0.05
_AT_LEAST_PER_SECOND = 500

SessionT = TypeVar("SessionT")


async def drain(sessions: Sequence[SessionT], close: Callable[[SessionT], None], *, seconds: float) -> None:
    """Close sessions, 500 a second, or as many more as have to be so that all are closed within `seconds`.

    Safe to cancel.
    """
    size = portion(len(sessions), seconds)
    for begin in range(0, len(sessions), size):
        if begin:
            await asyncio.sleep(_STEP_SECONDS)
        for session in sessions[begin : begin + size]:
            close(session)


def portion(sessions: int, seconds: float) -> int:
    """Return how many sessions are closed in one step."""
    steps = max(1, int(seconds / _STEP_SECONDS))
    return max(1, round(_AT_LEAST_PER_SECOND * _STEP_SECONDS), -(-sessions // steps))
