"""Whose cancellation it is that an awaited function of the program's raises."""

import asyncio


def ends_task(error: BaseException) -> bool:
    """Return whether by `error` somebody ends the running task; else what it awaits has failed, or was cancelled."""
    task = asyncio.current_task()
    return isinstance(error, asyncio.CancelledError) and task is not None and task.cancelling() > 0
