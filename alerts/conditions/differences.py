"""A level that is another series: how far one series is above it, as one more stream of values. Pure.

Both values must be of one moment: of candles that close, the closes of one time; of what is told all the time, the
newest of both. Neither may be told over `most_apart_ms` before the other. What isn't of one moment is not judged, and
is a gap, unless both are of one moment again within some seconds: where a market is quiet, a trade is told by the price
before it is by the candle. A gap is also what lies between two markets, and what was stored before a restart until both
series have told something since.
"""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

import msgspec

from alerts.conditions.exact_arithmetic import EXACT
from alerts.conditions.lookup import Changed, Lookup
from alerts.conditions.rule import Point, Series
from alerts.conditions.track import Track
from alerts.conditions.watches import Watch

Risen = tuple[list[Watch], Point, Decimal | None, bool]
"""Conditions that a value has made true, what it was compared to for them, and whether that is late."""
_Pair = tuple[Track, Track]
SOON_MS = 5_000
"""The events of one trade that is told to several series come within this time."""


class Difference:
    """How far the values of `track` are above those of `level`, and which conditions look at that.

    With `simulated_too` the two have simulated values, too.
    """

    def __init__(self, track: Track, level: Track, most_apart_ms: int | None, *, simulated_too: bool) -> None:
        self.lookup = Lookup()
        self.simulated_too = simulated_too
        self._track = track
        self._level = level
        self._most_apart_ms = most_apart_ms
        self._has_gap = False
        self._parted_at: int | None = None
        self._before: Decimal | None = None
        self.begin()

    def begin(self) -> None:
        """Begin at the newest values of both without judging; as before the first one where they don't belong together.

        Those of one that was restored belong to those of one that was.
        """
        pair = self._of_one_moment() if self._track.is_restored is self._level.is_restored else None
        self.lookup.begin_at(None if pair is None else _above(*pair))
        self._before = None if pair is None else pair[0].value
        self._has_gap = self._track.has_gap or self._level.has_gap
        self._parted_at = None

    def attach(self, watch: Watch) -> None:
        """Judge `watch` from the next difference on."""
        self.lookup.add(watch)
        if self.lookup.value is not None and not self._has_gap:
            watch.begin()

    def observe(self, changed: Changed) -> Risen | None:
        """Go on to the newest values of both; return the conditions that have just become true, None for none."""
        is_known = not (self._track.is_restored or self._level.is_restored)
        pair = self._of_one_moment() if is_known else None
        if pair is None:
            self._part(is_known=is_known)
            return None
        before, late = self._before, self._has_gap and not self._is_soon(*pair)
        self._before, self._has_gap, self._parted_at = pair[0].value, False, None
        risen = self.lookup.go_to(_above(*pair), changed)
        return (risen, _compared(*pair), before, late) if risen else None

    def _part(self, *, is_known: bool) -> None:
        """Note that both are no longer of one moment, and since when where that may pass soon."""
        point, level = self._track.point, self._level.point
        if point is None or level is None or point.simulated is not level.simulated or not is_known:
            self._parted_at = None
        elif not self._has_gap and not self._track.series.at_close:
            self._parted_at = max(point.time, level.time)
        self._has_gap = True

    def _is_soon(self, point: Point, level: Point) -> bool:
        return self._parted_at is not None and abs(max(point.time, level.time) - self._parted_at) <= SOON_MS

    def _of_one_moment(self) -> tuple[Point, Point] | None:
        point, level = self._track.point, self._level.point
        if point is None or level is None or point.simulated is not level.simulated:
            return None
        if self._track.series.at_close and point.time != level.time:
            return None
        is_together = self._most_apart_ms is None or abs(_told_at(point) - _told_at(level)) <= self._most_apart_ms
        return (point, level) if is_together else None


class Differences:
    """The differences that conditions look at, each computed once for all of them.

    `most_apart_ms` is how far two values may be apart; None where that doesn't matter, as of candles of the past.
    `tracks` of a rule are those of its conditions' series, and behind them those of their levels, in the same order.
    """

    def __init__(self, most_apart_ms: int | None) -> None:
        self._most_apart_ms = most_apart_ms
        self.touched_by: dict[Series, dict[_Pair, Difference]] = {}
        """Those of each series. The evaluator looks at each value whether there are any: a method would cost more."""

    def attach(self, watches: Sequence[Watch], tracks: Sequence[Track], *, simulated_too: bool) -> None:
        """Judge those of a rule's conditions whose level is another series from the next difference on."""
        for watch, pair in _compared_tracks(watches, tracks):
            self._difference(pair, simulated_too=simulated_too).attach(watch)

    def forget_unused(self, watches: Sequence[Watch], tracks: Sequence[Track]) -> None:
        """Forget what a rule looked at, whose conditions are judged no more, where nobody else looks at it."""
        for _, pair in _compared_tracks(watches, tracks):
            difference = self.touched_by.get(pair[0].series, {}).get(pair)
            if difference is not None and not difference.lookup:
                self._forget(pair)

    def compared_with(self, series: Series) -> set[Series]:
        """Return what `series` is compared with."""
        return {track.series for pair in self.touched_by.get(series, ()) for track in pair} - {series}

    def begin(self, series: Series) -> None:
        """Begin anew where `series`, which was restored, is one of both."""
        for difference in self.touched_by.get(series, {}).values():
            difference.begin()

    def observe(self, values: Iterable[tuple[Series, Point]], changed: Changed) -> Iterator[Risen]:
        """Yield what has become true by new values of series, which belong together."""
        touched = dict[Difference, None]()
        for series, point in values:
            for difference in self.touched_by.get(series, {}).values():
                if difference.simulated_too or not point.simulated:
                    touched[difference] = None
        for difference in touched:
            if (risen := difference.observe(changed)) is not None:
                yield risen

    def _difference(self, pair: _Pair, *, simulated_too: bool) -> Difference:
        known = self.touched_by.get(pair[0].series, {}).get(pair)
        if known is not None:
            return known
        made = Difference(*pair, self._most_apart_ms, simulated_too=simulated_too)
        for track in pair:
            self.touched_by.setdefault(track.series, {})[pair] = made
        return made

    def _forget(self, pair: _Pair) -> None:
        for track in pair:
            touched = self.touched_by[track.series]
            del touched[pair]
            if not touched:
                del self.touched_by[track.series]


def _compared_tracks(watches: Sequence[Watch], tracks: Sequence[Track]) -> Iterator[tuple[Watch, _Pair]]:
    own, levels = tracks[: len(watches)], tracks[len(watches) :]
    compared = [(watch, track) for watch, track in zip(watches, own, strict=True) if watch.condition.level is not None]
    for (watch, track), level in zip(compared, levels, strict=True):
        yield watch, (track, level)


def _told_at(point: Point) -> int:
    return point.time if point.told_at is None else point.told_at


def _above(point: Point, level: Point) -> Decimal:
    return EXACT.subtract(point.value, level.value)


def _compared(point: Point, level: Point) -> Point:
    """Return the value as of the moment at which both were known."""
    return msgspec.structs.replace(point, time=max(point.time, level.time), level=level.value)
