"""What became of each interruption as a whole: told once, when all of its gaps are closed. Pure."""

from collections.abc import Iterable

import msgspec

from streaming.events import Resync
from streaming.topics.topic import Topic


class Interruption(msgspec.Struct, frozen=True, kw_only=True):
    """An interruption that is over, from `start` to `end` (ms); `complete` where all that was missed was fetched."""

    start: int
    end: int
    complete: bool
    reason: str


class _Open:
    """One that isn't over; `waiting` are the topics whose gaps are open."""

    def __init__(self, reason: str, topics: Iterable[Topic], at: int) -> None:
        self.reason = reason
        self.waiting = set(topics)
        self.start = self.end = at
        self.complete = True

    def close(self, topic: Topic, resync: Resync) -> None:
        if topic in self.waiting:
            self.waiting.discard(topic)
            self.start, self.end = min(self.start, resync.start), max(self.end, resync.end)
            self.complete = self.complete and resync.complete


class Interruptions:
    """Those that aren't over."""

    def __init__(self) -> None:
        self._open: list[_Open] = []

    def begin(self, topics: Iterable[Topic], *, reason: str, at: int) -> None:
        """Note that these topics were interrupted together."""
        one = _Open(reason, topics, at)
        if one.waiting:
            self._open.append(one)

    def holds(self, topic: Topic) -> bool:
        """Return whether an interruption waits for the topic's gap."""
        return any(topic in one.waiting for one in self._open)

    def closed(self, topic: Topic, resync: Resync) -> list[Interruption]:
        """Note that a topic's gap is closed; return the interruptions that are over with it."""
        for one in self._open:
            one.close(topic, resync)
        return self._take_over()

    def forget(self, topics: Iterable[Topic], *, at: int) -> list[Interruption]:
        """Wait no longer for these topics: nobody reads them, or any fresh value makes up for what was missed."""
        gone = frozenset(topics)
        for one in self._open:
            if one.waiting & gone:
                one.waiting -= gone
                one.end = max(one.end, at)
        return self._take_over()

    def _take_over(self) -> list[Interruption]:
        over = [one for one in self._open if not one.waiting]
        self._open = [one for one in self._open if one.waiting]
        return [Interruption(start=one.start, end=one.end, complete=one.complete, reason=one.reason) for one in over]
