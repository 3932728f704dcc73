"""At which of a few values each operator fires: the table that users and the other tests rely on."""

from decimal import Decimal

import pytest

from alerts.conditions.rule import Combine, Condition
from alerts.events import AlertOperator
from tests.alerts.conditions.rules import PRICE, VOLUME, condition, evaluator_of, fired_at, observed, point, rule

_ABOVE, _BELOW = AlertOperator.ABOVE, AlertOperator.BELOW
_UP, _DOWN = AlertOperator.MOVING_UP, AlertOperator.MOVING_DOWN


@pytest.mark.parametrize(
    ("operator", "values", "expected"),
    [
        (AlertOperator.CROSSING, "99 101 99 99 100 101", "101 99 100"),
        (AlertOperator.CROSSING_UP, "99 101 99 100 101 102", "101 100"),
        (AlertOperator.CROSSING_DOWN, "101 99 101 100 99 98", "99 100"),
        (AlertOperator.ABOVE, "99 100 101 102 100 101", "101 101"),
        (AlertOperator.AT_LEAST, "99 100 101 99 100", "100 100"),
        (AlertOperator.BELOW, "101 100 99 98 100 99", "99 99"),
    ],
)
def test_it_compares_with_a_threshold(operator: AlertOperator, values: str, expected: str) -> None:
    assert fired_at(rule(condition(operator, 100)), *values.split()) == expected.split()


@pytest.mark.parametrize(
    ("operator", "values", "expected"),
    [
        (AlertOperator.ENTERING, "89 90 95 111 110 80 120", "90 110"),
        (AlertOperator.LEAVING, "95 110 111 80 95 90 89", "111 89"),
        (AlertOperator.INSIDE, "90 95 110 111 100 80 95", "90 100 95"),
        (AlertOperator.OUTSIDE, "111 80 110 89 90 111", "111 89 111"),
    ],
)
def test_it_compares_with_a_range_to_which_its_bounds_belong(
    operator: AlertOperator, values: str, expected: str
) -> None:
    assert fired_at(rule(condition(operator, 90, 110)), *values.split()) == expected.split()


@pytest.mark.parametrize("operator", [AlertOperator.CROSSING, AlertOperator.CROSSING_UP])
@pytest.mark.parametrize("first", [100, 101])
def test_it_crosses_nothing_where_the_first_value_is_already_there(operator: AlertOperator, first: int) -> None:
    assert fired_at(rule(condition(operator, 100)), first, 102) == []


@pytest.mark.parametrize(("operator", "value"), [(_ABOVE, 101), (_BELOW, 99)])
def test_it_fires_at_the_first_value_at_which_a_level_holds(operator: AlertOperator, value: int) -> None:
    assert fired_at(rule(condition(operator, 100)), value) == [str(value)]


@pytest.mark.parametrize(
    ("tried", "values", "expected"),
    [
        (condition(_ABOVE, 100, hysteresis=2), "101 99 101 98 101", "101 101"),
        (condition(_BELOW, 100, hysteresis=2), "99 101 99 102 99", "99 99"),
        (condition(AlertOperator.INSIDE, 90, 110, hysteresis=2), "100 111 100 113 100", "100 100"),
        (condition(AlertOperator.OUTSIDE, 90, 110, hysteresis=2), "111 109 111 108 111", "111 111"),
        (condition(_UP, amount=5, window_seconds=60, hysteresis=2), "100 105 104 105 102 105", "105 105"),
    ],
)
def test_it_counts_a_level_anew_when_the_value_is_back_by_the_hysteresis(
    tried: Condition, values: str, expected: str
) -> None:
    assert fired_at(rule(tried), *values.split()) == expected.split()


