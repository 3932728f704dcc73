"""How late the event loop is: what a client waits for beside the network when a process has too much to do."""

import asyncio
import math
from collections import deque

from streaming.clock import Clock
from streaming.workers.ticks import until_tick

SAMPLE_SECONDS = 0.25
"""Each timer wakes a gateway that has nothing to do; so many are enough for a percentile of a minute."""
WINDOW_SECONDS = 60.0


class LagWindow:
    """By how much the timers of the last `window` seconds were late, one each `sampling` seconds. Pure."""

    def __init__(self, *, window: float = WINDOW_SECONDS, sampling: float = SAMPLE_SECONDS) -> None:
        self._window = window
        self._sampling = sampling
        self._samples: deque[tuple[float, float]] = deque(maxlen=math.ceil(window / sampling))

    def late(self, by: float, now: float) -> None:
        """Take that a timer fired at `now`, `by` seconds too late.

        While the loop stood still no other timer was set; those that would have been due then count as late too, or a
        long stall would weigh no more than a short one.
        """
        held_back = min(math.floor(by / self._sampling), self._samples.maxlen or 0)
        for number in range(held_back, -1, -1):
            self._samples.append((now, by - number * self._sampling))

    def percentile(self, share: float, now: float) -> float | None:
        """Return the lateness in seconds that `share` (0 to 1) of the timers stayed within; None without a sample."""
        while self._samples and now - self._samples[0][0] > self._window:
            self._samples.popleft()
        if not self._samples:
            return None
        ordered = sorted(by for _, by in self._samples)
        return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


class LoopLag:
    """Sets one timer after the other, and sees how late it fires.

    A timer by itself, and no task that sleeps: that would come after the other tasks that wake with it.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._window = LagWindow()
        self._timer: asyncio.TimerHandle | None = None

    def start(self) -> None:
        """Set the first timer."""
        self._set_timer()

    def stop(self) -> None:
        """Set no more; calling it twice is harmless."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def p99_ms(self) -> float | None:
        """Return the 99th percentile of the last minute in milliseconds; None before the first sample."""
        seconds = self._window.percentile(0.99, self._clock.monotonic())
        return None if seconds is None else round(seconds * 1000, 1)

    def _set_timer(self) -> None:
        wait = until_tick(SAMPLE_SECONDS)
        self._timer = asyncio.get_running_loop().call_later(wait, self._fired, self._clock.monotonic() + wait)

    def _fired(self, due: float) -> None:
        now = self._clock.monotonic()
        self._window.late(max(0.0, now - due), now)
        self._set_timer()
