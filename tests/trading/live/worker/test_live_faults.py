"""What the worker's live trading does where something fails: one sub-account's fault is nobody else's."""

from decimal import Decimal

import pytest
from django.db import transaction
from django.db.models import F

from streaming.events import Side
from streaming.stored_events.event_outbox import PendingEvent
from tests.trading.live.rows import NOW, account_of, hand_of, load
from tests.trading.live.worked_market import (
    LiveTradingRig,
    at_database,
    grid_reached,
    grid_start,
    grid_stop,
    now,
    order_place,
    reached,
    rig,
    state_of,
    stored,
)
from tests.waiting import until
from trading.engine.grid.state import GridState
from trading.engine.orders.state import OrderState
from trading.live.events.outbox import OUTBOX
from trading.models import MarketPosition, Order, SubAccount

__all__ = ["rig"]

pytestmark = pytest.mark.django_db(transaction=True)


@transaction.atomic
def _ordering_hand(name: str) -> SubAccount:
    """Make another user's hand with an order that can be executed at once."""
    hand = hand_of(account_of(name))
    order_place(hand, f"of-{name}", Side.BUY, 0, now())
    return hand


async def test_books_that_do_not_balance_hold_up_nobody_else(rig: LiveTradingRig) -> None:
    broken = await at_database(_ordering_hand, "Bob")
    wrong = SubAccount.objects.filter(pk=broken.pk)
    right = await at_database(lambda: wrong.values_list("deposited", flat=True).get())
    await at_database(lambda: wrong.update(deposited=right + 1))
    await rig.place("now", Side.BUY)
    await rig.begin()
    await reached("now", OrderState.FILLED)
    assert await state_of("of-Bob") == OrderState.ACCEPTED
    await at_database(lambda: wrong.update(deposited=right, version=F("version") + 1))
    told = [PendingEvent(subject_id=broken.pk)]
    await at_database(lambda: OUTBOX.append(told, now=NOW))
    await reached("of-Bob", OrderState.FILLED)


async def test_an_order_whose_symbol_is_gone_holds_up_nobody_else(rig: LiveTradingRig) -> None:
    await at_database(_ordering_hand, "Bob")
    await at_database(lambda: Order.objects.filter(client_order_id="of-Bob").update(symbol="GONEUSDT"))
    await rig.place("now", Side.BUY)
    await rig.begin()
    await reached("now", OrderState.FILLED)
    assert await state_of("of-Bob") == OrderState.ACCEPTED


async def test_a_grid_whose_hand_can_not_be_loaded_holds_up_nobody_else(rig: LiveTradingRig) -> None:
    hand = await at_database(_ordering_hand, "Bob")
    await at_database(lambda: Order.objects.filter(client_order_id="of-Bob").update(symbol="GONEUSDT"))
    row = await at_database(lambda: grid_start(hand.account))
    await at_database(grid_stop, row)
    await rig.place("now", Side.BUY)
    await rig.begin()
    await reached("now", OrderState.FILLED)
    assert (await at_database(load, row)).engine.state().deposited > 0


async def test_a_grid_whose_hand_is_gone_holds_up_nobody_else(rig: LiveTradingRig) -> None:
    hand = await at_database(lambda: hand_of(account_of("Bob")))
    row = await at_database(lambda: grid_start(hand.account))
    await at_database(grid_stop, row)
    await at_database(SubAccount.objects.filter(pk=hand.pk).delete)
    await rig.place("now", Side.BUY)
    await rig.begin()
    await reached("now", OrderState.FILLED)
    assert (await at_database(load, row)).engine.state().deposited > 0


async def test_a_grid_that_another_worker_has_paused_for_a_market_that_was_away_goes_on(rig: LiveTradingRig) -> None:
    row = await rig.grid()
    worker = await rig.begin()
    await grid_reached(row, GridState.RUNNING)
    rig.quoting.cancel()
    await rig.market.book(stale=True)
    await grid_reached(row, GridState.PAUSED)
    worker.cancel()
    await until(worker.done)
    await until(lambda: not {topic for topic in rig.market.hub.topics if topic.symbol})
    await rig.begin()
    await grid_reached(row, GridState.RUNNING)


async def test_a_grid_whose_market_is_away_is_stopped(rig: LiveTradingRig) -> None:
    row = await rig.grid()
    await rig.begin()
    await grid_reached(row, GridState.RUNNING)
    rig.quoting.cancel()
    await rig.market.book(stale=True)
    await grid_reached(row, GridState.PAUSED)
    await at_database(grid_stop, row)
    await grid_reached(row, GridState.STOPPED)


async def test_how_far_the_market_was_followed_is_stored_though_no_trade_has_reached_anybody(
    rig: LiveTradingRig,
) -> None:
    await rig.place("deep", Side.BUY, price=500)
    await rig.begin()
    await stored(lambda: Order.objects.filter(client_order_id="deep", is_taken=True).exists())
    await rig.market.trade(1002, 1003)
    position = MarketPosition.objects.filter(trade_id=rig.market.trade_id)
    await stored(position.exists)
    assert await at_database(lambda: Order.objects.get().filled) == Decimal(0)
