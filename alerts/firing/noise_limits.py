"""Which rules fire too often for a notification each time. Pure.

Firings are counted by rule within a minute and within an hour, and by owner within an hour: a rule that cools down for
six seconds stays below ten a minute for ever, and five hundred of one owner together are as loud as one. What is
counted outlasts the rule: neither switching it off and on nor making it anew begins it anew.
"""

from collections import deque

import msgspec

_MINUTE_MS = 60_000
_HOUR_MS = 3_600_000
_FEWEST_PRUNED = 1024


class NoiseLimits(msgspec.Struct, frozen=True, kw_only=True):
    """How many firings aren't yet noise: of a rule within a minute and an hour, of all rules of a user in an hour."""

    per_minute: int
    per_hour: int
    per_user: int


class Noise:
    """Counts firings; of more than the limits they are noise."""

    def __init__(self, limits: NoiseLimits) -> None:
        self._rule_minutes = _Counted(limits.per_minute, _MINUTE_MS)
        self._rule_hours = _Counted(limits.per_hour, _HOUR_MS)
        self._user_hours = _Counted(limits.per_user, _HOUR_MS)

    @property
    def remembered(self) -> int:
        """How many rules and users it remembers: twice those that fired within their hour at the most, or a few."""
        return len(self._rule_minutes) + len(self._rule_hours) + len(self._user_hours)

    def is_noise(self, rule_id: int, owner_id: int, time: int) -> bool:
        """Note a firing at `time` (ms); return whether the rule, or its owner's rules, have now fired too often."""
        found = (
            self._rule_minutes.is_too_often(rule_id, time),
            self._rule_hours.is_too_often(rule_id, time),
            self._user_hours.is_too_often(owner_id, time),
        )
        return any(found)


class _Counted:
    """The times of the newest of what happened within `window_ms`, by key; at most one more than `limit` of each."""

    def __init__(self, limit: int, window_ms: int) -> None:
        self._limit = limit
        self._window_ms = window_ms
        self._recent: dict[int, deque[int]] = {}
        self._pruned_at = _FEWEST_PRUNED

    def __len__(self) -> int:
        return len(self._recent)

    def is_too_often(self, key: int, time: int) -> bool:
        recent = self._recent.get(key)
        if recent is None:
            self._prune(time)
            recent = self._recent[key] = deque(maxlen=self._limit + 1)
        recent.append(time)
        while recent[0] <= time - self._window_ms:
            recent.popleft()
        return len(recent) > self._limit

    def _prune(self, time: int) -> None:
        """Forget those of whom nothing happened for long, each time that there are twice as many as remained."""
        if len(self._recent) < self._pruned_at:
            return
        self._recent = {key: own for key, own in self._recent.items() if own[-1] > time - self._window_ms}
        self._pruned_at = max(_FEWEST_PRUNED, 2 * len(self._recent))
