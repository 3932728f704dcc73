"""How long a call takes: what it works and sleeps, and half of what a busy machine keeps it waiting.

That isn't its own doing, and yet one that doesn't come back has to be ended before the worker's lease is over. That the
whole process was stopped isn't counted. Linux tells how long a thread has waited for a processor; elsewhere all of that
counts.
"""

import os
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

_LONGEST_BLOCKED_SECONDS = 0.2
"""So much a call counts as having slept between two looks: a process that was stopped can't look, either."""
_MOST_BYTES_READ = 256
_WAITING_COUNTS = 0.5
_WAITED = 1
"""The place of the time that was spent waiting for a processor among the numbers of schedstat (proc(5)), in ns."""


class ThreadTimes(NamedTuple):
    """Seconds: of the clock, of the processor that the thread has used, and that it has waited for one."""

    clock: float
    used: float
    waited: float


class CallTime:
    """Adds up the time of a call of one thread, `looked` at by another again and again."""

    def __init__(self, read: Callable[[], ThreadTimes]) -> None:
        self._read = read
        self._last = ThreadTimes(0.0, 0.0, 0.0)
        self._seconds = 0.0

    def begin(self) -> None:
        """Begin with nothing."""
        self._last, self._seconds = self._read(), 0.0

    def looked(self) -> float:
        """Return how long the call has taken by now, in seconds."""
        now = self._read()
        used, waited = now.used - self._last.used, now.waited - self._last.waited
        slept = now.clock - self._last.clock - used - waited
        self._seconds += used + _WAITING_COUNTS * waited + min(max(0.0, slept), _LONGEST_BLOCKED_SECONDS)
        self._last = now
        return self._seconds


def main_thread_times() -> Callable[[], ThreadTimes]:
    """Return what reads the times of this process's main thread."""
    thread = threading.main_thread()
    clock, told = time.pthread_getcpuclockid(thread.ident or 0), _waiting_told(thread.native_id)
    return lambda: ThreadTimes(time.monotonic(), time.clock_gettime(clock), _waited(told))


def _waiting_told(native_id: int | None) -> int | None:
    """Open what tells of a thread's waiting; None where nothing does."""
    path = Path(f"/proc/self/task/{native_id}/schedstat")
    return os.open(path, os.O_RDONLY | os.O_CLOEXEC) if path.exists() else None


def _waited(told: int | None) -> float:
    return 0.0 if told is None else int(os.pread(told, _MOST_BYTES_READ, 0).split()[_WAITED]) / 1e9
