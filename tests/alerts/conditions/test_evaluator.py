"""How often rules fire, what they remember, and what restarts, snoozes and simulated values do to them."""

import gc
from decimal import Decimal

import pytest

from alerts.conditions.evaluator import Evaluator
from alerts.conditions.rule import Combine, Condition, Rule, RuleMemory, TriggerPolicy
from alerts.conditions.watches import move
from alerts.events import AlertOperator, AlertState
from tests.alerts.conditions.rules import PRICE, VOLUME, condition, evaluator_of, fired_at, observed, point, rule

_ABOVE = condition(AlertOperator.ABOVE, 100)
_CROSSING = condition(AlertOperator.CROSSING, 100)


def _state(evaluator: Evaluator, rule_id: int = 1) -> AlertState:
    return evaluator.memory(rule_id).state


def test_it_fires_once_and_needs_nothing_any_more() -> None:
    evaluator = evaluator_of(rule(_CROSSING, trigger=TriggerPolicy.ONCE))
    assert len(observed(evaluator, [99, 101, 99, 101])) == 1
    assert (_state(evaluator), evaluator.series, evaluator.points()) == (AlertState.EXPIRED, {}, {})


def test_it_fires_no_more_than_the_most_firings() -> None:
    evaluator = evaluator_of(rule(_CROSSING, firings_left=2))
    assert [firing.value for firing in observed(evaluator, [99, 101, 99, 101])] == [101, 99]
    assert _state(evaluator) is AlertState.EXPIRED


def test_it_counts_what_a_cool_down_suppressed_and_tells_it_next() -> None:
    evaluator = evaluator_of(rule(_CROSSING, cooldown_seconds=3))
    firings = observed(evaluator, [99, 101, 99, 101, 99])
    assert [(firing.time, firing.suppressed) for firing in firings] == [(1000, 0), (4000, 2)]
    assert _state(evaluator) is AlertState.COOLING
    evaluator.tick(6999)
    assert _state(evaluator) is AlertState.COOLING
    evaluator.tick(7000)
    assert _state(evaluator) is AlertState.ARMED
    assert [firing.suppressed for firing in observed(evaluator, [101], start=8000)] == [0]


def test_values_that_come_together_end_a_cool_down_by_their_newest_time() -> None:
    evaluator = evaluator_of(rule(_CROSSING, cooldown_seconds=3))
    observed(evaluator, [99, 101])
    assert not evaluator.observe_all([(PRICE, point(99, 3999))])
    together = [(VOLUME, point(1, 3999)), (PRICE, point(101, 4000))]
    assert [(firing.time, firing.suppressed) for firing in evaluator.observe_all(together)] == [(4000, 1)]
    assert evaluator.observe_all([]) == []


def test_it_waits_for_no_cool_down_of_a_rule_that_is_gone() -> None:
    evaluator = evaluator_of(rule(_CROSSING, cooldown_seconds=3))
    assert evaluator.waiting == 0
    observed(evaluator, [99, 101])
    assert evaluator.waiting == 1
    evaluator.remove(1)
    evaluator.tick(4000)
    assert (evaluator.waiting, evaluator.take_changes()) == (0, {})


def test_a_rule_that_is_replaced_and_remembers_what_it_did_has_nothing_new_to_store() -> None:
    evaluator = evaluator_of(rule(_CROSSING))
    observed(evaluator, [99, 101])
    assert set(evaluator.take_changes()) == {1}
    assert evaluator.take_changes() == {}
    evaluator.put(rule(_CROSSING, cooldown_seconds=3))
    assert evaluator.take_changes() == {}
    evaluator.put(rule(_ABOVE))
    assert set(evaluator.take_changes()) == {1}


def test_it_says_what_a_level_does() -> None:
    evaluator = evaluator_of(rule(_ABOVE))
    states = [_state(evaluator)]
    for value in (99, 101, 99):
        observed(evaluator, [value])
        states.append(_state(evaluator))
    assert states == [AlertState.PENDING, AlertState.ARMED, AlertState.FIRING, AlertState.ARMED]


