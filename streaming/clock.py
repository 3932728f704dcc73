"""The time, given to whoever needs it, so that a test can set it."""

import time
from typing import Protocol


class Clock(Protocol):
    """Two readings: the time of day, for stamps, and a steady one, for durations."""

    def now_ms(self) -> int:
        """Return the time of day in milliseconds since the epoch, UTC."""
        ...

    def monotonic(self) -> float:
        """Return seconds since an arbitrary start; never goes back."""
        ...


class SystemClock:
    """The machine's own time."""

    def now_ms(self) -> int:
        """Return the time of day in milliseconds since the epoch, UTC."""
        return time.time_ns() // 1_000_000

    monotonic = staticmethod(time.monotonic)
    """Return seconds since an arbitrary start; never goes back. Read for every frame, and so no call of its own."""
