"""Tasks that live and die together.

Time-outs are `asyncio.timeout` everywhere in this package, never `asyncio.wait_for`: in Python 3.11 the latter can
swallow a cancellation that comes in the same moment as its result.
"""

import asyncio
from collections.abc import Coroutine
from typing import Any, Never


async def race(*coroutines: Coroutine[Any, Any, Never]) -> Never:
    """Run all at once until one of them raises; cancel the others, wait for their ends, and raise the same.

    Of several the first given comes first. Cancelling it cancels all. `asyncio.TaskGroup` does the same, but wraps what
    was raised into a group.
    """
    tasks = [asyncio.ensure_future(coroutine) for coroutine in coroutines]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        ends = await asyncio.gather(*tasks, return_exceptions=True)
    raise next(end for end in ends if not isinstance(end, asyncio.CancelledError))
