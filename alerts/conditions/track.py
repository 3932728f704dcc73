"""One series as a set of rules sees it: its newest value, and which conditions the next one changes. Pure."""

from collections.abc import Iterator
from decimal import Decimal

from alerts.conditions.line import Line
from alerts.conditions.lookup import Changed, Lookup
from alerts.conditions.rule import BETWEEN_MOMENTS, Condition, Point, Series, WindowsMemory
from alerts.conditions.watches import Watch, move
from alerts.conditions.windows import MovingWindow, WindowKey, past_of, remembered
from alerts.events import AlertOperator

Rise = tuple[Decimal | None, list[Watch]]
"""Conditions that have just become true, and what the value was compared to for them."""


class _Moves:
    """How far the series has moved one way within one window, and which conditions look at that.

    The way by amount and the way by per cent are two more streams of values, with conditions of their own.
    """

    def __init__(self, seconds: int, *, upwards: bool) -> None:
        self.window = MovingWindow(seconds, of_lowest=upwards)
        self._lookups = {False: Lookup(), True: Lookup()}

    def __bool__(self) -> bool:
        return any(self._lookups.values())

    def of(self, condition: Condition) -> Lookup:
        """Return where the condition belongs."""
        return self._lookups[condition.percent is not None]

    def observe(self, point: Point, before: Point | None, until: int, changed: Changed) -> Iterator[Rise]:
        """Go on to `point`; the value of `before` held until the time `until`."""
        if before is not None:
            self.window.add(before.value, until)
        start = self.window.extreme(point.value, point.time)
        for in_percent, lookup in self._lookups.items():
            if lookup and (risen := lookup.go_to(move(start, point.value, in_percent=in_percent), changed)):
                yield start, risen


class Track:
    """A `series` that a number of `rules` look at.

    `point` is its newest value; `is_restored` where that was not observed, and with `has_gap` there may have been
    others since, that nobody has seen. A momentary series falls back to `BETWEEN_MOMENTS` after each value, so that it
    has no gaps, and no value is compared to the one before it.
    """

    def __init__(self, series: Series) -> None:
        self.series = series
        self._is_momentary = series.is_momentary
        self.point: Point | None = None
        self.is_restored = False
        self.has_gap = False
        self.rules = 0
        self._values = Lookup()
        self._moves: dict[WindowKey, _Moves] = {}
        self._lines: dict[Line, Lookup] = {}
        self._remembered = _NOTHING

    def attach(self, watch: Watch) -> None:
        """Judge `watch` from the next value on."""
        self._lookup_of(watch.condition).add(watch)
        if self._is_momentary:
            watch.judge(None, BETWEEN_MOMENTS)
        elif self.point is not None and not self.has_gap:
            watch.begin()

    def detach(self, watch: Watch) -> None:
        """Judge `watch` no more; nothing happens where that is so already."""
        if watch.lookup is not None:
            watch.lookup.discard(watch)
        if self._moves:
            self._moves = {key: moves for key, moves in self._moves.items() if moves}
        if self._lines:
            self._lines = {line: lookup for line, lookup in self._lines.items() if lookup}

    def restore(self, point: Point, windows: WindowsMemory, *, has_gap: bool) -> None:
        """Begin anew at `point`, with `windows` for the conditions that are there before the next value."""
        self.point, self.is_restored, self.has_gap = point, True, has_gap and not self._is_momentary
        self._values.begin_at(BETWEEN_MOMENTS if self._is_momentary else point.value)
        self._remembered = windows
        for line, lookup in self._lines.items():
            lookup.begin_at(line.height(point.value, point.time))
        for key, moves in self._moves.items():
            moves.window.begin_with(past_of(windows, key))

    def windows(self) -> WindowsMemory:
        """Return what the windows must remember, besides the newest value."""
        return remembered({key: moves.window for key, moves in self._moves.items()}) if self._moves else _NOTHING

    def observe(self, point: Point, changed: Changed) -> list[Rise]:
        """Go on to `point`; return the conditions that have just become true, and note in `changed` all that change."""
        if self._is_momentary:
            return self._observe_moment(point, changed)
        before = self.point
        risen = self._values.go_to(point.value, changed)
        rises: list[Rise] = [(None if before is None else before.value, risen)] if risen else []
        if self._moves:
            # What was before a gap may have been replaced at once, and has been by the time of what came behind it.
            until = min(before.time + 1, point.time) if before is not None and self.has_gap else point.time
            for moves in self._moves.values():
                rises += moves.observe(point, before, until, changed)
        if self._lines:  # most series have none, and to look costs less than to go through nothing
            for line, lookup in self._lines.items():
                height = line.height(point.value, point.time)
                if height is not None and (crossed := lookup.go_to(height, changed)):
                    rises.append((None if before is None else before.value, crossed))
        self.point, self.is_restored, self.has_gap = point, False, False
        self._remembered = _NOTHING
        return rises

    def _observe_moment(self, point: Point, changed: Changed) -> list[Rise]:
        if point.counted is not None:
            self._values.go_to(point.counted, changed)  # what that has made true was told
        risen = self._values.go_to(point.value, changed)
        self._values.go_to(BETWEEN_MOMENTS, changed)
        self.point, self.is_restored = point, False
        return [(None, risen)] if risen else []

    def _lookup_of(self, condition: Condition) -> Lookup:
        if condition.line is not None:
            return self._lookup_at(condition.line)
        if condition.window_seconds is None:
            return self._values
        key = (condition.operator, condition.window_seconds)
        if key not in self._moves:
            upwards = condition.operator is AlertOperator.MOVING_UP
            self._moves[key] = _Moves(condition.window_seconds, upwards=upwards)
            self._moves[key].window.begin_with(past_of(self._remembered, key))
        return self._moves[key].of(condition)

    def _lookup_at(self, line: Line) -> Lookup:
        """Return where conditions on a line belong: how far above it the values are is one more stream of values."""
        if line not in self._lines:
            self._lines[line] = Lookup()
            if self.point is not None:
                self._lines[line].begin_at(line.height(self.point.value, self.point.time))
        return self._lines[line]


_NOTHING = WindowsMemory()
