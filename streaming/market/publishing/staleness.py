"""Which last values have grown old: each of them is told once more, marked, and nothing is told twice. Pure."""

from collections.abc import Collection

import msgspec

from streaming.clock import Clock
from streaming.events import MarketUpdate
from streaming.topics.topic import Topic


class Staleness:
    """The newest value of each state topic, until it is `after` seconds old and was told to be stale.

    Of a topic that nobody reads any more it is kept as well: whoever reads it again soon is given that very value, and
    where nothing newer comes must be told when it has grown old. For that, `after` is more than the age up to which a
    value is given.
    """

    def __init__(self, *, after: float, clock: Clock) -> None:
        self._after = after
        self._clock = clock
        self._fresh: dict[Topic, tuple[MarketUpdate, float]] = {}
        """In the order of their coming."""
        self._wanted: Collection[Topic] = ()

    def note(self, topic: Topic, event: MarketUpdate) -> None:
        """Note what was published now; a closed candle is no state, it stays true for ever."""
        self._fresh.pop(topic, None)
        if event.is_state:
            self._fresh[topic] = (event, self._clock.monotonic())

    def want(self, topics: Collection[Topic]) -> None:
        """Tell of these topics from now on, and of no others."""
        self._wanted = topics

    def take(self) -> list[tuple[Topic, MarketUpdate]]:
        """Return the values that have become stale since, marked so."""
        oldest = self._clock.monotonic() - self._after
        stale: list[tuple[Topic, MarketUpdate]] = []
        while self._fresh:
            topic, (event, at) = next(iter(self._fresh.items()))
            if at > oldest:
                break
            del self._fresh[topic]
            if topic in self._wanted:
                stale.append((topic, msgspec.structs.replace(event, stale=True)))
        return stale
