"""Where series begin after a restart, and the events of the last while, which tell what came since. Pure."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping

import msgspec

from alerts.conditions.rule import Point, Series
from alerts.firing.series_values import ReadEvent, point_of
from alerts.firing.types import SeriesMemory
from streaming.clock import Clock
from streaming.topics.topic import Topic

CarriedBy = Callable[[Topic], Iterable[Series]]


class Heard(msgspec.Struct, frozen=True):
    """An event of a topic, and when it came (ms since the epoch, our clock); for series `left_out` it says nothing."""

    topic: Topic
    event: ReadEvent
    at: int
    left_out: frozenset[Series] = frozenset()


class RecentEvents:
    """Keeps what came within `seconds`, and at most `limit` events, in the order in which they came."""

    def __init__(self, *, seconds: float, limit: int, clock: Clock) -> None:
        self._length = round(seconds * 1000)
        self._clock = clock
        self._heard: deque[Heard] = deque(maxlen=limit)

    def add(self, topic: Topic, event: ReadEvent) -> None:
        """Keep an event that comes now."""
        now = self._clock.now_ms()
        self._heard.append(Heard(topic, event, now))
        while self._heard[0].at < now - self._length:
            self._heard.popleft()

    def __iter__(self) -> Iterator[Heard]:
        """Iterate over them, oldest first."""
        return iter(tuple(self._heard))


class RestoredSeries:
    """What was stored of series, until it is known what came since."""

    def __init__(self) -> None:
        self._memories: dict[Series, SeriesMemory] = {}
        self._awaited: dict[Series, Point] = {}

    def add(self, series: Series, memory: SeriesMemory) -> None:
        """Note where a series begins."""
        self._memories[series] = memory

    def begin(self, heard: Iterable[Heard], carried_by: CarriedBy) -> Mapping[Series, SeriesMemory]:
        """Return those whose last stored value was heard here, too: whatever came since is known of them.

        Until that value comes again, `is_old` says so of theirs.
        """
        found: dict[Series, SeriesMemory] = {}
        for one in heard:
            for series in carried_by(one.topic):
                memory = self._memories.get(series)
                if memory is None:
                    continue
                point = point_of(series, one.event)
                if point is not None and point.is_same_value(memory.point):
                    found[series] = memory
        self._awaited = {series: memory.point for series, memory in found.items()}
        self._memories = {}
        return found

    def end(self) -> None:
        """Await no stored value any more."""
        self._awaited = {}

    def is_old(self, series: Series, point: Point) -> bool:
        """Return whether a value was seen before what was stored, or is that."""
        awaited = self._awaited.get(series)
        if awaited is None:
            return False
        if awaited.is_same_value(point):
            del self._awaited[series]
        return True