def test_it_follows_levels_while_snoozed_but_fires_none() -> None:
    evaluator = evaluator_of(rule(_ABOVE, snoozed_until=2500))
    assert not observed(evaluator, [99, 101, 102])
    assert _state(evaluator) is AlertState.SNOOZED
    assert [firing.time for firing in observed(evaluator, [103, 99, 101], start=3000)] == [5000]


@pytest.mark.parametrize("by_value", [True, False])
def test_it_ends_at_the_expiry(by_value: bool) -> None:
    evaluator = evaluator_of(rule(_ABOVE, expires_at=2000))
    observed(evaluator, [99])
    if by_value:
        assert not evaluator.observe(PRICE, point(101, 2000))
    else:
        evaluator.tick(2000)
    assert (_state(evaluator), evaluator.series) == (AlertState.EXPIRED, {})


def test_it_fires_in_order_of_the_rules_ids() -> None:
    evaluator = evaluator_of(*(rule(_CROSSING, rule_id=rule_id) for rule_id in (3, 1, 2)))
    assert [firing.rule_id for firing in observed(evaluator, [99, 101])] == [1, 2, 3]


def test_it_tells_what_is_needed_by_how_many_rules() -> None:
    evaluator = evaluator_of(
        rule(_ABOVE, _CROSSING), rule(_ABOVE, condition(AlertOperator.BELOW, 5, series=VOLUME), rule_id=2)
    )
    assert evaluator.series == {PRICE: 2, VOLUME: 1}
    evaluator.remove(2)
    evaluator.remove(3)
    assert evaluator.series == {PRICE: 1}


def test_it_ignores_values_that_nobody_needs() -> None:
    evaluator = Evaluator()
    assert (observed(evaluator, [1, 2]), evaluator.points()) == ([], {})


def test_it_compares_a_new_rule_with_the_newest_value() -> None:
    evaluator = evaluator_of(rule(condition(AlertOperator.BELOW, 1)))
    observed(evaluator, [99])
    evaluator.put(rule(_CROSSING, rule_id=2))
    assert [firing.rule_id for firing in observed(evaluator, [101])] == [2]


class TestMemory:
    """What survives."""

    def test_it_tells_changes_once(self) -> None:
        evaluator = evaluator_of(rule(_ABOVE))
        assert evaluator.take_changes() == {1: RuleMemory(state=AlertState.PENDING, holds=(None,))}
        observed(evaluator, [99, 98])
        assert evaluator.take_changes() == {1: RuleMemory(state=AlertState.ARMED, holds=(False,))}
        observed(evaluator, [97])
        assert evaluator.take_changes() == {}

    def test_it_tells_nothing_of_a_rule_that_is_as_it_was_stored(self) -> None:
        evaluator = Evaluator()
        evaluator.put(rule(_ABOVE), RuleMemory(state=AlertState.FIRING, holds=(True,)))
        assert evaluator.take_changes() == {}

    def test_it_keeps_what_it_remembers_where_the_conditions_are_the_same(self) -> None:
        evaluator = evaluator_of(rule(_ABOVE))
        observed(evaluator, [101])
        evaluator.put(rule(_ABOVE, cooldown_seconds=5))
        assert not observed(evaluator, [102])
        evaluator.put(rule(condition(AlertOperator.ABOVE, 101)))
        assert _state(evaluator) is AlertState.PENDING
        assert len(observed(evaluator, [102])) == 1

    @pytest.mark.parametrize(
        ("old", "new", "revived"),
        [
            (
                rule(_ABOVE, trigger=TriggerPolicy.ONCE),
                rule(_ABOVE, trigger=TriggerPolicy.ONCE, cooldown_seconds=9),
                False,
            ),
            (rule(_ABOVE, trigger=TriggerPolicy.ONCE), rule(_ABOVE), True),
            (rule(_ABOVE, firings_left=1), rule(_ABOVE, firings_left=0), False),
            (rule(_ABOVE, firings_left=1), rule(_ABOVE, firings_left=2), True),
            (rule(_ABOVE, expires_at=1500), rule(_ABOVE, expires_at=90_000), True),
        ],
    )
    def test_it_revives_a_rule_that_may_fire_more_often_or_longer(self, old: Rule, new: Rule, revived: bool) -> None:
        evaluator = evaluator_of(old)
        observed(evaluator, [99, 101, 99])
        assert _state(evaluator) is AlertState.EXPIRED
        evaluator.put(new)
        assert bool(observed(evaluator, [99, 101], start=3000)) is revived


