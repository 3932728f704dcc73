"""What the live worker did, and recorded, is done again by the engine and as a backtest: the same, one by one."""

import asyncio
import random
from collections.abc import Callable
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from pytest_django import Settings

from streaming.events import Interval, Side
from streaming.stored_events.event_outbox import PendingEvent
from tests.trading.live.rows import load, store
from tests.trading.live.worked_market import (
    SECONDS,
    LiveTradingRig,
    at_database,
    grid_reached,
    grid_stop,
    now,
    reached,
    rig,
)
from trading.engine.backtests.recorded_run import run_recorded
from trading.engine.grid.state import GridState, PauseReason
from trading.engine.live.grids.driver import GridDriver
from trading.engine.orders.state import OrderState
from trading.live.events.outbox import OUTBOX
from trading.live.recordings.replaying import recording_replay
from trading.models import Fill, MarketPosition, Order, RecordedPart, Recording, SubAccount
from trading.retention import old_recordings_forget

__all__ = ["rig"]

pytestmark = pytest.mark.django_db(transaction=True)
_MARKET = 1000_00
_ORDERS = ((Side.BUY, 0), (Side.BUY, 985), (Side.SELL, 1015))


@pytest.fixture(autouse=True)
def _recording(settings: Settings) -> None:
    settings.TRADING_RECORDING = True
    settings.TRADING_MISSING_SECONDS = 0.2  # of trades that are lost with a turn; there is no exchange to ask for them
    settings.EXCHANGE_REST_URL = "http://127.0.0.1:1"


@transaction.atomic
def cancel_one(hand: SubAccount) -> None:
    loaded = load(hand)
    if loaded.engine.open_orders:
        loaded.engine.cancel(loaded.engine.open_orders[0][1].request.client_order_id, time=now())
        store(loaded)
        OUTBOX.append([PendingEvent(owner_id=hand.account.owner_id, subject_id=hand.pk)], now=hand.account.created_at)


@transaction.atomic
def change_grid(row: SubAccount, change: Callable[[GridDriver], object]) -> None:
    loaded = load(row)
    assert loaded.grid is not None
    change(loaded.grid)
    store(loaded)
    OUTBOX.append([PendingEvent(owner_id=row.account.owner_id, subject_id=row.pk)], now=row.account.created_at)


async def trade(rig: LiveTradingRig, chance: random.Random, count: int) -> None:
    """Let the market trade near the price, and go on until that is stored."""
    for _ in range(count):
        await rig.market.trade(chance.randint(975, 1025))
    made = rig.market.trade_id
    async with asyncio.timeout(SECONDS):
        while not await at_database(MarketPosition.objects.filter(trade_id__gte=made).exists):
            await rig.market.trade(chance.randint(975, 1025))  # where a turn was lost, only newer ones tell of it
            await asyncio.sleep(0.02)


async def work(rig: LiveTradingRig) -> SubAccount:
    """Let a grid and a hand trade, while people change what they do, and the worker begins anew in between."""
    chance = random.Random(11)
    row = await rig.grid()
    worker = await rig.begin()
    await grid_reached(row, GridState.RUNNING)
    for number in range(12):
        side, price = _ORDERS[number % len(_ORDERS)]
        await rig.place(f"hand-{number}", side, price=price)
        await trade(rig, chance, 5)
        if number % 4 == 3:
            await rig.place(f"far-{number}", Side.BUY, price=500)  # so that there is one to cancel
            await at_database(cancel_one, rig.hand)
        if number == 5:
            await at_database(change_grid, row, lambda grid: grid.pause(PauseReason.USER, time=now()))
            worker.cancel()
            rig.work()
        if number == 7:
            await at_database(change_grid, row, lambda grid: grid.resume(market=_MARKET, time=now()))
    await at_database(grid_stop, row)
    await grid_reached(row, GridState.STOPPED)
    return row


async def test_what_the_worker_did_is_replayed_and_fed_to_a_backtest_order_by_order_and_fill_by_fill(
    rig: LiveTradingRig,
) -> None:
    row = await work(rig)
    await rig.stop()

    def check() -> None:
        assert Fill.objects.filter(sub_account=row).count() > 10
        assert Fill.objects.filter(sub_account=rig.hand).count() > 4
        assert Order.objects.filter(sub_account=rig.hand, state=OrderState.CANCELLED).exists()
        for one in (row, rig.hand):
            [recording] = Recording.objects.filter(sub_account=one)
            replayed = recording_replay(recording)
            assert replayed.differences == ()
            orders, fills = Order.objects.filter(sub_account=one), Fill.objects.filter(sub_account=one)
            assert (replayed.orders, replayed.fills) == (orders.count(), fills.count())
        backtest = run_recorded(recording_replay(Recording.objects.get(sub_account=row)).recording, Interval.MINUTE_1)
        executed = [(fill.number, fill.quantity) for fill in backtest.outcome.fills]
        rows = Fill.objects.filter(sub_account=row).order_by("number").values_list("number", "quantity")
        step = backtest.plan.instrument.step_size
        assert executed == [(number, int(quantity / step)) for number, quantity in rows]

    await at_database(check)


async def test_the_command_says_what_differs_from_what_is_stored_and_fails(rig: LiveTradingRig) -> None:
    await rig.place("now", Side.BUY)
    await rig.begin()
    await reached("now", OrderState.FILLED)
    await rig.stop()
    written = StringIO()
    await at_database(lambda: call_command("replay_recording", rig.account.pk, stdout=written))
    assert "1 orders, 1 executions: as they are stored" in written.getvalue()
    await at_database(lambda: Fill.objects.update(price=Decimal(1)))
    with pytest.raises(CommandError, match="1 of 1 recordings came to something else"):
        await at_database(lambda: call_command("replay_recording", stdout=written))
    assert "execution 1: price 1001.00, stored 1" in written.getvalue()


async def test_a_recording_ends_at_its_limit_or_where_something_was_not_recorded_and_is_deleted_when_it_is_old(
    rig: LiveTradingRig, settings: Settings
) -> None:
    def act() -> None:
        settings.TRADING_RECORDING_STEPS = 3
        for number in range(3):
            cancelled = load(rig.hand)
            assert cancelled.journal is not None
            cancelled.engine.transfer_out(1 + number)
            store(cancelled)
        settings.TRADING_RECORDING = False
        unseen = load(rig.hand)
        unseen.engine.transfer_out(7)
        store(unseen)
        settings.TRADING_RECORDING = True
        seen = load(rig.hand)
        seen.engine.transfer_out(9)
        store(seen)
        rows = Recording.objects.order_by("id")
        assert [(one.steps, one.ended_at is None) for one in rows] == [(3, False), (3, False), (1, True)]
        assert all(recording_replay(one).differences == () for one in rows)
        assert list(old_recordings_forget(now_ms=now() + 10 * 86_400_000)) == [3]
        assert not RecordedPart.objects.exists()

    await at_database(act)
