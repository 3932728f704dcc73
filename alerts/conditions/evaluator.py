"""Which rules fire at a value, found in an index instead of by asking each rule. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from operator import attrgetter

from alerts.conditions.differences import Differences, Risen
from alerts.conditions.lookup import Changed
from alerts.conditions.rule import Firing, Point, Rule, RuleMemory, Series, WindowsMemory
from alerts.conditions.timers import Timers
from alerts.conditions.track import Track
from alerts.conditions.watched_rule import WatchedRule
from alerts.conditions.watches import Watch


class Evaluator:
    """All rules of a process, and the newest values of the series that they look at. Not safe between threads.

    Values count in the order in which they are given. Rules that may not use simulated values see none of them: for
    them a series is one of real values only. Two series are compared where their values are at most `most_apart_ms`
    apart; None where that doesn't matter.
    """

    def __init__(self, *, most_apart_ms: int | None = None) -> None:
        self._rules: dict[int, WatchedRule] = {}
        self._tracks: dict[Series, dict[bool, Track]] = {}
        self._differences = Differences(most_apart_ms)
        self._changed: Changed = {}
        self._timers = Timers(self._due_times)

    @property
    def series(self) -> Mapping[Series, int]:
        """What is needed now, with how many rules need it; those that will never fire again need nothing."""
        needed = {series: sum(track.rules for track in tracks.values()) for series, tracks in self._tracks.items()}
        return {series: rules for series, rules in needed.items() if rules}

    def compared_with(self, series: Series) -> set[Series]:
        """Return the series that conditions compare with this one, whichever of both is the level."""
        return self._differences.compared_with(series)

    @property
    def waiting(self) -> int:
        """How many ends of cool-downs, snoozes and rules are waited for, with a few that nobody needs any more."""
        return len(self._timers)

    def put(self, rule: Rule, memory: RuleMemory | None = None) -> None:
        """Add a rule, or replace the one of the same id.

        `memory` is what it remembers, as it is stored. Without it a rule that is replaced remembers what it did where
        its conditions are the same; any other begins anew. Raise `ValueError` where an operator lacks its operand.
        """
        old = self._rules.get(rule.id)
        kept = old.kept_for(rule) if old is not None and memory is None else memory
        watched = WatchedRule(rule, kept or _NOTHING)
        watched.told = old.told if old is not None and memory is None and kept is not None else memory
        self._rules[rule.id] = watched
        self._changed[watched.watches[0]] = None
        # The old one goes last, so that a series that both look at is not forgotten in between.
        if not watched.is_done:
            self._attach(watched)
        if old is not None:
            self._let_go(old)

    def remove(self, rule_id: int) -> None:
        """Forget a rule; nothing happens where there is none of that id."""
        watched = self._rules.pop(rule_id, None)
        if watched is not None:
            self._let_go(watched)

    def restore(
        self,
        series: Series,
        point: Point,
        *,
        windows: Mapping[bool, WindowsMemory] | None = None,
        has_gap: bool = True,
    ) -> None:
        """Begin a series anew at `point`, its last value before a restart; nothing fires.

        What the next value passes fires `late`, as nobody knows when in between that was. Without `has_gap` the next
        value is known to be the one that followed. Windows begin anew, too, but for what `windows` remember: those of
        the rules that may use simulated values (True), and of the others.
        """
        for simulated_too in (True, False):
            if simulated_too or not point.simulated:
                memory = (windows or {}).get(simulated_too, WindowsMemory())
                self._track(series, simulated_too=simulated_too).restore(point, memory, has_gap=has_gap)
        self._differences.begin(series)

    def observe(self, series: Series, point: Point) -> list[Firing]:
        """Go on to the next value of a series; return what fires, in order of the rules' ids."""
        if self._timers.first <= point.time:
            self.tick(point.time)
        risen = self._go_on(series, point)
        if self._differences.touched_by:
            risen += self._differences.observe(((series, point),), self._changed)
        return self._fired(risen) if risen else []

    def observe_all(self, values: Sequence[tuple[Series, Point]]) -> list[Firing]:
        """Go on to values that belong together, such as all of one candle; return as `observe` does.

        A rule is judged once, when all of them are known. It fires for the first of its conditions that became true.
        """
        if self._timers:
            self.tick(max((point.time for _, point in values), default=0))
        risen = [one for series, point in values for one in self._go_on(series, point)]
        if self._differences.touched_by:
            risen += self._differences.observe(values, self._changed)
        return self._fired(risen) if risen else []

    def tick(self, now_ms: int) -> None:
        """End the cool-downs, snoozes and rules whose time is over at `now_ms` (since the epoch)."""
        for rule_id in self._timers.take_due(now_ms):
            watched = self._rules.get(rule_id)
            if watched is None or watched.is_done:
                continue
            self._changed[watched.watches[0]] = None
            if watched.advance(now_ms):
                self._detach(watched)

    def take_changes(self) -> dict[int, RuleMemory]:
        """Return the rules whose memory is another than when last asked, or than it was put with."""
        changes: dict[int, RuleMemory] = {}
        for watch in self._changed:
            watched, rule_id = watch.owner, watch.owner.rule_id
            if self._rules.get(rule_id) is watched and (memory := watched.memory()) != watched.told:
                changes[rule_id] = watched.told = memory
        self._changed.clear()
        return changes

    def memory(self, rule_id: int) -> RuleMemory:
        """Return what a rule remembers; raise `KeyError` where there is none of that id."""
        return self._rules[rule_id].memory()

    def points(self) -> Mapping[Series, Point]:
        """Return the newest value of each series."""
        points: dict[Series, Point] = {}
        for series, tracks in self._tracks.items():
            # Where both are kept, the one that takes simulated values, too, has seen the other's.
            for simulated_too in (False, True):
                track = tracks.get(simulated_too)
                if track is not None and track.point is not None:
                    points[series] = track.point
        return points

    def windows(self, series: Series, *, simulated_too: bool) -> WindowsMemory:
        """Return what must survive a restart of a series, besides its newest value.

        Rules that may use simulated values have windows of their own. It is exact as long as windows keep at most 500
        past values each way; of more, the older ones hold a little longer than they did.
        """
        track = self._tracks.get(series, _NONE).get(simulated_too)
        return WindowsMemory() if track is None else track.windows()

    def _go_on(self, series: Series, point: Point) -> list[Risen]:
        """Go on to a value; return what has become true by it."""
        risen: list[Risen] = []
        for simulated_too, track in list(self._tracks.get(series, _NONE).items()):
            if simulated_too or not point.simulated:
                late = track.has_gap
                for previous, watches in track.observe(point, self._changed):
                    risen.append((watches, point, previous, late))
                if not track.rules:
                    self._forget_unused(series)
        return risen

    def _fired(self, risen: Iterable[Risen]) -> list[Firing]:
        """Let the rules fire of which a condition has become true; of several that did, for the first of them."""
        firings: list[Firing] = []
        together: dict[WatchedRule, dict[int, tuple[Watch, Point, Decimal | None, bool]]] = {}
        for watches, point, previous, late in risen:
            for watch in watches:
                watched = watch.owner
                if watched.is_combined:
                    together.setdefault(watched, {})[watch.number] = (watch, point, previous, late)
                elif firing := self._fire(watched, watch, point, previous, late=late):
                    firings.append(firing)
        for watched, rose in together.items():
            watch, point, previous, late = rose[min(rose)]
            if watched.is_met(rose) and (firing := self._fire(watched, watch, point, previous, late=late)):
                firings.append(firing)
        firings.sort(key=_RULE_ID)
        return firings

    def _fire(
        self, watched: WatchedRule, watch: Watch, point: Point, previous: Decimal | None, *, late: bool
    ) -> Firing | None:
        firing = watched.fire(watch, point, previous, late=late)
        if watched.is_done:
            self._detach(watched)
        elif firing is not None and watched.cooling_until is not None:
            self._timers.add(watched.cooling_until, watched.rule_id)
        return firing

    def _due_times(self) -> Iterator[tuple[int, int]]:
        """Yield what rules wait for, with their ids."""
        for rule_id, watched in self._rules.items():
            if not watched.is_done:
                for time in watched.due_times:
                    yield time, rule_id

    def _attach(self, watched: WatchedRule) -> None:
        for time in watched.due_times:
            self._timers.add(time, watched.rule.id)
        conditions, simulated_too = watched.rule.conditions, watched.rule.may_use_simulated
        tracks = [self._track(condition.series, simulated_too=simulated_too) for condition in conditions]
        for watch, track in zip(watched.watches, tracks, strict=True):
            if watch.condition.level is None:
                track.attach(watch)
        if levels := [condition.level for condition in conditions if condition.level is not None]:
            tracks += [self._track(level, simulated_too=simulated_too) for level in levels]
            self._differences.attach(watched.watches, tracks, simulated_too=simulated_too)
        watched.tracks = tuple(tracks)
        # Most rules look at one series: they are spared the dictionary, here and in `_detach`.
        for track in tracks if len(tracks) == 1 else dict.fromkeys(tracks):
            track.rules += 1

    def _detach(self, watched: WatchedRule) -> None:
        """Look no more at what the rule needs; nothing happens where that is so already."""
        tracks, watched.tracks = watched.tracks, ()
        if not tracks:
            return
        for watch, track in zip(watched.watches, tracks, strict=False):  # those of their levels come behind
            track.detach(watch)
        if len(tracks) > len(watched.watches):
            self._differences.forget_unused(watched.watches, tracks)
        for track in tracks if len(tracks) == 1 else dict.fromkeys(tracks):
            track.rules -= 1
            if not track.rules:
                self._forget_unused(track.series)

    def _let_go(self, watched: WatchedRule) -> None:
        """Detach a rule that is gone, and part it from its conditions, which know it in turn.

        Else only the garbage collector would free it, and that doesn't look at what was there when it was frozen.
        """
        self._detach(watched)
        watched.watches = ()

    def _track(self, series: Series, *, simulated_too: bool) -> Track:
        tracks = self._tracks.setdefault(series, {})
        if simulated_too not in tracks:
            tracks[simulated_too] = Track(series)
        return tracks[simulated_too]

    def _forget_unused(self, series: Series) -> None:
        """Forget the values of a series that nobody looks at; those that were restored wait for their first rule."""
        tracks = self._tracks.pop(series, {})
        if wanted := {key: track for key, track in tracks.items() if track.rules or track.is_restored}:
            self._tracks[series] = wanted


_NONE: Mapping[bool, Track] = {}
_NOTHING = RuleMemory()
_RULE_ID = attrgetter("rule_id")
