"""Waiting for something to happen, for its time, or for something to work."""

import asyncio
from collections.abc import Awaitable, Callable

from streaming.outage import Outage


async def wait_for(event: asyncio.Event, seconds: float | None) -> bool:
    """Wait until `event` is set, at most `seconds` (None: for ever); return whether it is."""
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return event.is_set()
    return True


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