class TestRestart:
    """A gap fires each level inside it once, late."""

    @pytest.mark.parametrize("values_first", [True, False])
    @pytest.mark.parametrize("tried", [_ABOVE, _CROSSING, condition(AlertOperator.LEAVING, 98, 100)])
    def test_it_fires_late_what_the_gap_holds(self, tried: Condition, values_first: bool) -> None:
        evaluator = Evaluator()
        memory = RuleMemory(state=AlertState.ARMED, holds=(False,))
        if values_first:
            evaluator.restore(PRICE, point(99))
        evaluator.put(rule(tried), memory)
        if not values_first:
            evaluator.restore(PRICE, point(99))
        firings = observed(evaluator, [101, 102], start=60_000)
        assert [(firing.time, firing.late, firing.previous) for firing in firings] == [(60_000, True, Decimal(99))]

    def test_it_is_late_for_the_first_value_only(self) -> None:
        evaluator = evaluator_of(rule(_ABOVE))
        evaluator.restore(PRICE, point(99))
        assert [firing.late for firing in observed(evaluator, [98, 101])] == [False]

    def test_it_is_not_late_where_no_gap_was(self) -> None:
        evaluator = Evaluator()
        evaluator.restore(PRICE, point(99), has_gap=False)
        evaluator.put(rule(_CROSSING))
        assert [firing.late for firing in observed(evaluator, [101])] == [False]

    def test_it_fires_nothing_again(self) -> None:
        evaluator = Evaluator()
        evaluator.restore(PRICE, point(101))
        evaluator.put(rule(_ABOVE), RuleMemory(state=AlertState.FIRING, holds=(True,)))
        assert not observed(evaluator, [102])

    def test_it_crosses_nothing_for_a_rule_that_never_saw_the_value_before_the_gap(self) -> None:
        evaluator = Evaluator()
        evaluator.restore(PRICE, point(99))
        evaluator.put(rule(_CROSSING))
        assert not observed(evaluator, [101])

    def test_it_measures_moves_from_the_value_before_the_gap_only_if_that_lies_within_the_window(self) -> None:
        for time, expected in ((59_000, 1), (61_000, 0)):
            evaluator = evaluator_of(rule(condition(AlertOperator.MOVING_UP, amount=5, window_seconds=60)))
            evaluator.restore(PRICE, point(100))
            assert len(evaluator.observe(PRICE, point(106, time))) == expected

    def test_it_lets_no_value_from_before_the_gap_hold_longer_than_until_the_next_one(self) -> None:
        evaluator = evaluator_of(rule(condition(AlertOperator.MOVING_UP, amount=5, window_seconds=60)))
        evaluator.restore(PRICE, point(100))
        assert len(evaluator.observe(PRICE, point(106))) == 1  # of the same millisecond
        evaluator.observe(PRICE, point(106, 60_000))
        assert evaluator.memory(1).holds == (False,)

    def test_it_goes_on_cooling_down(self) -> None:
        evaluator = Evaluator()
        memory = RuleMemory(state=AlertState.COOLING, holds=(False,), cooling_until=5000, suppressed=3)
        evaluator.put(rule(_CROSSING), memory)
        assert [firing.suppressed for firing in observed(evaluator, [99, 101, 99, 101, 99, 101])] == [7]

    def test_it_begins_anew_where_the_memory_is_of_other_conditions(self) -> None:
        evaluator = Evaluator()
        evaluator.put(rule(_ABOVE, _CROSSING), RuleMemory(holds=(True,)))
        assert evaluator.memory(1).holds == (None, None)


