"""Channels that are asked for again, as something is missing: which, and how often it was tried. Pure: no clock."""

from collections import deque

_MOST_ATTEMPTS = 3
_ATTEMPTS_WINDOW = 60.0
"""So often in so many seconds a channel is asked for again, which would be without end where each answer has holes."""


class LossRecovery:
    """The channels of one client, over all of its connections."""

    def __init__(self) -> None:
        self._under_way: set[str] = set()
        """Those of which frames of before the answer may still come."""
        self._unasked: set[str] = set()
        self._begun: dict[str, deque[float]] = {}

    def __contains__(self, channel: object) -> bool:
        """Return whether `channel` is being recovered."""
        return channel in self._under_way

    def begin(self, channel: str, now: float) -> bool:
        """Recover a channel at `now` (monotonic seconds), or return False where that was tried too often."""
        begun = self._begun.setdefault(channel, deque())
        while begun and begun[0] <= now - _ATTEMPTS_WINDOW:
            begun.popleft()
        if len(begun) >= _MOST_ATTEMPTS:
            return False
        begun.append(now)
        self._under_way.add(channel)
        self._unasked.add(channel)
        return True

    def to_ask(self) -> list[str]:
        """Return each channel once that is to be asked for."""
        unasked, self._unasked = self._unasked, set()
        return sorted(unasked)

    def end(self, channel: str) -> None:
        """Note that a channel is recovered, or will not be."""
        self._under_way.discard(channel)
        self._unasked.discard(channel)

    def forget(self, channel: str) -> None:
        """Forget a channel that is wanted no more."""
        self.end(channel)
        self._begun.pop(channel, None)

    def opened(self) -> None:
        """Note that there is a new connection: nothing was asked on it."""
        self._under_way.clear()
        self._unasked.clear()
