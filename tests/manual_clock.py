"""A clock that tests set, where the platform has the machine's."""


class ManualClock:
    """A clock that stands still until it is told to move; both readings move together."""

    def __init__(self, now_ms: int = 1_700_000_000_000) -> None:
        self._now_ms = now_ms
        self._monotonic = 0.0

    def now_ms(self) -> int:
        """Return the time of day in milliseconds since the epoch, UTC."""
        return self._now_ms

    def monotonic(self) -> float:
        """Return the seconds that this clock was moved on so far."""
        return self._monotonic

    def jump(self, seconds: float) -> None:
        """Put the time of day forward, or back where `seconds` is negative; the steady reading stays."""
        self._now_ms += round(seconds * 1000)

    def advance(self, seconds: float) -> None:
        """Move both readings on by `seconds`, which is not negative."""
        if seconds < 0:
            raise ValueError(f"time doesn't go back: {seconds}")
        self._monotonic += seconds
        self._now_ms += round(seconds * 1000)


class HurriedClock(ManualClock):
    """Says at each look that another second has passed; the time of day stands."""

    _looks = 0

    def monotonic(self) -> float:
        """Return the seconds that have passed."""
        self._looks += 1
        return self._looks
