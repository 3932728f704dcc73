"""A level that is another series: what crosses it is judged by values of one moment, exactly."""

from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.conditions.differences import Differences
from alerts.conditions.evaluator import Evaluator
from alerts.conditions.rule import AlertSource, Combine, Condition, Firing, Rule, RuleMemory, Series, TriggerPolicy
from alerts.conditions.track import Track
from alerts.conditions.watched_rule import WatchedRule
from alerts.events import AlertOperator
from streaming.events import Interval
from tests.alerts.conditions.rules import PRICE, condition, point, rule

_MINUTE = 60_000
_AVERAGE = Series(
    source=AlertSource.INDICATOR, symbol="BTCUSDT", field="value", interval=Interval.MINUTE_5, indicator="sma",
    parameters=(("period", Decimal(20)),),
)  # fmt: skip
_SLOW = msgspec.structs.replace(_AVERAGE, parameters=(("period", Decimal(50)),))
_CLOSE = Series(source=AlertSource.CANDLE, symbol="BTCUSDT", field="close", interval=Interval.MINUTE_5, at_close=True)
_AVERAGE_AT_CLOSE = msgspec.structs.replace(_AVERAGE, at_close=True)
_VALUES = st.decimals(min_value=-(10**15), max_value=10**15, places=12)


def _compared(
    operator: AlertOperator, *, series: Series = PRICE, level: Series = _AVERAGE, hysteresis: str = "0"
) -> Condition:
    return Condition(series=series, operator=operator, level=level, hysteresis=Decimal(hysteresis))


def _evaluator(*rules: Rule) -> Evaluator:
    evaluator = Evaluator(most_apart_ms=_MINUTE)
    for each in rules:
        evaluator.put(each)
    return evaluator


def _walk(evaluator: Evaluator, *steps: tuple[Series, object]) -> list[Firing]:
    """Go along values of series, one a second; return all that fired."""
    return [
        firing
        for number, (series, value) in enumerate(steps)
        for firing in evaluator.observe(series, point(value, 1000 * number))
    ]


@pytest.mark.parametrize(
    ("operator", "fired"),
    [
        (AlertOperator.CROSSING, ["101", "98", "102"]),
        (AlertOperator.CROSSING_UP, ["101", "102"]),
        (AlertOperator.CROSSING_DOWN, ["98"]),
        (AlertOperator.ABOVE, ["101", "102"]),
        (AlertOperator.AT_LEAST, ["101", "102"]),
        (AlertOperator.BELOW, ["99", "98"]),
    ],
)
def test_a_value_is_compared_with_the_other_series(operator: AlertOperator, fired: list[str]) -> None:
    prices = [99, 101, 103, 98, 97, 102]
    firings = _walk(_evaluator(rule(_compared(operator))), (_AVERAGE, 100), *((PRICE, price) for price in prices))
    assert [f"{firing.value:f}" for firing in firings] == fired
    assert {firing.operand for firing in firings} == {Decimal(100)}


def test_a_value_that_rests_is_crossed_by_the_other_series() -> None:
    evaluator = _evaluator(rule(_compared(AlertOperator.CROSSING_DOWN)))
    [firing] = _walk(evaluator, (PRICE, 100), (_AVERAGE, 99), (_AVERAGE, "99.5"), (_AVERAGE, "100.25"))
    assert (firing.value, firing.previous, firing.operand) == (Decimal(100), Decimal(100), Decimal("100.25"))
    assert (firing.time, firing.late) == (3000, False)


def test_what_touches_has_crossed_and_crosses_no_second_time_on_leaving() -> None:
    evaluator = _evaluator(rule(_compared(AlertOperator.CROSSING)))
    steps = [(_AVERAGE, 100), (PRICE, 99), (PRICE, 100), (PRICE, 100), (PRICE, 101), (PRICE, "100.00"), (PRICE, 99)]
    assert [firing.time for firing in _walk(evaluator, *steps)] == [2000, 5000]


def test_values_that_are_equal_from_the_first_on_cross_nothing() -> None:
    steps = [(_AVERAGE, 100), (PRICE, 100), (_AVERAGE, "100.0"), (PRICE, 100), (PRICE, 101)]
    assert _walk(_evaluator(rule(_compared(AlertOperator.CROSSING))), *steps) == []


