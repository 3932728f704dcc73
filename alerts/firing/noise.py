"""Which rules fire too often for a notification each time. Pure."""

from collections import deque

_MINUTE_MS = 60_000


class Noise:
    """Counts the firings of each rule within a minute; more than `limit` of them are noise."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._recent: dict[int, deque[int]] = {}

    def is_noise(self, rule_id: int, time: int) -> bool:
        """Note a firing at `time` (ms, not going back); return whether the rule has now fired too often."""
        recent = self._recent.setdefault(rule_id, deque(maxlen=self._limit + 1))
        recent.append(time)
        while recent[0] <= time - _MINUTE_MS:
            recent.popleft()
        return len(recent) > self._limit

    def forget(self, rule_id: int) -> None:
        """Forget a rule."""
        self._recent.pop(rule_id, None)
