"""The indexed evaluator agrees with one that looks at every rule, whatever happens and in whatever order."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import msgspec
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition
from hypothesis.stateful import rule as step

from alerts.conditions.evaluator import Evaluator
from alerts.conditions.line import Line, LinePoint
from alerts.conditions.rule import (
    EDGE_OPERATORS,
    MOVE_OPERATORS,
    RANGE_OPERATORS,
    Combine,
    Condition,
    Firing,
    Point,
    Rule,
    Series,
    TriggerPolicy,
    WindowsMemory,
)
from alerts.events import AlertOperator
from tests.alerts.conditions.rules import PRICE, VOLUME
from tests.alerts.conditions.scanning import ScanningEvaluator

_VALUES = st.integers(180, 220).map(lambda half: Decimal(half) / 2)
_MOVES = st.integers(-6, 6).map(lambda half: Decimal(half) / 2)
_PAUSES = st.sampled_from([Decimal(0), Decimal("0.3"), Decimal(1), Decimal(2), Decimal(7)])
_SELDOM = st.sampled_from([False, False, False, True])
_IDS = st.integers(1, 6)
_SERIES = st.sampled_from([PRICE, PRICE, PRICE, VOLUME])


@st.composite
def lines(draw: st.DrawFn) -> Line:
    """Any line near the values of the first minute: it may begin later, and few of its prices have an end."""
    start = draw(st.integers(-5_000, 10_000))
    end = start + draw(st.sampled_from([1_000, 3_000, 7_001, 60_000]))
    return Line(start=LinePoint(time=start, price=draw(_VALUES)), end=LinePoint(time=end, price=draw(_VALUES)))


@st.composite
def conditions(draw: st.DrawFn) -> Condition:
    """Any condition near the values that the walk takes; its hysteresis lets it come back."""
    operator, series = draw(st.sampled_from(AlertOperator)), draw(_SERIES)
    operands: dict[str, Any] = {}
    if operator in RANGE_OPERATORS:
        operands["lower"], operands["upper"] = sorted([draw(_VALUES), draw(_VALUES)])
        most = (operands["upper"] - operands["lower"]) / 2
    elif operator in MOVE_OPERATORS:
        name = draw(st.sampled_from(["amount", "percent"]))
        operands[name] = Decimal(draw(st.integers(1, 16))) / 2
        operands["window_seconds"] = draw(st.sampled_from([1, 3, 3, 20]))
        most = operands[name] - Decimal("0.25")
    elif draw(_SELDOM):
        operands["level"], most = VOLUME if series is PRICE else PRICE, Decimal(4)
    elif draw(st.booleans()):
        operands["line"], most = draw(lines()), Decimal(4)
    else:
        operands["threshold"], most = draw(_VALUES), Decimal(4)
    if operator not in EDGE_OPERATORS:
        operands["hysteresis"] = min(most, draw(st.sampled_from([Decimal(0), Decimal("0.5"), Decimal(2)])))
    return Condition(series=series, operator=operator, **operands)


@st.composite
def rules(draw: st.DrawFn) -> Rule:
    """Any rule; its times lie within the first minute."""
    soon = st.none() | st.integers(0, 60_000)
    return Rule(
        id=draw(_IDS),
        conditions=tuple(draw(st.lists(conditions(), min_size=1, max_size=3))),
        combine=draw(st.sampled_from(Combine)),
        trigger=draw(st.sampled_from([TriggerPolicy.EVERY_TIME, *TriggerPolicy])),
        cooldown_seconds=draw(st.sampled_from([0, 0, 2, 10])),
        expires_at=draw(soon),
        firings_left=draw(st.none() | st.integers(0, 4)),
        snoozed_until=draw(soon),
        may_use_simulated=draw(st.booleans()),
    )


@st.composite
def moving_rules(draw: st.DrawFn) -> Rule:
    """A rule that fires whenever the price has moved so far within one of a few windows."""
    operator = draw(st.sampled_from(sorted(MOVE_OPERATORS)))
    amount, window = Decimal(draw(st.integers(2, 8))) / 2, draw(st.sampled_from([3, 10, 20]))
    condition = Condition(series=PRICE, operator=operator, amount=amount, window_seconds=window)
    return Rule(id=draw(_IDS), conditions=(condition,), trigger=TriggerPolicy.EVERY_TIME, may_use_simulated=True)


class Both(RuleBasedStateMachine):
    """Two evaluators that are told the same."""

    def __init__(self) -> None:
        super().__init__()
        self.indexed, self.scanned = Evaluator(), ScanningEvaluator()
        self.known: dict[int, Rule] = {}
        self.now = 0
        self.values = {PRICE: Decimal(100), VOLUME: Decimal(100)}

    def _put(self, new: Rule) -> None:
        self.known[new.id] = new
        for evaluator in (self.indexed, self.scanned):
            evaluator.put(new)

    def _observe(self, series: Series, move: Decimal, seconds: Decimal, simulated: bool) -> None:
        self.now += int(seconds * 1000)
        point = self._moved(series, move, simulated)
        fired = self.indexed.observe(series, point)
        assert fired == self.scanned.observe(series, point)
        self._count(fired)

    def _observe_all(self, moves: Mapping[Series, Decimal], seconds: Decimal, simulated: bool) -> None:
        self.now += int(seconds * 1000)
        values = [(series, self._moved(series, move, simulated)) for series, move in moves.items()]
        fired = self.indexed.observe_all(values)
        assert fired == self.scanned.observe_all(values)
        self._count(fired)

    def _moved(self, series: Series, move: Decimal, simulated: bool) -> Point:
        self.values[series] = min(max(self.values[series] + move, Decimal(89)), Decimal(111))
        return Point(value=self.values[series], time=self.now, simulated=simulated)

    def _count(self, fired: Sequence[Firing]) -> None:
        for firing in fired:
            old = self.known[firing.rule_id]
            if old.firings_left is not None:
                self.known[old.id] = msgspec.structs.replace(old, firings_left=old.firings_left - 1)

    def _restart(self, points_first: bool, has_gap: bool, with_windows: bool) -> None:
        memories = {rule_id: self.indexed.memory(rule_id) for rule_id in self.known}
        points = dict(self.indexed.points())
        windows = {series: self._stored_windows(series) for series in points if with_windows}
        before, self.indexed, self.scanned = self.scanned, Evaluator(), ScanningEvaluator()
        before.forget_unattached()
        for loads_points in (points_first, not points_first):
            for rule_id, memory in memories.items() if not loads_points else ():
                for evaluator in (self.indexed, self.scanned):
                    evaluator.put(self.known[rule_id], memory)
            for series, point in points.items() if loads_points else ():
                self.indexed.restore(series, point, windows=windows.get(series), has_gap=has_gap)
                self.scanned.restore(series, point, before=before if with_windows else None, has_gap=has_gap)

    def _stored_windows(self, series: Series) -> dict[bool, WindowsMemory]:
        """Return what the windows must remember, by way of the text that a database keeps."""
        kept = {allowed: self.indexed.windows(series, simulated_too=allowed) for allowed in (True, False)}
        return {
            allowed: msgspec.json.decode(msgspec.json.encode(one), type=WindowsMemory) for allowed, one in kept.items()
        }

    @invariant()
    def they_agree(self) -> None:
        assert dict(self.indexed.series) == self.scanned.series
        assert self.indexed.points() == self.scanned.points()
        for rule_id in self.known:
            assert self.indexed.memory(rule_id) == self.scanned.memory(rule_id)


class Walk(Both):
    """Values that wander, rules that come, change and go, restarts."""

    @step(new=rules())
    def put(self, new: Rule) -> None:
        self._put(new)

    @precondition(lambda self: self.known)
    @step(data=st.data(), other=rules(), as_simulated_as_before=st.booleans())
    def put_with_the_same_conditions(self, data: st.DataObject, other: Rule, as_simulated_as_before: bool) -> None:
        old = self.known[data.draw(st.sampled_from(sorted(self.known)))]
        allowed = old.may_use_simulated if as_simulated_as_before else other.may_use_simulated
        self._put(msgspec.structs.replace(other, id=old.id, conditions=old.conditions, may_use_simulated=allowed))

    @step(rule_id=_IDS)
    def remove(self, rule_id: int) -> None:
        self.known.pop(rule_id, None)
        for evaluator in (self.indexed, self.scanned):
            evaluator.remove(rule_id)

    @step(series=_SERIES, move=_MOVES, seconds=_PAUSES, simulated=_SELDOM)
    def observe(self, series: Series, move: Decimal, seconds: Decimal, simulated: bool) -> None:
        self._observe(series, move, seconds, simulated)

    @step(
        moves=st.permutations([PRICE, VOLUME]).flatmap(lambda both: st.fixed_dictionaries(dict.fromkeys(both, _MOVES))),
        seconds=_PAUSES,
        simulated=_SELDOM,
    )
    def observe_all(self, moves: dict[Series, Decimal], seconds: Decimal, simulated: bool) -> None:
        self._observe_all(moves, seconds, simulated)

    @step(seconds=_PAUSES)
    def tick(self, seconds: Decimal) -> None:
        self.now += int(seconds * 1000)
        for evaluator in (self.indexed, self.scanned):
            evaluator.tick(self.now)

    @step()
    def take_changes(self) -> None:
        assert self.indexed.take_changes() == self.scanned.take_changes()

    @step(points_first=st.booleans(), has_gap=st.booleans(), with_windows=st.booleans())
    def restart(self, points_first: bool, has_gap: bool, with_windows: bool) -> None:
        self._restart(points_first, has_gap, with_windows)


class Moves(Both):
    """Moves that span restarts, within windows that began at different times."""

    @step(new=moving_rules())
    def put(self, new: Rule) -> None:
        self._put(new)

    @step(moves=st.lists(st.tuples(_MOVES, _PAUSES), min_size=1, max_size=5))
    def observe(self, moves: list[tuple[Decimal, Decimal]]) -> None:
        for move, seconds in moves:
            self._observe(PRICE, move, seconds, simulated=False)

    @step(points_first=st.booleans(), has_gap=st.booleans())
    def restart(self, points_first: bool, has_gap: bool) -> None:
        self._restart(points_first, has_gap, with_windows=True)


TestWalk = Walk.TestCase
TestWalk.settings = settings(stateful_step_count=50)
TestMoves = Moves.TestCase
TestMoves.settings = settings(stateful_step_count=30)