def test_nothing_is_judged_until_both_have_a_value() -> None:
    evaluator = _evaluator(
        rule(_compared(AlertOperator.BELOW), rule_id=1), rule(_compared(AlertOperator.CROSSING), rule_id=2)
    )
    assert _walk(evaluator, (PRICE, 99), (PRICE, 101), (PRICE, 98)) == []
    assert evaluator.memory(1).holds == evaluator.memory(2).holds == (None,)
    [firing] = evaluator.observe(_AVERAGE, point(100, 3000))
    assert (firing.rule_id, firing.value, firing.previous) == (1, Decimal(98), None)


def test_values_of_one_event_are_judged_together() -> None:
    evaluator = _evaluator(rule(_compared(AlertOperator.CROSSING, series=_AVERAGE, level=_SLOW)))
    evaluator.observe_all([(_AVERAGE, point(99)), (_SLOW, point(98))])
    # Between the one and the other it would have crossed, and back again.
    assert evaluator.observe_all([(_AVERAGE, point(97, 1)), (_SLOW, point(96, 1))]) == []
    [firing] = evaluator.observe_all([(_AVERAGE, point(95, 2)), (_SLOW, point(96, 2))])
    assert (firing.value, firing.previous, firing.operand, firing.late) == (
        Decimal(95),
        Decimal(97),
        Decimal(96),
        False,
    )


@pytest.mark.parametrize(
    ("operator", "walk", "fired"),
    [
        (AlertOperator.ABOVE, [100, 101, 99, 101, 98, 101], [2000, 6000]),
        (AlertOperator.AT_LEAST, [99, 100, 98, 100, 97, 100], [2000, 6000]),
        (AlertOperator.BELOW, [100, 99, 101, 99, 102, 99], [2000, 6000]),
    ],
)
def test_it_counts_anew_once_the_value_is_back_by_the_hysteresis(
    operator: AlertOperator, walk: list[int], fired: list[int]
) -> None:
    evaluator = _evaluator(rule(_compared(operator, hysteresis="2")))
    firings = _walk(evaluator, (_AVERAGE, 100), *((PRICE, price) for price in walk))
    assert [firing.time for firing in firings] == fired


@given(value=_VALUES, level=_VALUES)
def test_no_digit_of_the_difference_is_lost(value: Decimal, level: Decimal) -> None:
    evaluator = _evaluator(rule(_compared(AlertOperator.ABOVE)))
    evaluator.observe(_AVERAGE, point(level))
    assert bool(evaluator.observe(PRICE, point(value))) is (value > level)


def test_values_too_far_apart_are_not_compared_and_what_they_hide_fires_late() -> None:
    evaluator = _evaluator(rule(_compared(AlertOperator.CROSSING_UP)))
    evaluator.observe(_AVERAGE, point(100, 0))
    evaluator.observe(PRICE, point(99, 0))
    assert evaluator.observe(PRICE, point(105, _MINUTE + 1)) == []
    [firing] = evaluator.observe(_AVERAGE, point(101, _MINUTE + 5_002))
    assert (firing.late, firing.value, firing.previous) == (True, Decimal(105), Decimal(99))
    assert evaluator.observe(PRICE, point(99, _MINUTE + 5_003)) == []
    [again] = evaluator.observe(PRICE, point(102, 2 * _MINUTE + 5_002))
    assert not again.late


@pytest.mark.parametrize("order", [1, -1])
def test_a_trade_on_a_quiet_market_is_no_gap_though_it_is_told_to_one_series_before_the_other(order: int) -> None:
    evaluator = _evaluator(rule(_compared(AlertOperator.CROSSING)))
    firings = list[Firing]()
    for number, price in enumerate((99, 105, 104, 98)):
        at = number * 90_000
        told = [(PRICE, price), (_AVERAGE, 100)][::order]
        for (series, value), time in zip(told, (at, at + 5_000), strict=True):
            firings += evaluator.observe(series, point(value, time))
    assert [(firing.value, firing.time, firing.late) for firing in firings] == [
        (Decimal(105), 95_000, False),
        (Decimal(98), 275_000, False),
    ]