@pytest.mark.parametrize(
    ("tried", "values", "expected"),
    [
        (condition(_UP, amount=5, window_seconds=3), "100 104 105 106 107", "105"),
        (condition(_UP, percent=5, window_seconds=3), "200 209 210 211", "210"),
        (condition(_DOWN, amount=5, window_seconds=3), "100 96 95 94", "95"),
        (condition(_DOWN, percent=5, window_seconds=3), "200 191 190 189", "190"),
        (condition(_UP, amount=5, window_seconds=3), "100 102 104 104 104 104 105 107 109", "109"),
    ],
)
def test_it_measures_a_move_from_the_extreme_of_the_window(tried: Condition, values: str, expected: str) -> None:
    assert fired_at(rule(tried), *values.split()) == expected.split()


def test_it_counts_a_value_as_long_as_it_held() -> None:
    evaluator = evaluator_of(rule(condition(_UP, amount=5, window_seconds=60)))
    evaluator.observe(PRICE, point(100, 0))
    [firing] = evaluator.observe(PRICE, point(105, 600_000))
    assert (firing.previous, firing.operand) == (Decimal(100), Decimal(5))


def test_it_finds_no_per_cent_of_nothing() -> None:
    assert fired_at(rule(condition(_UP, percent=5, window_seconds=3)), 0, 100, -5, 7) == []


@pytest.mark.parametrize(
    ("tried", "values", "operand"),
    [
        (condition(AlertOperator.CROSSING, 100), (99, 101), "100"),
        (condition(AlertOperator.ENTERING, 90, 110), (80, 100), "90"),
        (condition(AlertOperator.INSIDE, 90, 110), (120, 100), "110"),
        (condition(AlertOperator.LEAVING, 90, 110), (100, 120), "110"),
        (condition(AlertOperator.OUTSIDE, 90, 110), (100, 80), "90"),
        (condition(_DOWN, percent=5, window_seconds=9), (100, 95), "5"),
    ],
)
def test_it_tells_what_was_passed(tried: Condition, values: tuple[int, int], operand: str) -> None:
    [firing] = observed(evaluator_of(rule(tried)), values)
    assert (firing.operand, firing.previous, firing.value) == (Decimal(operand), *map(Decimal, values))


def test_it_tells_no_bound_where_no_value_was_before() -> None:
    [firing] = observed(evaluator_of(rule(condition(AlertOperator.INSIDE, 90, 110))), [100])
    assert (firing.operand, firing.previous) == (None, None)


@pytest.mark.parametrize("operator", list(AlertOperator))
def test_it_refuses_an_operator_without_its_operand(operator: AlertOperator) -> None:
    with pytest.raises(ValueError, match=operator.value):
        evaluator_of(rule(condition(operator, window_seconds=5)))


def test_it_fires_when_the_last_of_all_conditions_becomes_true() -> None:
    both = rule(condition(_ABOVE, 100), condition(_ABOVE, 50, series=VOLUME))
    evaluator = evaluator_of(both)
    assert not observed(evaluator, [101])
    [firing] = observed(evaluator, [51], VOLUME)
    assert (firing.condition, firing.value, firing.operand) == (1, Decimal(51), Decimal(50))
    assert not observed(evaluator, [99], PRICE)
    assert [each.condition for each in observed(evaluator, [101], PRICE)] == [0]


def test_it_takes_an_edge_for_true_at_its_value_only() -> None:
    both = rule(condition(AlertOperator.CROSSING_UP, 100), condition(_ABOVE, 50, series=VOLUME))
    evaluator = evaluator_of(both)
    assert not observed(evaluator, [99, 101])
    assert not observed(evaluator, [51], VOLUME)
    assert [firing.value for firing in observed(evaluator, [99, 102])] == [102]


def test_it_fires_once_where_several_conditions_become_true_together() -> None:
    pair = (condition(AlertOperator.CROSSING_UP, 100), condition(AlertOperator.CROSSING_UP, 101))
    for combine in Combine:
        [firing] = observed(evaluator_of(rule(*pair, combine=combine)), [99, 102])
        assert (firing.condition, firing.operand) == (0, Decimal(100))


def test_it_fires_for_each_of_any_conditions() -> None:
    either = rule(condition(_ABOVE, 100), condition(_BELOW, 90), condition(_ABOVE, 105), combine=Combine.ANY)
    assert fired_at(either, 95, 101, 106, 95, 89) == ["101", "106", "89"]
