"""Strict spacing of what we send: the exchange counts five messages in any rolling second, pongs too. Pure."""

from streaming.clock import Clock


class Pacer:
    """Says how long to wait before the next frame, so that two are never closer than `interval` seconds."""

    def __init__(self, interval: float, clock: Clock) -> None:
        self._interval = interval
        self._clock = clock
        self._last: float | None = None

    @property
    def wait(self) -> float:
        """The seconds until the next frame may leave; zero where it may leave now."""
        if self._last is None:
            return 0.0
        return max(0.0, self._last + self._interval - self._clock.monotonic())

    def sent(self) -> None:
        """Note that a frame leaves now."""
        self._last = self._clock.monotonic()
