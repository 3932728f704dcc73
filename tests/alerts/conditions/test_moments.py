"""Values of a moment each, such as signals: every one counts by itself, and nothing holds between two of them."""

from decimal import Decimal

import msgspec

from alerts.conditions.evaluator import Evaluator
from alerts.conditions.rule import AlertSource, Combine, Firing, Rule, RuleMemory, Series, TriggerPolicy
from alerts.events import AlertOperator, AlertState
from tests.alerts.conditions.rules import PRICE, condition, evaluator_of, observed, point, rule

_BUYS = Series(source=AlertSource.STRATEGY, symbol="BTCUSDT", field="buy", owner="5", strategy="strat_a")
_SURE = condition(AlertOperator.AT_LEAST, "0.6", series=_BUYS)


def _told(evaluator: Evaluator, *confidences: object, start: int = 0) -> list[Firing]:
    return observed(evaluator, confidences, _BUYS, start=start)


def _values(firings: list[Firing]) -> list[tuple[Decimal, int, Decimal | None, bool]]:
    return [(one.value, one.time, one.previous, one.late) for one in firings]


def test_it_fires_at_each_value_though_the_one_before_held_as_well() -> None:
    fired = _told(evaluator_of(rule(_SURE)), "0.6", "0.9", "0.59", "0.9", "0.9")
    assert _values(fired) == [
        (Decimal(value), time, None, False) for value, time in (("0.6", 0), ("0.9", 1000), ("0.9", 3000), ("0.9", 4000))
    ]


def test_it_takes_any_confidence_from_zero_on() -> None:
    anything = condition(AlertOperator.AT_LEAST, 0, series=_BUYS)
    assert len(_told(evaluator_of(rule(anything)), 0, 0, 1)) == 3


def test_it_is_armed_from_the_beginning_and_again_right_after_each_value() -> None:
    evaluator = evaluator_of(rule(_SURE))
    armed = RuleMemory(state=AlertState.ARMED, holds=(False,))
    assert evaluator.take_changes() == {1: armed}
    _told(evaluator, "0.9")
    assert evaluator.take_changes() == {}
    assert evaluator.memory(1) == armed


def test_its_rules_cool_down_fire_once_and_end_as_all_others() -> None:
    cooling, once = rule(_SURE, cooldown_seconds=3), rule(_SURE, rule_id=2, trigger=TriggerPolicy.ONCE)
    fired = _told(evaluator_of(cooling, once), *["0.7"] * 5)
    assert [(one.rule_id, one.time, one.suppressed) for one in fired] == [(1, 0, 0), (2, 0, 0), (1, 3000, 2)]


def test_a_restart_leaves_no_gap_behind_which_it_would_be_late() -> None:
    evaluator = evaluator_of(rule(_SURE))
    evaluator.restore(_BUYS, point("0.9"))
    assert _values(_told(evaluator, "0.9", start=7)) == [(Decimal("0.9"), 7, None, False)]


def test_of_what_has_counted_before_only_more_is_new() -> None:
    evaluator = evaluator_of(rule(_SURE), rule(condition(AlertOperator.AT_LEAST, "0.9", series=_BUYS), rule_id=2))
    again = msgspec.structs.replace(point("0.95", 7), counted=Decimal("0.7"))
    assert [one.rule_id for one in evaluator.observe(_BUYS, again)] == [2]
    assert [one.rule_id for one in _told(evaluator, "0.6", start=1000)] == [1]


def _both(combine: Combine) -> Rule:
    return rule(_SURE, condition(AlertOperator.ABOVE, 100), combine=combine)


def test_together_with_a_level_it_fires_at_the_value_and_never_at_the_level() -> None:
    evaluator = evaluator_of(_both(Combine.ALL))
    assert not _told(evaluator, "0.9")
    assert not observed(evaluator, [101, 99, 101], PRICE, start=1000)
    assert [(one.condition, one.time) for one in _told(evaluator, "0.9", start=5000)] == [(0, 5000)]
    assert not observed(evaluator, [99], PRICE, start=6000)
    assert not _told(evaluator, "0.9", start=7000)


def test_beside_a_level_either_fires() -> None:
    evaluator = evaluator_of(_both(Combine.ANY))
    fired = (
        _told(evaluator, "0.9") + observed(evaluator, [101], PRICE, start=1000) + _told(evaluator, "0.9", start=2000)
    )
    assert [(one.condition, one.time) for one in fired] == [(0, 0), (1, 1000), (0, 2000)]
