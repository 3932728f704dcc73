"""How much request weight may be used."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streaming.market.sources.rest.weight_budget import WeightBudget
from tests.exchange_rules.rules import rule
from tests.manual_clock import ManualClock


@rule("1.6.2")
def test_it_allows_the_weight_of_a_minute_and_then_waits_for_the_next(clock: ManualClock) -> None:
    budget = WeightBudget(100, clock)
    clock.advance(1000)
    assert [budget.spend(50), budget.spend(50)] == [0.0, 0.0]
    clock.advance(20)
    assert budget.spend(1) == pytest.approx(40)
    clock.advance(40)
    assert budget.spend(100) == 0.0


def test_it_keeps_a_part_for_what_is_essential(clock: ManualClock) -> None:
    budget = WeightBudget(100, clock, reserved=40)
    assert budget.spend(60) == 0.0
    assert budget.spend(1) == 60
    assert budget.spend(40, essential=True) == 0.0
    assert budget.spend(1, essential=True) == 60


def test_it_allows_nothing_while_the_exchange_says_so(clock: ManualClock) -> None:
    budget = WeightBudget(100, clock)
    budget.block(120)
    assert budget.spend(1) == 120
    clock.advance(120)
    assert budget.spend(1) == 0.0


def test_it_adds_what_it_spends_to_what_others_use() -> None:
    clock = ManualClock(now_ms=60_000_000)
    budget = WeightBudget(1000, clock, reserved=10, ceiling=100)
    budget.note_used(60)
    assert [budget.spend(40), budget.used_weight] == [0.0, 100]
    assert budget.spend(1) == 60
    assert budget.spend(10, essential=True) == 0.0
    clock.advance(60)
    assert [budget.used_weight, budget.spend(100)] == [0, 0.0]


@given(st.lists(st.tuples(st.integers(1, 50), st.floats(0, 30), st.booleans()), max_size=60))
def test_whoever_waits_as_long_as_told_may_spend_then(asked: list[tuple[int, float, bool]]) -> None:
    clock = ManualClock()
    budget = WeightBudget(100, clock, reserved=30, ceiling=500)
    for weight, pause, essential in asked:
        clock.advance(pause)
        wait = budget.spend(weight, essential=essential)
        if wait:
            clock.advance(wait + 0.001)
            assert budget.spend(weight, essential=essential) == 0.0
