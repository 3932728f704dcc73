"""Waiting in tests: for what is expected, never for a time."""

import asyncio
import time
from collections.abc import Awaitable, Callable

LIMIT_SECONDS = 60.0
"""How long what is expected may take at most, on a machine that is busy with other tests."""
_STEP_SECONDS = 0.005


async def until(
    condition: Callable[[], object], *, seconds: float = LIMIT_SECONDS, explain: Callable[[], str] = str
) -> None:
    """Return as soon as `condition` is true; fail after `seconds` with `explain()`."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not true within {seconds:g} s\n{explain()}"
        await asyncio.sleep(_STEP_SECONDS)


async def until_asked(question: Callable[[], Awaitable[object]], *, seconds: float = LIMIT_SECONDS) -> None:
    """Return as soon as the answer to `question` is true; fail after `seconds`."""
    deadline = time.monotonic() + seconds
    while not await question():
        assert time.monotonic() < deadline, f"not true within {seconds:g} s"
        await asyncio.sleep(_STEP_SECONDS)


async def until_answer(
    ask: Callable[[], Awaitable[object]], expected: object, *, seconds: float = LIMIT_SECONDS
) -> None:
    """Return as soon as what is asked again and again answers `expected`; fail after `seconds`."""
    deadline = time.monotonic() + seconds
    while (answer := await ask()) != expected:
        assert time.monotonic() < deadline, f"{answer!r}, not {expected!r}"
        await asyncio.sleep(_STEP_SECONDS)


def until_now(
    condition: Callable[[], object], *, seconds: float = LIMIT_SECONDS, explain: Callable[[], str] = str
) -> None:
    """Return as soon as `condition` is true; fail after `seconds` with `explain()`. For tests without an event loop."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not true within {seconds:g} s\n{explain()}"
        time.sleep(_STEP_SECONDS)