def test_a_gap_is_as_long_as_since_both_were_of_one_moment() -> None:
    evaluator = _evaluator(rule(_compared(AlertOperator.CROSSING)))
    _walk(evaluator, (_AVERAGE, 100), (PRICE, 99))
    for time in (90_000, 93_000, 96_000):
        assert evaluator.observe(PRICE, point(105, time)) == []
    [firing] = evaluator.observe(_AVERAGE, point(101, 97_000))
    assert firing.late


def test_what_parts_for_another_reason_is_a_gap_however_short() -> None:
    evaluator = _evaluator(rule(_compared(AlertOperator.CROSSING)))
    evaluator.restore(PRICE, point(99), has_gap=False)
    evaluator.restore(_AVERAGE, point(100), has_gap=False)
    evaluator.put(rule(_compared(AlertOperator.CROSSING)), RuleMemory(holds=(False,)))
    assert evaluator.observe(PRICE, point(105, 1)) == []  # of the average only what was stored is known
    [firing] = evaluator.observe(_AVERAGE, point(101, 2))
    assert firing.late


def test_at_a_close_only_closes_of_the_same_time_are_compared() -> None:
    compared = _compared(AlertOperator.CROSSING_UP, series=_CLOSE, level=_AVERAGE_AT_CLOSE)
    evaluator = _evaluator(rule(compared, trigger=TriggerPolicy.ONCE_PER_CANDLE_CLOSE))
    evaluator.observe_all([(_CLOSE, point(99, 1)), (_AVERAGE_AT_CLOSE, point(100, 1))])
    assert evaluator.observe(_CLOSE, point(101, 2)) == []
    [firing] = evaluator.observe(_AVERAGE_AT_CLOSE, point(100, 2))
    assert (firing.value, firing.time) == (Decimal(101), 2)


def test_values_of_two_markets_are_not_compared() -> None:
    evaluator = _evaluator(rule(_compared(AlertOperator.CROSSING_UP), may_use_simulated=True))
    evaluator.observe(_AVERAGE, point(100))
    evaluator.observe(PRICE, point(99))
    evaluator.restore(PRICE, point(105, 1, simulated=True))
    assert evaluator.observe(PRICE, point(105, 1, simulated=True)) == []
    evaluator.restore(_AVERAGE, point(103, 1, simulated=True))
    assert evaluator.observe(_AVERAGE, point(103, 1, simulated=True)) == []
    assert evaluator.observe(PRICE, point(102, 2, simulated=True)) == []
    assert len(evaluator.observe(PRICE, point(104, 3, simulated=True))) == 1


def test_a_simulated_value_judges_nothing_of_rules_on_real_ones() -> None:
    looks = [
        rule(condition(AlertOperator.ABOVE, 1000, series=each), rule_id=n)
        for n, each in enumerate((PRICE, _AVERAGE), 2)
    ]
    evaluator = _evaluator(*looks)
    _walk(evaluator, (_AVERAGE, 100), (PRICE, 101))
    evaluator.put(rule(_compared(AlertOperator.ABOVE)))
    assert evaluator.observe(PRICE, point(102, 2000, simulated=True)) == []
    assert len(evaluator.observe(PRICE, point(102, 3000))) == 1


def _restarted(operator: AlertOperator, *, new: bool = False) -> Evaluator:
    """Return one that was restarted after a price of 99 and an average of 100; its rule may be of after that."""
    before = _evaluator(rule(_compared(operator)))
    _walk(before, (_AVERAGE, 100), (PRICE, 99))
    after = _evaluator()
    after.put(rule(_compared(operator)), None if new else before.memory(1))
    after.restore(PRICE, point(99, 1000))
    after.restore(_AVERAGE, point(100))
    return after


def test_after_a_restart_nothing_is_judged_by_what_was_stored_of_one_of_both() -> None:
    evaluator = _restarted(AlertOperator.CROSSING_UP)
    assert evaluator.observe(PRICE, point(101, 5000)) == []  # the average may have moved as well
    [firing] = evaluator.observe(_AVERAGE, point("100.5", 6000))
    assert (firing.late, firing.value, firing.previous, firing.operand) == (
        True,
        Decimal(101),
        Decimal(99),
        Decimal("100.5"),
    )


