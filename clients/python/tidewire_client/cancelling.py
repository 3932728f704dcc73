"""Whose cancellation it is that an awaited function of the program's raises."""

import asyncio


def is_being_cancelled() -> bool:
    """Return whether somebody ends the running task; else what it awaits was cancelled, and has failed by that."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0
