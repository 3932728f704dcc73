"""Ends calls of foreign code that don't come back: endless loops, sleep, memory without end.

While a call goes on, the process may become larger by so much and no more: who asks for more gets a `MemoryError`, at
once. A thread looks ten times a second whether a call is still going on: of what it waits for a busy machine
half counts. Where it has gone on for too long, or has
taken memory that no such bound counts, the thread that calls is sent a signal, whose handler raises within the call.
Python runs such handlers in the main thread only; calls in another are let go on. What can't be ended so: a single step
in C, and code that catches whatever is raised, again and again.
"""

import signal
import threading
import time
from contextlib import suppress

import structlog

from trading.engine.live.strategies.limits import CallEndedError
from trading.live.call_time import CallTime, main_thread_times
from trading.live.process_memory import ProcessMemory

_LOOK_SECONDS = 0.1
_SIGNAL = signal.SIGRTMIN + 1
_MIB = 2**20
logger = structlog.get_logger(__name__)


class SignalGuard:
    """Guards the calls of one thread; its own thread begins with the first of them, and ends with the process.

    One for a process: the signal, and the bound of its memory, are its own. `size` and `growth` are of the last call
    that has ended: the process's resident bytes, and how many came to them by it.
    """

    def __init__(self, *, longest_seconds: float, most_bytes: int) -> None:
        self.longest_seconds = longest_seconds
        self._most_bytes = most_bytes
        self._memory = ProcessMemory()
        self._calls = 0
        self._is_within = self._is_held = False
        self._to_end = (0, "")
        self.size = self.growth = 0
        self.out_of_memory = f"it took more than {most_bytes // _MIB} MiB of memory in one call"
        self._watching: threading.Thread | None = None
        self._taken: CallTime | None = None
        self._seen = self._size_before = 0

    @property
    def reason(self) -> str:
        """Why the call that goes on is to be ended; empty where it may go on."""
        call, reason = self._to_end
        return reason if call == self._calls else ""

    def begin(self) -> None:
        """Begin a call."""
        self.growth = 0
        if threading.current_thread() is not threading.main_thread():
            return
        if self._watching is None:
            self._watch()
        self._calls += 1
        self.size, data = self._memory.size()
        self._memory.set_bound(data + self._most_bytes)
        self._is_held, self._is_within = False, True
        self._memory.bound()

    def end(self) -> None:
        """End it; nothing is raised any more. Calling it twice is harmless."""
        if not self._is_within:
            return
        self._is_within = False
        self._memory.release()
        before, (self.size, _) = self.size, self._memory.size()
        self.growth = self.size - before

    def hold(self) -> None:
        """Raise nothing for a while: what is done now must be done whole."""
        self._is_held = True
        if self._is_within:
            self._memory.release()

    def release(self) -> None:
        """Raise again, and what was held back."""
        self._is_held = False
        if self._is_within:
            self._memory.bound()
            if reason := self.reason:
                raise CallEndedError(reason)

    def _watch(self) -> None:
        signal.signal(_SIGNAL, self._interrupt)
        self._watching = threading.Thread(target=self._look, name="strategies' calls", daemon=True)
        self._watching.start()

    def _interrupt(self, *_: object) -> None:
        """End the call that goes on; in the thread that calls."""
        if self._is_within and not self._is_held and (reason := self.reason):
            raise CallEndedError(reason)

    def _look(self) -> None:
        """Look again and again whether the same call goes on; whatever is met in that is logged once, and no end."""
        has_failed = False
        while True:
            try:
                self._look_on()
            except MemoryError:
                continue  # the call has taken all that there is; its time isn't over yet
            except Exception:
                if not has_failed:
                    has_failed = True
                    with suppress(Exception):  # the line is all that would be lost
                        logger.exception("a look at a strategy's call failed; more such faults aren't logged")

    def _look_on(self) -> None:
        time.sleep(_LOOK_SECONDS)
        if self._taken is None:
            self._taken = CallTime(main_thread_times())
        if not self._is_within:
            return
        if (call := self._calls) != self._seen:
            self._taken.begin()
            self._seen, self._size_before = call, self.size
            return
        if reason := self._reason_to_end(self._taken.looked(), self._size_before):
            self._to_end = (call, reason)  # its number with it: another call may have begun by now
            signal.pthread_kill(threading.main_thread().ident or 0, _SIGNAL)

    def _reason_to_end(self, seconds: float, size: int) -> str:
        if seconds > self.longest_seconds:
            return f"it didn't come back from a call within {self.longest_seconds:g} seconds"
        if self._memory.size().resident - size > self._most_bytes:
            return self.out_of_memory
        return ""
