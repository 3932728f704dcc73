"""Which topics are silent: without a fresh value for so long that their rules say so. Pure."""

from collections.abc import Collection

from streaming.clock import Clock
from streaming.topics.topic import Topic


class Freshness:
    """When each topic was last heard; one that has never been counts from when it was first wanted."""

    def __init__(self, *, limit: float, clock: Clock) -> None:
        self._limit = limit
        self._clock = clock
        self._heard: dict[Topic, float] = {}
        self._silent: frozenset[Topic] = frozenset()

    def want(self, topics: Collection[Topic]) -> None:
        """Watch these topics, and no others."""
        now = self._clock.monotonic()
        self._heard = {topic: self._heard.get(topic, now) for topic in topics}

    def hear(self, topic: Topic) -> None:
        """Note that a fresh value came."""
        if topic in self._heard:
            self._heard[topic] = self._clock.monotonic()

    @property
    def silent(self) -> frozenset[Topic]:
        """The topics that were silent when `look` was last asked."""
        return self._silent

    def look(self) -> frozenset[Topic]:
        """Look which are silent now; return those that have become so, or are so no more."""
        oldest = self._clock.monotonic() - self._limit
        silent = frozenset(topic for topic, at in self._heard.items() if at < oldest)
        changed, self._silent = silent ^ self._silent, silent
        return changed