def test_after_a_restart_both_may_have_moved_without_crossing() -> None:
    evaluator = _restarted(AlertOperator.CROSSING)
    assert evaluator.observe(PRICE, point(110, 5000)) == []
    assert evaluator.observe(_AVERAGE, point(111, 6000)) == []
    [firing] = evaluator.observe(PRICE, point(112, 7000))
    assert not firing.late


def test_a_rule_of_after_the_stored_values_does_not_fire_for_what_was_before_it() -> None:
    evaluator = _restarted(AlertOperator.CROSSING_UP, new=True)
    evaluator.observe(PRICE, point(101, 5000))
    assert evaluator.observe(_AVERAGE, point(100, 6000)) == []


def test_a_rule_that_comes_later_begins_with_the_values_that_there_are() -> None:
    evaluator = _evaluator(rule(condition(AlertOperator.ABOVE, 1, series=_AVERAGE), rule_id=2))
    evaluator.put(rule(condition(AlertOperator.ABOVE, 1000), rule_id=3))
    _walk(evaluator, (_AVERAGE, 100), (PRICE, 99))
    evaluator.put(rule(_compared(AlertOperator.CROSSING_UP)))
    [firing] = evaluator.observe(PRICE, point(101, 2000))
    assert (firing.rule_id, firing.late) == (1, False)


def test_it_needs_both_series_until_it_is_done_or_gone() -> None:
    evaluator = _evaluator(
        rule(_compared(AlertOperator.ABOVE), trigger=TriggerPolicy.ONCE, rule_id=1),
        rule(_compared(AlertOperator.ABOVE), rule_id=2),
    )
    assert dict(evaluator.series) == {PRICE: 2, _AVERAGE: 2}
    assert len(_walk(evaluator, (_AVERAGE, 100), (PRICE, 101))) == 2
    assert dict(evaluator.series) == {PRICE: 1, _AVERAGE: 1}
    evaluator.remove(2)
    assert dict(evaluator.series) == {}
    assert _walk(evaluator, (_AVERAGE, 100), (PRICE, 101)) == []


def test_it_is_one_of_several_conditions() -> None:
    conditions = _compared(AlertOperator.CROSSING_UP), condition(AlertOperator.ABOVE, 103)
    evaluator = _evaluator(rule(*conditions, combine=Combine.ALL))
    prices = [99, 102, 99, 104]
    assert [firing.value for firing in _walk(evaluator, (_AVERAGE, 100), *((PRICE, price) for price in prices))] == [
        104
    ]


def test_a_rule_that_is_compared_with_another_series_begins_anew() -> None:
    evaluator = _evaluator(rule(_compared(AlertOperator.CROSSING_UP)))
    _walk(evaluator, (_AVERAGE, 100), (PRICE, 99))
    evaluator.put(rule(_compared(AlertOperator.CROSSING_UP, level=_SLOW)))
    assert dict(evaluator.series) == {PRICE: 1, _SLOW: 1}
    assert evaluator.observe(_SLOW, point(98, 2000)) == []
    assert evaluator.observe(PRICE, point(99, 3000)) == []


def test_an_event_judges_only_what_looks_at_its_series() -> None:
    averages = [msgspec.structs.replace(_AVERAGE, parameters=(("period", Decimal(2 + n)),)) for n in range(50)]
    evaluator = _evaluator(
        *(rule(_compared(AlertOperator.ABOVE, level=each), rule_id=n + 1) for n, each in enumerate(averages))
    )
    for each in averages:
        evaluator.observe(each, point(100))
    assert [firing.rule_id for firing in evaluator.observe(PRICE, point(101))] == [*range(1, 51)]
    evaluator.take_changes()
    evaluator.observe(averages[7], point(102, 1))
    assert [*evaluator.take_changes()] == [8]


def test_a_rule_whose_series_do_not_fit_its_conditions_is_refused() -> None:
    compared = rule(_compared(AlertOperator.ABOVE), _compared(AlertOperator.BELOW, series=_SLOW))
    watched = WatchedRule(compared, RuleMemory())
    tracks = [Track(each) for each in (PRICE, _SLOW, _AVERAGE, _AVERAGE)]
    Differences(None).attach(watched.watches, tracks, simulated_too=False)
    for unfit in (tracks[:3], [*tracks, tracks[0]], tracks[:1]):
        with pytest.raises(ValueError, match="zip"):
            Differences(None).attach(watched.watches, unfit, simulated_too=False)
