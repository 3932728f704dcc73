"""How often we connect, over all sockets of a process: the exchange counts attempts (300 in 5 minutes). Pure.

Renewals count too. Nothing is saved up: two attempts are never closer than the spacing, however long there was none.
"""

from collections import deque

from streaming.clock import Clock


class ConnectBudget:
    """Says how long to wait before the next attempt: `spacing` seconds apart, at most `attempts` in any `window`."""

    def __init__(self, *, spacing: float, attempts: int, window: float, clock: Clock) -> None:
        self._spacing = spacing
        self._window = window
        self._clock = clock
        self._made: deque[float] = deque(maxlen=attempts)
        self._held_until = clock.monotonic()

    @property
    def wait(self) -> float:
        """The seconds until the next attempt may begin; zero where it may begin now."""
        earliest = self._held_until
        if self._made:
            earliest = max(earliest, self._made[-1] + self._spacing)
        if len(self._made) == self._made.maxlen:
            earliest = max(earliest, self._made[0] + self._window)
        return max(0.0, earliest - self._clock.monotonic())

    def attempting(self) -> None:
        """Note that an attempt begins now."""
        self._made.append(self._clock.monotonic())

    def hold(self, seconds: float) -> None:
        """Allow nobody an attempt for so long: the exchange asked for it."""
        self._held_until = max(self._held_until, self._clock.monotonic() + seconds)
