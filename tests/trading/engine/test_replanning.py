"""A grid planned anew with what is there: nothing sold, never more than can be paid, whole gaps."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.examples import examples
from tests.trading.engine.instruments import BTC
from trading.engine.amounts import amount_of
from trading.engine.fees import FeeSchedule
from trading.engine.grid.replanning import replanned

FEES = FeeSchedule(maker=Decimal("0.001"), taker=Decimal("0.001"))
LINES = tuple(range(100_00, 111_00, 1_00))


def test_without_anything_held_it_takes_as_much_as_can_be_paid() -> None:
    quote = amount_of(Decimal(1000))
    plan = replanned(BTC, LINES, price=105_00, held_steps=0, quote=quote, fees=FEES)
    assert (plan.empty, set(plan.held.values())) == (5, {0})
    assert plan.cost <= quote < plan.cost + sum(FEES.with_fee(BTC.notional(line, 1)) for line in LINES[:-1])


def test_what_is_held_goes_to_the_highest_gaps_and_the_rest_to_none() -> None:
    plan = replanned(BTC, LINES, price=107_00, held_steps=250, quote=0, fees=FEES, order_steps=100)
    assert [plan.held[gap] for gap in range(5, 10)] == [0, 0, 0, 100, 100]  # 50 are too little for gap 7, the lowest


@pytest.mark.parametrize(("held", "steps", "lowest"), [(98, 98, 98), (30, 100, 0)])
def test_orders_become_a_little_smaller_so_that_the_lowest_gap_above_the_price_is_whole(
    held: int, steps: int, lowest: int
) -> None:
    below = sum(FEES.with_fee(BTC.notional(line, 100)) for line in LINES[:-2])
    quote = below + FEES.with_fee(BTC.notional(LINES[-2], 100 - held % 100)) * (held == 98) + (held == 30) * 10**30
    plan = replanned(
        BTC, LINES, price=109_00, held_steps=held, quote=quote, fees=FEES, order_steps=None if held == 98 else 100
    )
    assert (plan.order_steps, plan.held[9]) == (steps, lowest)


@examples(200)
@given(price=st.integers(90_00, 120_00), held=st.integers(0, 5_000), quote=st.integers(0, 10**28))
def test_it_never_plans_more_than_there_is(price: int, held: int, quote: int) -> None:
    plan = replanned(BTC, LINES, price=price, held_steps=held, quote=quote, fees=FEES)
    assert plan.cost <= quote
    assert sum(plan.held.values()) <= held
    assert all(plan.held[gap] == 0 for gap in range(plan.empty))
    assert all(0 <= steps <= plan.order_steps for steps in plan.held.values())
    assert plan.held.get(plan.empty, 0) in {0, plan.order_steps}
