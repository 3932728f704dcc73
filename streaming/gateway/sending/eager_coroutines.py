"""Run an ASGI `send` by hand: at once, without a task, as long as it doesn't have to wait.

Most sends finish without suspending, and a task for each would cost more than the write. `create_task` and `await` on a
coroutine that was already started raise "await wasn't used with future"; `start` therefore returns what finishes it.
"""

import types
from collections.abc import Awaitable, Coroutine, Generator
from functools import partial
from typing import Any, cast


def start(coroutine: Coroutine[Any, Any, None]) -> Coroutine[Any, Any, None] | None:
    """Run `coroutine` to its end or to where it first waits.

    Return None where it has ended, else a coroutine that runs the rest and must be awaited (in a task). What it raises
    before it first waits is raised here.
    """
    try:
        awaited = coroutine.send(None)
    except StopIteration:
        return None
    return _finish(coroutine, awaited)


async def _finish(coroutine: Coroutine[Any, Any, None], awaited: object) -> None:
    await cast("Awaitable[None]", _continued(coroutine, awaited))


@types.coroutine
def _continued(coroutine: Coroutine[Any, Any, None], awaited: object) -> Generator[Any, Any, None]:
    """Hand the future that the coroutine waits for to the event loop, then go on as `await` would."""
    while True:
        try:
            yield awaited
        except BaseException as error:  # noqa: BLE001 - a cancellation must reach the coroutine where it waits
            step = partial(coroutine.throw, error)
        else:
            step = partial(coroutine.send, None)
        try:
            awaited = step()
        except StopIteration:
            return
