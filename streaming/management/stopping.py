"""An end to every stop: who was told to stop has gone in time, whatever still hangs."""

import asyncio
import logging
import os
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

import structlog

STOP_SECONDS = 9.0
"""From the signal on. Supervisors commonly kill after 10 s."""
LEAVE_SECONDS = 2.0
"""For what is left to do once all has been closed in order: Python itself waits for threads without end."""
_LOG_SECONDS = 0.5

logger = structlog.get_logger(__name__)


class StopDeadline:
    """Ends the process with exit code 0 where its stop takes too long; it is begun in the event loop's thread.

    It has a thread of its own, which needs no event loop and nobody's end: a thread that a database keeps waiting is
    joined by Python at the exit, for as long as that takes.
    """

    def __init__(self) -> None:
        self._ends_at = float("inf")
        self._timer: threading.Timer | None = None

    def begin(self, seconds: float = STOP_SECONDS) -> None:
        """End the process `seconds` from now; where it was begun before, at the earlier time."""
        ends_at = time.monotonic() + seconds
        if ends_at >= self._ends_at:
            return
        if self._timer is not None:
            self._timer.cancel()
        self._ends_at = ends_at
        self._timer = _timer(seconds, _leave, asyncio.get_running_loop())
        self._timer.start()


def _leave(loop: asyncio.AbstractEventLoop) -> None:
    _timer(_LOG_SECONDS, os._exit, 0).start()  # a log that nobody takes must not keep us
    logger.warning("the stop takes too long; leaving what is left", threads=_threads(), tasks=_tasks(loop))
    logging.shutdown()
    os._exit(0)


def _threads() -> list[str]:
    """Return the names of the process's other threads, with the function that each is in."""
    frames = sys._current_frames()  # noqa: SLF001 - documented, and there is no other way to see them
    others = [one for one in threading.enumerate() if not one.daemon and one.ident in frames]
    return [f"{one.name} in {frames[one.ident or 0].f_code.co_qualname}" for one in others]


def _tasks(loop: asyncio.AbstractEventLoop) -> list[str]:
    """Return which coroutines' tasks are left, each once."""
    return sorted({getattr(task.get_coro(), "__qualname__", task.get_name()) for task in asyncio.all_tasks(loop)})


def _timer(seconds: float, work: Callable[[Any], object], argument: object) -> threading.Timer:
    timer = threading.Timer(seconds, work, (argument,))
    timer.daemon = True
    return timer
