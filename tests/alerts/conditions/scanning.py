"""An evaluator that looks at every rule at every value: slow, plain, and what the indexed one must agree with."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from decimal import Decimal

import msgspec

from alerts.conditions.rule import (
    EDGE_OPERATORS,
    MOVE_OPERATORS,
    Combine,
    Condition,
    Firing,
    Point,
    Rule,
    RuleMemory,
    Series,
    TriggerPolicy,
)
from alerts.events import AlertOperator, AlertState
from tests.alerts.conditions.comparing import above_line, crosses, level, operand

Window = tuple[AlertOperator, int]
SeenKey = tuple[Series, bool]
PairKey = tuple[Series, Series, bool]


class ComparedSeries(msgspec.Struct):
    """What was seen of two series together: how far the one was above the other when both were last known.

    `before` is the value of the one then; `has_gap` where both may have moved since, which nobody has judged.
    """

    above: Decimal | None = None
    before: Decimal | None = None
    has_gap: bool = False


class SeenSeries:
    """All that was seen of a series: by rules that may use simulated values, or by those that may not.

    `gaps` are the numbers of values behind which others may have been that nobody saw.
    """

    def __init__(self, points: list[Point], *, gaps: frozenset[int] = frozenset()) -> None:
        self.points = points
        self.gaps = gaps
        self.restored = len(points)
        self.first_of_window: dict[Window, int] = {}

    @property
    def newest(self) -> Point | None:
        return self.points[-1] if self.points else None

    @property
    def is_only_restored(self) -> bool:
        return bool(self.points) and len(self.points) == self.restored

    @property
    def is_behind_gap(self) -> bool:
        return len(self.points) - 1 in self.gaps

    def forget_all_but(self, windows: Collection[tuple[AlertOperator, int | None]]) -> None:
        self.first_of_window = {window: at for window, at in self.first_of_window.items() if window in windows}

    def restarted(self, point: Point, *, has_gap: bool) -> "SeenSeries":
        """Return what is known of it after a restart that remembers its windows, and `point` as the newest value."""
        known = self.points if self.newest == point else [point]
        last = len(known) - 1
        seen = SeenSeries(list(known), gaps=self.gaps - {last} | ({last} if has_gap else set()))
        seen.first_of_window = dict(self.first_of_window) if self.newest == point else {}
        return seen

    def extreme(self, window: Window, now: Point) -> Decimal:
        """Return the lowest (or highest) value that held at some time within the window that ends with `now`."""
        operator, seconds = window
        values = [now.value]
        for index in range(self.first_of_window[window], len(self.points)):
            following = [*self.points, now][index + 1]
            until = min(self.points[index].time + 1, following.time) if index in self.gaps else following.time
            if until > now.time - 1000 * seconds:
                values.append(self.points[index].value)
        return min(values) if operator is AlertOperator.MOVING_UP else max(values)


class Scanned:
    """A rule, and what it remembers."""

    def __init__(self, rule: Rule, memory: RuleMemory) -> None:
        fits = len(memory.holds) == len(rule.conditions)
        self.rule = rule
        self.holds: list[bool | None] = list(memory.holds) if fits else [None] * len(rule.conditions)
        self.cooling_until = memory.cooling_until
        self.suppressed = memory.suppressed
        self.firings_left = rule.firings_left
        self.is_done = memory.state is AlertState.EXPIRED or rule.firings_left == 0
        self.is_snoozed = rule.snoozed_until is not None

    @property
    def state(self) -> AlertState:
        if self.is_done:
            return AlertState.EXPIRED
        if self.is_snoozed:
            return AlertState.SNOOZED
        if self.cooling_until is not None:
            return AlertState.COOLING
        if self._together(hold is True for hold in self.holds):
            return AlertState.FIRING
        return AlertState.PENDING if None in self.holds else AlertState.ARMED

    def memory(self) -> RuleMemory:
        return RuleMemory(
            state=self.state,
            holds=tuple(self.holds),
            cooling_until=None if self.is_done else self.cooling_until,
            suppressed=self.suppressed,
        )

    def advance(self, now: int) -> None:
        if self.cooling_until is not None and self.cooling_until <= now:
            self.cooling_until = None
        if self.rule.snoozed_until is not None and self.rule.snoozed_until <= now:
            self.is_snoozed = False
        if self.rule.expires_at is not None and self.rule.expires_at <= now:
            self.is_done = True

    def rises(self, rose: set[int]) -> bool:
        return bool(rose) and self._together(number in rose or hold is True for number, hold in enumerate(self.holds))

    def _together(self, truths: Iterator[bool]) -> bool:
        return all(truths) if self.rule.combine is Combine.ALL else any(truths)

    def fire(
        self, number: int, point: Point, previous: Decimal | None, operand: Decimal | None, *, late: bool
    ) -> list[Firing]:
        if self.is_snoozed:
            return []
        if self.cooling_until is not None:
            self.suppressed += 1
            return []
        firing = Firing(
            rule_id=self.rule.id,
            condition=number,
            value=point.value,
            previous=previous,
            operand=operand,
            time=point.time,
            late=late,
            simulated=point.simulated,
            suppressed=self.suppressed,
        )
        self.suppressed = 0
        if self.firings_left is not None:
            self.firings_left -= 1
        self.is_done = self.rule.trigger is TriggerPolicy.ONCE or self.firings_left == 0
        if not self.is_done and self.rule.cooldown_seconds:
            self.cooling_until = point.time + 1000 * self.rule.cooldown_seconds
        return [firing]


class ScanningEvaluator:
    """Does what `Evaluator` does, in the plainest way."""

    def __init__(self) -> None:
        self._rules: dict[int, Scanned] = {}
        self.seen_series: dict[SeenKey, SeenSeries] = {}
        self.compared: dict[PairKey, ComparedSeries] = {}
        self._told: dict[int, RuleMemory] = {}

    def put(self, rule: Rule, memory: RuleMemory | None = None) -> None:
        old, given = self._rules.get(rule.id), memory
        if memory is None and old is not None and old.rule.conditions == rule.conditions:
            memory = old.memory()
            terms = (old.rule.trigger, old.rule.expires_at, old.firings_left)
            if old.is_done and terms != (rule.trigger, rule.expires_at, rule.firings_left):
                memory = RuleMemory(holds=memory.holds, suppressed=memory.suppressed)
        self._rules[rule.id] = Scanned(rule, memory or RuleMemory())
        if given is not None:
            self._told[rule.id] = given
        elif memory is None:
            self._told.pop(rule.id, None)
        self._begin(self._rules[rule.id])
        self._forget_unused()

    def remove(self, rule_id: int) -> None:
        self._rules.pop(rule_id, None)
        self._told.pop(rule_id, None)
        self._forget_unused()

    def restore(
        self, series: Series, point: Point, *, before: "ScanningEvaluator | None" = None, has_gap: bool = True
    ) -> None:
        """Begin a series anew at `point`; with the windows of the evaluator `before` the restart, where it is given."""
        for allowed in (True, False):
            if allowed or not point.simulated:
                seen = before.seen_series.get((series, allowed)) if before is not None else None
                self.seen_series[series, allowed] = (seen or SeenSeries([])).restarted(point, has_gap=has_gap)
        for key in self.compared:
            if series in key[:2]:
                self.compared[key] = self._compared_anew(key)
        self._open_windows()

    def observe(self, series: Series, point: Point) -> list[Firing]:
        return self.observe_all([(series, point)])

    def observe_all(self, values: Sequence[tuple[Series, Point]]) -> list[Firing]:
        self.tick(max(point.time for _, point in values))
        firings: list[Firing] = []
        pairs = self._pairs_after(values)
        for rule_id in sorted(self._rules):
            if not self._rules[rule_id].is_done:
                firings += self._judge(self._rules[rule_id], values, pairs)
        for key, pair in pairs.items():
            known = self.compared[key]
            if pair is None:
                known.has_gap = True
            else:
                self.compared[key] = ComparedSeries(pair[0].value - pair[1].value, pair[0].value)
        for series, point in values:
            for allowed in (True, False):
                seen = self.seen_series.get((series, allowed))
                if seen is not None and (allowed or not point.simulated):
                    seen.points.append(point)
        self._forget_unused()
        return firings

    def tick(self, now_ms: int) -> None:
        for scanned in self._rules.values():
            scanned.advance(now_ms)
        self._forget_unused()

    def take_changes(self) -> dict[int, RuleMemory]:
        changes = {
            rule_id: scanned.memory()
            for rule_id, scanned in self._rules.items()
            if scanned.memory() != self._told.get(rule_id)
        }
        self._told.update(changes)
        return changes

    def memory(self, rule_id: int) -> RuleMemory:
        return self._rules[rule_id].memory()

    def points(self) -> dict[Series, Point]:
        newest: dict[Series, Point] = {}
        for (series, allowed), seen in self.seen_series.items():
            if seen.newest is not None and (allowed or series not in newest):
                newest[series] = seen.newest
        return newest

    @property
    def series(self) -> dict[Series, int]:
        needed: dict[Series, int] = {}
        for scanned in self._rules.values():
            for series in scanned.rule.series if not scanned.is_done else ():
                needed[series] = needed.get(series, 0) + 1
        return needed

    def _pairs_after(self, values: Sequence[tuple[Series, Point]]) -> dict[PairKey, tuple[Point, Point] | None]:
        """Return of two series that are compared what they are by `values`; None where that isn't known."""
        pairs: dict[PairKey, tuple[Point, Point] | None] = {}
        for key in self.compared:
            series, level, allowed = key
            told = {each: point for each, point in values if allowed or not point.simulated}
            if told.keys().isdisjoint({series, level}):
                continue
            newest = [self._newest_live(each, told.get(each), allowed=allowed) for each in (series, level)]
            pairs[key] = _of_one_market(newest[0], newest[1])
        return pairs

    def _newest_live(self, series: Series, told: Point | None, *, allowed: bool) -> Point | None:
        seen = self.seen_series[series, allowed]
        return told or (None if seen.is_only_restored else seen.newest)

    def _compared_anew(self, key: PairKey) -> ComparedSeries:
        one, other = (self.seen_series.setdefault((series, key[2]), SeenSeries([])) for series in key[:2])
        pair = _of_one_market(one.newest, other.newest) if one.is_only_restored is other.is_only_restored else None
        has_gap = one.is_behind_gap or other.is_behind_gap
        if pair is None:
            return ComparedSeries(has_gap=has_gap)
        return ComparedSeries(pair[0].value - pair[1].value, pair[0].value, has_gap)

    def _risen_pairs(
        self, scanned: Scanned, pairs: Mapping[PairKey, tuple[Point, Point] | None]
    ) -> Iterator[tuple[int, Point, Decimal | None, Decimal, bool]]:
        """Yield the conditions on two series that become true, with what they are compared to, and whether late."""
        for number, condition in enumerate(scanned.rule.conditions):
            if condition.level is None:
                continue
            key = (condition.series, condition.level, scanned.rule.may_use_simulated)
            pair, known = pairs.get(key), self.compared[key]
            if pair is None:
                continue
            plain = msgspec.structs.replace(condition, threshold=Decimal(0), level=None)
            if _rises(scanned, number, plain, known.above, pair[0].value - pair[1].value):
                point = msgspec.structs.replace(pair[0], time=max(each.time for each in pair))
                yield number, point, known.before, pair[1].value, known.has_gap

    def _judge(
        self,
        scanned: Scanned,
        values: Sequence[tuple[Series, Point]],
        pairs: Mapping[PairKey, tuple[Point, Point] | None],
    ) -> list[Firing]:
        allowed, rose = scanned.rule.may_use_simulated, dict[int, tuple[Point, Decimal | None, bool]]()
        for series, point in values:
            seen = self.seen_series.get((series, allowed))
            if seen is not None and (allowed or not point.simulated):
                for number, before in self._risen(scanned, seen, series, point):
                    rose[number] = (point, before, seen.is_behind_gap)
        levels = dict[int, Decimal]()
        for number, point, before, level_value, late in self._risen_pairs(scanned, pairs):
            rose[number], levels[number] = (point, before, late), level_value
        if not scanned.rises(set(rose)):
            return []
        number = min(rose)
        point, before, late = rose[number]
        passed = (
            levels[number]
            if number in levels
            else operand(scanned.rule.conditions[number], before, point.value, point.time)
        )
        return scanned.fire(number, point, before, passed, late=late)

    def _risen(
        self, scanned: Scanned, seen: SeenSeries, series: Series, point: Point
    ) -> Iterator[tuple[int, Decimal | None]]:
        """Yield the conditions that become true, with what the value is compared to."""
        for number, condition in enumerate(scanned.rule.conditions):
            if condition.series != series or condition.level is not None:
                continue
            before, compared = _compared(condition, seen, point)
            if compared is None:
                continue
            if _rises(scanned, number, *compared):
                yield number, before

    def _begin(self, scanned: Scanned) -> None:
        """Let edges begin with the newest value, if one was seen by now and not only restored."""
        for number, condition in enumerate(scanned.rule.conditions):
            seen = self.seen_series.setdefault((condition.series, scanned.rule.may_use_simulated), SeenSeries([]))
            is_live = seen.newest is not None and not seen.is_behind_gap
            if condition.level is not None and not scanned.is_done:
                key = (condition.series, condition.level, scanned.rule.may_use_simulated)
                known = self.compared.get(key) or self._compared_anew(key)
                self.compared[key] = known
                is_live = known.above is not None and not known.has_gap
            if (
                condition.operator in EDGE_OPERATORS
                and is_live
                and scanned.holds[number] is None
                and not scanned.is_done
            ):
                scanned.holds[number] = False
        self._open_windows()

    def _used(self) -> Iterator[tuple[SeenKey, Condition]]:
        for scanned in self._rules.values():
            for condition in scanned.rule.conditions if not scanned.is_done else ():
                for series in condition.looked_at:
                    yield (series, scanned.rule.may_use_simulated), condition

    def _open_windows(self) -> None:
        for key, condition in self._used():
            if condition.window_seconds is not None:
                seen = self.seen_series[key]
                window = (condition.operator, condition.window_seconds)
                seen.first_of_window.setdefault(window, max(0, len(seen.points) - 1))

    def _forget_unused(self) -> None:
        used = list(self._used())
        keys = {key for key, _ in used}
        pairs = {(each.series, each.level, allowed) for (_, allowed), each in used}
        self.compared = {key: pair for key, pair in self.compared.items() if key in pairs}
        self.seen_series = {key: seen for key, seen in self.seen_series.items() if key in keys or seen.is_only_restored}
        for key, seen in self.seen_series.items():
            if not seen.is_only_restored:
                seen.forget_all_but({(each.operator, each.window_seconds) for of, each in used if of == key})

    def forget_unattached(self) -> None:
        """Forget the windows that were restored, but are no rule's by now."""
        used = list(self._used())
        for key, seen in self.seen_series.items():
            seen.forget_all_but({(each.operator, each.window_seconds) for of, each in used if of == key})