class TestSimulated:
    """Simulated values never fire the rule of somebody who trades on real ones."""

    def test_it_shows_simulated_values_only_to_rules_that_may_use_them(self) -> None:
        evaluator = evaluator_of(rule(_CROSSING), rule(_CROSSING, rule_id=2, may_use_simulated=True))
        evaluator.observe(PRICE, point(99))
        [firing] = evaluator.observe(PRICE, point(101, 1, simulated=True))
        assert (firing.rule_id, firing.simulated) == (2, True)
        [firing] = evaluator.observe(PRICE, point(98, 2))
        assert (firing.rule_id, firing.simulated) == (2, False)
        assert [firing.rule_id for firing in evaluator.observe(PRICE, point(102, 3))] == [1, 2]

    def test_it_compares_no_real_value_with_a_simulated_one_from_before_a_restart(self) -> None:
        evaluator = Evaluator()
        evaluator.restore(PRICE, point(99, simulated=True))
        evaluator.put(rule(_CROSSING), RuleMemory(state=AlertState.ARMED, holds=(False,)))
        assert not observed(evaluator, [101])


def test_it_never_fires_at_a_value_that_repeats() -> None:
    assert fired_at(rule(_CROSSING), 100, 100, 99, 99, 100, 100) == ["100"]


def _together(evaluator: Evaluator, *events: tuple[object, object]) -> list[tuple[int, str, int]]:
    """Go along events, one a second, that each say price and volume; return who fired, at which value, and when."""
    return [
        (firing.rule_id, f"{firing.value:f}", firing.time)
        for number, (price, volume) in enumerate(events)
        for firing in evaluator.observe_all(
            [(PRICE, point(price, 1000 * number)), (VOLUME, point(volume, 1000 * number))]
        )
    ]


_BROKEN_OUT = (
    condition(AlertOperator.CROSSING_UP, 100),
    condition(AlertOperator.ABOVE, 1000, series=VOLUME),
)


def test_it_judges_the_values_of_one_event_together() -> None:
    tried = rule(*_BROKEN_OUT)
    assert _together(evaluator_of(tried), (99, 500), (101, 2000)) == [(1, "101", 1000)]
    assert _together(evaluator_of(tried), (99, 2000), (101, 10)) == []


def test_it_fires_any_of_the_conditions_once_at_one_event() -> None:
    tried = rule(*reversed(_BROKEN_OUT), combine=Combine.ANY)
    assert _together(evaluator_of(tried), (99, 500), (101, 2000), (99, 500), (101, 10)) == [
        (1, "2000", 1000),
        (1, "101", 3000),
    ]


def test_it_returns_what_fires_at_one_event_in_order_of_the_rules() -> None:
    on_volume = condition(AlertOperator.ABOVE, 1000, series=VOLUME)
    evaluator = evaluator_of(rule(*_BROKEN_OUT, rule_id=2), rule(on_volume, rule_id=1), rule(_BROKEN_OUT[0], rule_id=3))
    assert [rule_id for rule_id, _, _ in _together(evaluator, (99, 500), (101, 2000))] == [1, 2, 3]


def test_it_leaves_nothing_of_a_rule_that_is_gone_to_the_garbage_collector() -> None:
    evaluator = evaluator_of(rule(_CROSSING), rule(_ABOVE, _CROSSING, rule_id=2), rule(_ABOVE, rule_id=3))
    observed(evaluator, [99, 101])
    gc.collect()
    gc.disable()
    try:
        evaluator.put(rule(_ABOVE))
        evaluator.remove(2)
        evaluator.put(rule(_ABOVE, rule_id=3, cooldown_seconds=1))
        evaluator.take_changes()
        assert gc.collect() == 0
    finally:
        gc.enable()


def test_a_way_has_all_digits_of_long_numbers() -> None:
    start = Decimal(1234567890123456789012345678901234567890)
    assert move(Decimal(0), start, in_percent=False) == start
    assert move(start, Decimal(0), in_percent=False) == start
