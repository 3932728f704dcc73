"""How far apart questions to an exchange are that counts them by the second. Pure."""

from streaming.clock import Clock


class Spacing:
    """Gives each question its moment, at least `seconds` after the one before."""

    def __init__(self, seconds: float, clock: Clock) -> None:
        self._seconds = seconds
        self._clock = clock
        self._free_at = 0.0

    def take(self) -> float:
        """Return after how many seconds the next question may be asked, and take that moment."""
        now = self._clock.monotonic()
        moment = max(now, self._free_at)
        self._free_at = moment + self._seconds
        return moment - now
