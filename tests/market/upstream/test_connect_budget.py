"""How often all sockets together may try to connect."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streaming.market.upstream.connect_budget import ConnectBudget
from tests.exchange_rules.rules import rule
from tests.manual_clock import ManualClock


@pytest.fixture
def budget(clock: ManualClock) -> ConnectBudget:
    """Return a budget with the default numbers."""
    return ConnectBudget(spacing=1.0, attempts=100, window=300.0, clock=clock)


def test_it_allows_the_first_attempt_at_once_and_the_next_a_second_later(
    budget: ConnectBudget, clock: ManualClock
) -> None:
    assert budget.wait == 0.0
    budget.attempting()
    assert budget.wait == pytest.approx(1.0)
    clock.advance(0.75)
    assert budget.wait == pytest.approx(0.25)


def test_it_allows_a_hundred_attempts_in_five_minutes(budget: ConnectBudget, clock: ManualClock) -> None:
    for _ in range(100):
        clock.advance(budget.wait)
        budget.attempting()
    assert clock.monotonic() == pytest.approx(99.0)
    assert budget.wait == pytest.approx(201.0)
    clock.advance(201)
    budget.attempting()
    assert budget.wait == pytest.approx(1.0)


def test_it_keeps_everybody_away_for_as_long_as_the_exchange_asked(budget: ConnectBudget, clock: ManualClock) -> None:
    budget.hold(60)
    budget.hold(7)
    assert budget.wait == 60.0
    clock.advance(60)
    assert budget.wait == 0.0


@rule("1.2.6", "3.4")
@given(st.lists(st.floats(min_value=0.0, max_value=400.0), max_size=300))
def test_no_second_holds_two_attempts_and_no_five_minutes_more_than_a_hundred(pauses: list[float]) -> None:
    clock = ManualClock()
    budget = ConnectBudget(spacing=1.0, attempts=100, window=300.0, clock=clock)
    made: list[float] = []
    for pause in pauses:
        clock.advance(pause / 100)
        while budget.wait:
            clock.advance(budget.wait)
        budget.attempting()
        made.append(clock.monotonic())
    assert all(after - before > 0.999 for before, after in pairwise(made))
    assert all(after - before > 299.999 for before, after in zip(made, made[100:], strict=False))