def _of_one_market(one: Point | None, other: Point | None) -> tuple[Point, Point] | None:
    return (one, other) if one and other and one.simulated is other.simulated else None


def _rises(scanned: Scanned, number: int, plain: Condition, last: Decimal | None, value: Decimal) -> bool:
    """Let a condition go on from one value to the next; return whether it becomes true."""
    hold = scanned.holds[number]
    if plain.operator in EDGE_OPERATORS:
        scanned.holds[number] = False
        return hold is not None and last is not None and crosses(plain, last, value)
    scanned.holds[number] = level(plain, last, value, held=hold is True)
    return bool(scanned.holds[number]) and not hold


def _compared(
    condition: Condition, seen: SeenSeries, point: Point
) -> tuple[Decimal | None, tuple[Condition, Decimal | None, Decimal] | None]:
    """Return what a value is said to be compared to, and a plain condition with the two values to be judged.

    Of a line those are how far the values are above it, and it is compared to nothing before it begins.
    """
    before = None if seen.newest is None else seen.newest.value
    if condition.operator in MOVE_OPERATORS:
        assert condition.window_seconds is not None
        before = seen.extreme((condition.operator, condition.window_seconds), point)
    if condition.line is None:
        return before, (condition, before, point.value)
    height = above_line(condition.line, point.value, point.time)
    last = None if seen.newest is None else above_line(condition.line, seen.newest.value, seen.newest.time)
    plain = msgspec.structs.replace(condition, threshold=Decimal(0), line=None)
    return before, None if height is None else (plain, last, height)
