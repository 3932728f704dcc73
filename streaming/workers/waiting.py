"""Waiting for something to happen, for its time, for something to work, or for the first of several to end."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from streaming.outage import Outage


async def wait_for(event: asyncio.Event, seconds: float | None) -> bool:
    """Wait until `event` is set, at most `seconds` (None: for ever); return whether it is."""
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return event.is_set()
    return True


async def until_one_ends(*work: Coroutine[Any, Any, None]) -> None:
    """Do all of it until one ends; then cancel the others, and raise what that one has raised."""
    tasks = [asyncio.create_task(one) for one in work]
    ended: set[asyncio.Task[None]] = set()
    try:
        ended, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    for task in ended:
        task.result()


async def until_it_works(attempt: Callable[[], Awaitable[None]], *, what: str, pause: float) -> None:
    """Attempt until nothing is raised, `pause` seconds apart; say once that `what` is away, and that it is back."""
    outage = Outage(what)
    while True:
        try:
            await attempt()
        except Exception as error:  # noqa: BLE001 - whatever is raised by what is away
            outage.failed(error)
            await asyncio.sleep(pause)
        else:
            outage.worked()
            return
