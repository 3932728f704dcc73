"""Times that rules wait for."""

from alerts.conditions.evaluator import Evaluator
from alerts.conditions.rule import RuleMemory
from alerts.conditions.timers import Timers
from alerts.events import AlertOperator, AlertState
from tests.alerts.conditions.rules import condition, rule

_CROSSING = condition(AlertOperator.CROSSING, 100)


def test_it_tells_what_is_due_in_order() -> None:
    timers = Timers(list)
    for time, rule_id in ((30, 1), (10, 2), (20, 3)):
        timers.add(time, rule_id)
    assert timers.first == 10
    assert list(timers.take_due(25)) == [2, 3]
    assert list(timers.take_due(25)) == []
    assert list(timers.take_due(30)) == [1]
    assert timers.first == float("inf")


def test_it_keeps_no_more_than_a_few_that_nobody_waits_for() -> None:
    waiting: dict[int, int] = {1: 5_000_000}
    timers = Timers(lambda: [(time, rule_id) for rule_id, time in waiting.items()])
    for time in range(10_000):
        waiting[2] = 1_000_000 + time
        timers.add(waiting[2], 2)
    assert len(timers) < 200
    timers.add(waiting[1], 1)
    assert set(timers.take_due(5_000_000)) == {1, 2}


def test_it_remembers_no_times_of_rules_that_change_or_go() -> None:
    evaluator = Evaluator()
    evaluator.put(rule(_CROSSING, rule_id=1, expires_at=10**12))
    for number in range(1_000):
        evaluator.put(rule(_CROSSING, rule_id=2, expires_at=10**12 + number))
        evaluator.put(rule(_CROSSING, rule_id=3, snoozed_until=10**12 + number))
        evaluator.remove(3)
    assert evaluator.waiting < 200
    evaluator.tick(10**12)
    assert evaluator.memory(1).state is AlertState.EXPIRED
    evaluator.tick(10**12 + 999)
    assert evaluator.memory(2).state is AlertState.EXPIRED


def test_it_ends_a_cool_down_that_was_remembered() -> None:
    evaluator = Evaluator()
    evaluator.put(rule(_CROSSING, cooldown_seconds=60), RuleMemory(holds=(False,), cooling_until=5_000))
    evaluator.tick(5_000)
    assert evaluator.memory(1).state is AlertState.ARMED
