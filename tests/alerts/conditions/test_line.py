"""A level that moves along a line: where it is, from when on, and what crosses it."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.conditions.line import Line, LinePoint
from alerts.conditions.rule import Condition, Rule
from alerts.events import AlertOperator
from tests.alerts.conditions.rules import PRICE, evaluator_of, point, rule

_HOUR = 3_600_000
_PRICES = st.decimals(min_value="0.00000001", max_value="1e15", places=8)
_TIMES = st.integers(0, 4 * 10**12)


def _line(start: tuple[int, object], end: tuple[int, object]) -> Line:
    (begin, first), (finish, last) = start, end
    return Line(
        start=LinePoint(time=begin, price=Decimal(str(first))), end=LinePoint(time=finish, price=Decimal(str(last)))
    )


_RISING = _line((_HOUR, 64_000), (2 * _HOUR, 65_000))


def _rule(operator: AlertOperator, line: Line = _RISING, hysteresis: int = 0) -> Rule:
    condition = Condition(series=PRICE, operator=operator, line=line, hysteresis=Decimal(hysteresis))
    return rule(condition)


def test_it_is_linear_in_the_price_and_goes_on_to_the_right() -> None:
    times = (_HOUR, _HOUR + _HOUR // 4, 2 * _HOUR, 4 * _HOUR)
    assert [_RISING.price_at(time) for time in times] == [64_000, 64_250, 65_000, 67_000]


def test_before_it_begins_there_is_no_line() -> None:
    assert _RISING.height(Decimal(1), _HOUR - 1) is None
    assert _RISING.height(Decimal(64_001), _HOUR) == _HOUR


@given(start=st.tuples(_TIMES, _PRICES), later=st.integers(1_000, 10**12), end=_PRICES, value=_PRICES, time=_TIMES)
def test_no_digit_of_what_is_above_it_is_lost(
    start: tuple[int, Decimal], later: int, end: Decimal, value: Decimal, time: int
) -> None:
    line = _line(start, (start[0] + later, end))
    height = line.height(value, time)
    if time < start[0]:
        assert height is None
        return
    exact = Fraction(value) - Fraction(start[1]) - (Fraction(end) - Fraction(start[1])) * (time - start[0]) / later
    assert height is not None
    assert Fraction(height) == exact * later


@given(price=_PRICES, value=_PRICES, time=_TIMES)
def test_a_level_line_is_a_threshold(price: Decimal, value: Decimal, time: int) -> None:
    line = _line((0, price), (_HOUR, price))
    height = line.height(value, time)
    assert height is not None
    assert (height > 0, height == 0) == (value > price, value == price)


@pytest.mark.parametrize(
    ("operator", "fired"),
    [
        (AlertOperator.CROSSING, [65_600, 65_700]),
        (AlertOperator.CROSSING_UP, [65_600]),
        (AlertOperator.CROSSING_DOWN, [65_700]),
        (AlertOperator.ABOVE, [65_600]),
        (AlertOperator.BELOW, [64_200, 65_700]),
    ],
)
def test_what_crosses_it_is_judged_by_where_it_is_at_the_values_time(operator: AlertOperator, fired: list[int]) -> None:
    evaluator = evaluator_of(_rule(operator))
    walk = [(1.5, 64_200), (2.0, 64_900), (2.5, 65_600), (2.75, 65_800), (3.0, 65_700)]
    firings = [firing for hours, value in walk for firing in evaluator.observe(PRICE, point(value, int(hours * _HOUR)))]
    assert [firing.value for firing in firings] == fired


def test_a_price_that_rests_is_crossed_by_the_line() -> None:
    evaluator = evaluator_of(_rule(AlertOperator.CROSSING_DOWN))
    assert evaluator.observe(PRICE, point(64_500, _HOUR + _HOUR // 4)) == []
    [firing] = evaluator.observe(PRICE, point(64_500, 2 * _HOUR))
    assert (firing.previous, firing.operand) == (Decimal(64_500), Decimal(65_000))


def test_nothing_crosses_it_before_it_begins_nor_at_its_beginning() -> None:
    evaluator = evaluator_of(_rule(AlertOperator.CROSSING))
    values = [(0, 70_000), (_HOUR // 2, 60_000), (_HOUR, 63_000)]
    assert [evaluator.observe(PRICE, point(value, time)) for time, value in values] == [[], [], []]
    assert len(evaluator.observe(PRICE, point(64_100, _HOUR + 1_000))) == 1


def test_it_counts_anew_once_the_value_is_back_by_the_hysteresis() -> None:
    evaluator = evaluator_of(_rule(AlertOperator.ABOVE, hysteresis=100))
    walk = [64_000, 64_010, 63_950, 64_010, 63_900, 64_010]
    fired = [bool(evaluator.observe(PRICE, point(value, _HOUR + number))) for number, value in enumerate(walk)]
    assert fired == [False, True, False, False, False, True]


def test_a_crossing_while_nobody_looked_fires_late() -> None:
    before = evaluator_of(_rule(AlertOperator.CROSSING_UP))
    before.observe(PRICE, point(64_000, _HOUR + _HOUR // 2))
    after = evaluator_of()
    after.put(_rule(AlertOperator.CROSSING_UP), before.memory(1))
    after.restore(PRICE, point(64_000, _HOUR + _HOUR // 2))
    [firing] = after.observe(PRICE, point(66_000, 2 * _HOUR))
    assert (firing.late, firing.operand) == (True, Decimal(65_000))


def test_a_rule_that_moves_to_another_line_begins_anew() -> None:
    evaluator = evaluator_of(_rule(AlertOperator.CROSSING_UP))
    evaluator.observe(PRICE, point(64_000, 2 * _HOUR))
    evaluator.put(_rule(AlertOperator.CROSSING_UP, _line((_HOUR, 63_000), (2 * _HOUR, 63_500))))
    assert evaluator.observe(PRICE, point(64_001, 2 * _HOUR + 1)) == []
    evaluator.remove(1)
    assert evaluator.series == {}
