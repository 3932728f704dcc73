"""Where series begin after a restart, and what was heard from there on. Pure."""

from collections.abc import Callable, Iterable, Mapping

from alerts.conditions.words import Point, Series
from alerts.firing.recent import Heard
from alerts.firing.values import point_of
from alerts.firing.words import SeriesMemory
from streaming.topics import Topic

CarriedBy = Callable[[Topic], Iterable[Series]]


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
                if memory is not None and point_of(series, one.event) == memory.point:
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
        if awaited == point:
            del self._awaited[series]
        return True
