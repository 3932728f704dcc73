"""What the exchange refused, name by name, and when it may be asked for again. Pure."""

from streaming.clock import Clock


class Refusals:
    """Names that were refused, each held back for `wait` seconds, twice as long each time, at most for `maximum`."""

    def __init__(self, *, wait: float, maximum: float, clock: Clock) -> None:
        self._wait = wait
        self._maximum = maximum
        self._clock = clock
        self._counts: dict[str, int] = {}
        self._until: dict[str, float] = {}

    def note(self, name: str) -> None:
        """Note that `name` was refused now."""
        count = self._counts[name] = self._counts.get(name, 0) + 1
        self._until[name] = self._clock.monotonic() + min(self._maximum, self._wait * 2.0 ** min(count - 1, 64))

    def count(self, name: str) -> int:
        """Return how often in a row `name` was refused."""
        return self._counts.get(name, 0)

    def holds_back(self, name: str) -> bool:
        """Return whether it is too early to ask for `name` again."""
        return self.until(name) > self._clock.monotonic()

    def until(self, name: str) -> float:
        """Return from when on (monotonic seconds) `name` may be asked for; 0 where it was not refused."""
        return self._until.get(name, 0.0)

    def forget(self, name: str) -> None:
        """Note that `name` was accepted."""
        self._counts.pop(name, None)
        self._until.pop(name, None)

    def clear(self) -> None:
        """Forget all."""
        self._counts.clear()
        self._until.clear()
