"""How many candles a day may be stored because clients ask for them. Pure."""

from streaming.clock import Clock

_DAY_SECONDS = 24 * 60 * 60.0


class DailyQuota:
    """Counts what was taken in a day, which begins with what is taken first."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._began: float | None = None
        self._taken = 0

    def take(self, count: int, *, per_day: int) -> bool:
        """Take `count` and return true; or return false and take none, where `per_day` would be exceeded."""
        now = self._clock.monotonic()
        if self._began is None or now - self._began >= _DAY_SECONDS:
            self._began, self._taken = now, 0
        if self._taken + count > per_day:
            return False
        self._taken += count
        return True
