"""The latest value of each series: which of those that come count, and which are to be stored. No input or output."""

from collections.abc import Collection, Iterable, Mapping

from alerts.conditions.evaluator import Evaluator
from alerts.conditions.rule import Point, Series
from alerts.firing.indicator_line import Observed
from alerts.firing.processed_moments import ProcessedMoments
from alerts.firing.restored_series import CarriedBy, Heard, RestoredSeries
from alerts.firing.series_values import is_too_late
from alerts.firing.types import SeriesMemory


class LatestValues:
    """The values that an evaluator is given, with those of before a restart.

    Simulated values count only with `may_use_simulated`. What has moved is kept until `take_moved` hands it on.
    """

    def __init__(self, evaluator: Evaluator, *, may_use_simulated: bool) -> None:
        self._evaluator = evaluator
        self._may_use_simulated = may_use_simulated
        self._points: dict[Series, Point] = {}
        self._moved: set[Series] = set()
        self._restored = RestoredSeries()
        self._processed_moments = ProcessedMoments()

    def of(self, series: Series) -> Point | None:
        """Return the latest value of a series; None where it has had none."""
        return self._points.get(series)

    def restore(self, series: Series, memory: SeriesMemory) -> bool:
        """Begin behind the last value that was stored; return whether that one counts."""
        if memory.point.simulated and not self._may_use_simulated:
            return False
        if series.is_momentary:
            self._processed_moments.restore(series, memory.heard)
        else:
            self._restored.add(series, memory)
        self._go_back_to(series, memory, has_gap=True)
        self._points[series] = memory.point
        return True

    def begin_replay(self, heard: Iterable[Heard], carried_by: CarriedBy) -> None:
        """Go back to the restored values that were heard, too: until those come again, what comes is old."""
        for series, memory in self._restored.begin(heard, carried_by).items():
            self._go_back_to(series, memory, has_gap=False)

    def end_replay(self) -> None:
        """Take nothing that comes for old any more."""
        self._restored.end()

    def counted(self, together: Iterable[Observed], *, is_live: bool) -> list[Observed]:
        """Note the values that one event brings; return those of them that count."""
        observed = [
            (series, counted)
            for series, point in together
            if (counted := self._counted(series, point, is_live=is_live)) is not None
        ]
        for series, point in observed:
            self._points[series] = point
            self._moved.add(series)
        return observed

    def keep_moments(self, series: Collection[Series]) -> None:
        """Forget the signals and transactions of all series but these."""
        self._processed_moments.keep(series)

    def forget_unneeded(self) -> None:
        """Forget the values of the series that no rule needs."""
        for series in self._points.keys() - self._evaluator.series.keys():
            self._moved.discard(series)
            del self._points[series]

    def take_moved(self, looked_at: set[Series] | None) -> Mapping[str, SeriesMemory]:
        """Return, by their keys, the series that have moved since they were last taken, with what is stored of them.

        None for all of them; else those among `looked_at`, and what is compared with these, and so on.
        """
        moved = self._moved if looked_at is None else self._moved_with(looked_at)
        self._moved = self._moved - moved
        return {one.key: self._memory(one) for one in moved}

    def _moved_with(self, reached: set[Series]) -> set[Series]:
        found = set[Series]()
        while reached := (reached & self._moved) - found:
            found |= reached
            reached = {other for one in reached for other in self._evaluator.compared_with(one)}
        return found

    def _go_back_to(self, series: Series, memory: SeriesMemory, *, has_gap: bool) -> None:
        windows = {self._may_use_simulated: memory.windows}
        self._evaluator.restore(series, memory.point, windows=windows, has_gap=has_gap)

    def _memory(self, series: Series) -> SeriesMemory:
        windows = self._evaluator.windows(series, simulated_too=self._may_use_simulated)
        return SeriesMemory(point=self._points[series], windows=windows, heard=self._processed_moments.of(series))

    def _counted(self, series: Series, point: Point, *, is_live: bool) -> Point | None:
        """Return what counts of a value; None where nothing does."""
        if self._restored.is_old(series, point):
            return None
        last = self._points.get(series)
        if last is not None and is_too_late(series, point, last, is_live=is_live):
            return None
        if last is not None and point.simulated is not last.simulated:  # another market: no level between the two
            self._evaluator.restore(series, point)
        return self._processed_moments.counted(series, point)
