"""How often a stream that is broken is subscribed again: a few times, for what is broken for good stays so. Pure."""

from collections import deque

from streaming.clock import Clock

_MOST = 3
_WINDOW_SECONDS = 60.0


class Repairs:
    """The repairs of each stream of one connection: at most three in any minute."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._made: dict[str, deque[float]] = {}

    def admit(self, stream: str) -> bool:
        """Return whether a stream may be repaired now; then it is taken for done."""
        now = self._clock.monotonic()
        made = self._made.setdefault(stream, deque(maxlen=_MOST))
        if len(made) == _MOST and now - made[0] < _WINDOW_SECONDS:
            return False
        made.append(now)
        return True
