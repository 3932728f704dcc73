"""The moments at which a process does what it does again and again: it wakes once for all of it, not once for each."""

import asyncio
import random

_PHASE = random.randrange(1000) / 1000  # noqa: S311 - no secret
"""Gateways that share a machine, or a Redis, don't wake all at once."""


def until_tick(interval: float) -> float:
    """Return in how many seconds the process's next moment of that interval is, in the running event loop.

    Moments of intervals of which one is a multiple of the other fall together. The next one is at least half an
    interval away, so that each comes once, however early a timer fires, and at most one and a half.
    """
    return seconds_until_tick(interval, now=asyncio.get_running_loop().time(), phase=_PHASE)


def seconds_until_tick(interval: float, *, now: float, phase: float) -> float:
    """Return how long it is from `now` to the next of the moments `phase`, `phase + interval` …; see `until_tick`."""
    left = interval - (now - phase) % interval
    return left if left >= interval / 2 else left + interval
