"""Waiting in tests for what can only be asked for asynchronously."""

import asyncio
import time
from collections.abc import Awaitable, Callable

from tests.waiting import LIMIT_SECONDS


async def until_asked(question: Callable[[], Awaitable[object]], *, seconds: float = LIMIT_SECONDS) -> None:
    """Return as soon as the answer to `question` is true; fail after `seconds`."""
    deadline = time.monotonic() + seconds
    while not await question():
        assert time.monotonic() < deadline, f"not true within {seconds:g} s"
        await asyncio.sleep(0.005)
