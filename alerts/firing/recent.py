"""The events of the last while: what lay between the last values that were stored, and now. Pure."""

from collections import deque
from collections.abc import Iterator

import msgspec

from streaming.clock import Clock
from streaming.events import MarketEvent
from streaming.topics import Topic


class Heard(msgspec.Struct, frozen=True):
    """An event of a topic, and when it came (ms since the epoch, our clock)."""

    topic: Topic
    event: MarketEvent
    at: int


class RecentEvents:
    """Keeps what came within `seconds`, and at most `limit` events, in the order in which they came."""

    def __init__(self, *, seconds: float, limit: int, clock: Clock) -> None:
        self._length = round(seconds * 1000)
        self._clock = clock
        self._heard: deque[Heard] = deque(maxlen=limit)

    def add(self, topic: Topic, event: MarketEvent) -> None:
        """Keep an event that comes now."""
        now = self._clock.now_ms()
        self._heard.append(Heard(topic, event, now))
        while self._heard[0].at < now - self._length:
            self._heard.popleft()

    def __iter__(self) -> Iterator[Heard]:
        """Iterate over them, oldest first."""
        return iter(tuple(self._heard))
