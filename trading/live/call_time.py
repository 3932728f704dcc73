"""How long a call takes: what it works and sleeps, and half of what a busy machine keeps it waiting.

That isn't its own doing, and yet one that doesn't come back has to be ended before the worker's lease is over. That the
whole process was stopped isn't counted. Linux tells how long a thread has waited for a processor, once it has got one:
until then it counts as asleep. Elsewhere all of that counts.
"""

import os
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import structlog

_LONGEST_BLOCKED_SECONDS = 0.2
"""So much a call counts as having slept between two looks: a process that was stopped can't look, either."""
_MOST_BYTES_READ = 256
_WAITING_COUNTS = 0.5
_WAITED = 1
"""The place of the time that was spent waiting for a processor among the numbers of schedstat (proc(5)), in ns."""
logger = structlog.get_logger(__name__)


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
        self._counted = self._slept = 0.0

    def begin(self) -> None:
        """Begin with nothing."""
        self._last, self._counted, self._slept = self._read(), 0.0, 0.0

    def looked(self) -> float:
        """Return how long the call has taken by now, in seconds."""
        now = self._read()
        used, waited = now.used - self._last.used, now.waited - self._last.waited
        slept = now.clock - self._last.clock - used - waited
        self._counted += used + _WAITING_COUNTS * waited
        self._slept = max(0.0, self._slept + min(slept, _LONGEST_BLOCKED_SECONDS))  # less where a wait is told late
        self._last = now
        return self._counted + self._slept


class WaitingTime:
    """How long a thread has waited for a processor, by its schedstat at `path`; 0 where there is no such file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: int | None = None
        self._last = 0.0
        self._has_failed = False

    def seconds(self) -> float:
        """Return the seconds up to now; those that were known last where it can't be read, which is logged once."""
        try:
            self._last = self._read()
        except FileNotFoundError:
            return self._last  # other systems tell nothing
        except (OSError, IndexError, ValueError):
            if not self._has_failed:
                self._has_failed = True
                logger.exception("it can't be read how long a thread waits for a processor", path=str(self._path))
        return self._last

    def _read(self) -> float:
        if self._file is None:
            self._file = os.open(self._path, os.O_RDONLY | os.O_CLOEXEC)
        return int(os.pread(self._file, _MOST_BYTES_READ, 0).split()[_WAITED]) / 1e9


def main_thread_times() -> Callable[[], ThreadTimes]:
    """Return what reads the times of this process's main thread."""
    thread = threading.main_thread()
    clock = time.pthread_getcpuclockid(thread.ident or 0)
    waiting = WaitingTime(Path(f"/proc/self/task/{thread.native_id}/schedstat"))
    return lambda: ThreadTimes(time.monotonic(), time.clock_gettime(clock), waiting.seconds())
