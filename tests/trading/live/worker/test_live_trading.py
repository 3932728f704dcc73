"""The worker's live trading within the test's process: orders of a hand and a grid, on a market that the test makes."""

import asyncio
from decimal import Decimal

import pytest
from asgiref.sync import sync_to_async
from pytest_django import Settings

from streaming.events import Interval, Side, Source
from streaming.market.models import Symbol
from streaming.market.past_trades import trades_from
from streaming.simulator.market.instruments import INSTRUMENTS
from streaming.simulator.server import ExchangeSettings, SimulatedExchange
from streaming.times import moment
from streaming.topics.topic import MarketKind, Topic
from streaming.tracing.correlation import correlated
from streaming.tracing.spans import span
from streaming.workers.fencing import Fence, LeaseLostError
from tests.manual_clock import ManualClock
from tests.streaming.tracing.recorded_spans import ids_of, parent_of, recorded_spans, traceparent_of
from tests.trading.asking import ticker
from tests.trading.live.rows import NOW, account_of, hand_of, load
from tests.trading.live.worked_market import (
    SECONDS,
    LiveTradingRig,
    at_database,
    grid_reached,
    grid_stop,
    now,
    order_place,
    reached,
    rig,
    state_of,
    stored,
)
from tests.trading.market import SYMBOL, symbol_listed
from tests.waiting import until
from trading.accounts.adding import account_add
from trading.accounts.resetting import account_reset
from trading.audit.services import Actor
from trading.engine.amounts import ONE
from trading.engine.grid.state import GridState
from trading.engine.orders.state import OrderState
from trading.engine.risk.levels import TradingLevel
from trading.events import Account, KillSwitchScope, Portfolio
from trading.kill_switch.services import SwitchTarget, switch_set
from trading.models import (
    OPEN_ORDERS,
    ActorSource,
    BookImbalance,
    Fill,
    MarketPosition,
    Order,
    OutboxEvent,
    RiskLimits,
    TradingAccount,
)

__all__ = ["rig"]

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def given_up_soon(settings: Settings) -> None:
    """Let trades go on soon without those that are missing, which nobody can be asked for."""
    settings.TRADING_MISSING_SECONDS = 0.2
    settings.EXCHANGE_REST_URL = "http://127.0.0.1:1"


async def test_a_market_order_takes_from_the_book_and_its_owner_is_told(rig: LiveTradingRig) -> None:
    await rig.place("now", Side.BUY)
    await rig.begin()
    await reached("now", OrderState.FILLED)
    fill = await at_database(Fill.objects.get)
    assert (fill.price, fill.liquidity) == (Decimal(1001), "taker")
    await until(lambda: any(getattr(event, "status", None) == "filled" for event in rig.heard))
    await stored(lambda: not OutboxEvent.objects.exists())


async def test_an_order_takes_from_the_book_though_another_of_the_hand_is_of_a_symbol_without_data(
    rig: LiveTradingRig,
) -> None:
    await sync_to_async(symbol_listed)("DEADUSDT")
    await rig.place("dead", Side.BUY, price=500, symbol="DEADUSDT")
    await rig.place("deep", Side.BUY, price=500)
    await rig.begin()
    await rig.place("now", Side.BUY)
    await reached("now", OrderState.FILLED)
    assert await state_of("dead") == await state_of("deep") == OrderState.ACCEPTED


@pytest.mark.usefixtures("given_up_soon")
async def test_an_order_by_finer_ticks_and_steps_than_the_worker_began_with_is_executed_as_it_was_placed(
    rig: LiveTradingRig,
) -> None:
    await rig.place("deep", Side.BUY, price=500)
    grid = await rig.grid()
    await rig.begin()
    await grid_reached(grid, GridState.RUNNING)
    await at_database(_refine)
    await rig.place("fine", Side.BUY, price=Decimal("990.0001"))
    await rig.trade_until(lambda: Order.objects.get(client_order_id="fine").state == OrderState.FILLED.value, 990)
    fill = await at_database(lambda: Fill.objects.get(order__client_order_id="fine"))
    assert (fill.price, fill.quantity) == (Decimal("990.0001"), Decimal("0.0001"))
    assert await state_of("deep") == OrderState.ACCEPTED
    await grid_reached(grid, GridState.RUNNING)


def _refine() -> None:
    """Let the exchange make tick and step finer."""
    row = Symbol.objects.get(name=SYMBOL)
    row.tick_size, row.step_size, row.updated_at = Decimal("0.0001"), Decimal("0.000001"), NOW
    row.minimum_notional = Decimal(0)
    row.save()


@pytest.mark.usefixtures("given_up_soon")
async def test_a_limit_order_waits_for_a_trade_through_its_price_though_it_was_placed_while_the_worker_runs(
    rig: LiveTradingRig,
) -> None:
    await rig.place("deep", Side.BUY, price=500)  # so that the market is followed
    await rig.begin()
    await rig.place("near", Side.BUY, price=990)
    await stored(lambda: Order.objects.filter(client_order_id="near", is_taken=True).exists())
    before = rig.market.trade_id
    filled = Order.objects.filter(client_order_id="near", state=OrderState.FILLED)
    await rig.trade_until(filled.exists, 991, 989)
    assert await state_of("deep") == OrderState.ACCEPTED
    assert (await at_database(MarketPosition.objects.get)).trade_id > before


async def test_whoever_wakes_it_is_who_its_turn_is_for(rig: LiveTradingRig) -> None:
    await rig.place("deep", Side.BUY, price=500)  # so that the market is followed
    await rig.begin()
    with recorded_spans() as spans:
        with correlated("shop-7"), span("command"):
            await rig.place("near", Side.BUY, price=990)
        await until(lambda: spans.named("sub-accounts followed"))
    turn = spans.only("sub-accounts followed")
    assert turn.attributes == {"tidewire.correlation_id": "shop-7"}
    assert parent_of(turn) == ids_of(traceparent_of(spans.only("command")))
    assert await at_database(Order.objects.filter(client_order_id="near").exists)


@pytest.mark.usefixtures("given_up_soon")
async def test_a_grid_begins_and_places_a_line_higher_what_a_line_lower_has_bought(rig: LiveTradingRig) -> None:
    row = await rig.grid()
    await rig.begin()
    await grid_reached(row, GridState.RUNNING)
    open_orders = Order.objects.filter(sub_account=row, state__in=(OrderState.ACCEPTED, OrderState.PARTIALLY_FILLED))
    assert await at_database(open_orders.count) == 4
    await rig.trade_until(open_orders.filter(side="sell", price=Decimal("1000.00")).exists, 989)
    assert await at_database(open_orders.count) == 4


async def test_the_limits_of_an_account_hold_over_all_grids_that_begin_together(rig: LiveTradingRig) -> None:
    await at_database(lambda: RiskLimits.objects.create(account=rig.account, open_orders=5))
    for _ in range(3):
        await rig.grid()
    await rig.begin()
    await stored(lambda: Order.objects.filter(state__in=OPEN_ORDERS).count() >= 5)
    assert await at_database(Order.objects.filter(state__in=OPEN_ORDERS).count) == 5


async def test_its_grids_are_paused_while_the_markets_data_is_stale_and_go_on_by_themselves(
    rig: LiveTradingRig,
) -> None:
    row = await rig.grid()
    await rig.begin()
    await grid_reached(row, GridState.RUNNING)
    rig.quoting.cancel()
    await rig.market.book(stale=True)
    assert (await grid_reached(row, GridState.PAUSED)).reason == "exchange_down"
    await rig.market.book()
    await grid_reached(row, GridState.RUNNING)


@pytest.mark.usefixtures("given_up_soon")
async def test_a_gap_in_the_trades_pauses_and_missing_ones_are_not_waited_for_without_end(rig: LiveTradingRig) -> None:
    row = await rig.grid()
    await rig.begin()
    await grid_reached(row, GridState.RUNNING)
    rig.market.trade_id += 5  # which nobody is told of
    await rig.trade_until(Fill.objects.filter(sub_account=row, price=Decimal("990.00")).exists, 989)


async def test_another_worker_stores_nothing_without_the_lease(rig: LiveTradingRig) -> None:
    await rig.place("now", Side.BUY)
    worker = await rig.begin(Fence(name="trading", holder="another", token=1))
    with pytest.raises(LeaseLostError):
        async with asyncio.timeout(20):
            await worker
    assert await state_of("now") == OrderState.ACCEPTED


async def test_another_workers_dead_mans_switch_cancels_nothing_and_it_trades_no_more(rig: LiveTradingRig) -> None:
    await rig.place("deep", Side.BUY, price=500)
    await at_database(lambda: OutboxEvent.objects.all().delete())
    await at_database(lambda: TradingAccount.objects.update(cancel_all_at=rig.account.created_at))
    worker = rig.work(Fence(name="trading", holder="another", token=1))
    with pytest.raises(LeaseLostError):
        async with asyncio.timeout(SECONDS):
            await worker
    assert await state_of("deep") == OrderState.ACCEPTED


async def test_it_does_what_is_left_of_a_kill_switch_whose_gateway_is_gone(rig: LiveTradingRig) -> None:
    await rig.place("now", Side.BUY)
    await rig.begin()
    await reached("now", OrderState.FILLED)
    await rig.place("rests", Side.BUY, price=900)
    feed = await rig.market.hub.acquire(Topic("ticker", SYMBOL))
    await rig.market.hub.publish(ticker(Decimal(1000)))
    await at_database(_halt_and_be_gone, rig.account)
    await reached("rests", OrderState.CANCELLED)
    await stored(lambda: Order.objects.filter(side="sell", state=OrderState.FILLED).exists())
    rig.market.hub.release(feed.key)


def _halt_and_be_gone(account: TradingAccount) -> None:
    """Throw a user's kill switch a while ago, to close positions, without doing what follows from it."""
    switch_set(
        actor=Actor(user_id=account.owner_id, name="Ada", source=ActorSource.REST),
        target=SwitchTarget(scope=KillSwitchScope.USER, owner_id=account.owner_id),
        level=TradingLevel.HALTED,
        reason="too wild",
        may_free=False,
        closes=True,
        now=moment(now() - 60_000),
    )


async def test_subscribers_are_told_of_a_reset_and_of_a_new_account_though_nothing_was_open(
    rig: LiveTradingRig,
) -> None:
    owner = rig.account.owner_id
    await at_database(lambda: TradingAccount.objects.update(is_demo=True))
    await at_database(lambda: rig.hand.balances.update(free=Decimal(7)))
    for topic in ("account", "portfolio"):
        (await rig.market.hub.acquire(Topic(topic, owner=str(owner)))).add_callback(rig.heard.append)
    rig.work()
    actor = Actor(user_id=owner, name="Ada", source=ActorSource.REST)
    await at_database(lambda: account_reset(actor=actor, account=rig.account, now=NOW))
    await until(lambda: _equities(rig)[-1:] == [200_000])
    balances = {"USDT": Decimal(500)}
    await at_database(lambda: account_add(actor=actor, owner_id=owner, name="new", balances=balances, now=NOW))
    await until(lambda: _equities(rig)[-1:] == [200_500])
    assert len({event.account for event in rig.heard if isinstance(event, Account)}) == 2


def _equities(rig: LiveTradingRig) -> list[Decimal]:
    return [event.equity for event in rig.heard if isinstance(event, Portfolio)]


async def test_simulated_data_drives_demo_accounts_alone(rig: LiveTradingRig, settings: Settings) -> None:
    settings.EXCHANGE_SOURCE = Source.SIMULATOR.value  # it is what is traded on, and stands in for nothing
    rig.market.source = Source.SIMULATOR
    demo = await sync_to_async(account_of)("Bob", is_demo=True)
    hand = await sync_to_async(hand_of)(demo)
    await rig.place("real", Side.BUY)
    await at_database(order_place, hand, "demo", Side.BUY, 0, now())
    await rig.begin()
    await reached("demo", OrderState.FILLED)
    assert await state_of("real") == OrderState.ACCEPTED


async def test_how_the_book_stood_is_noted_of_what_is_learnt_from_though_nobody_trades_it(
    rig: LiveTradingRig, settings: Settings
) -> None:
    settings.LEARNING_SYMBOLS, settings.LEARNING_INTERVAL = [SYMBOL], "1m"
    rig.work()
    wanted = {Topic(MarketKind.DEPTH, SYMBOL), Topic(MarketKind.CANDLE, SYMBOL, Interval.MINUTE_1)}
    await until(lambda: wanted <= rig.market.hub.topics)
    await rig.market.book(before=1000)  # of before the close, whatever ms this one is told in
    await rig.market.close_minute()
    await stored(BookImbalance.objects.exists)
    assert (await at_database(BookImbalance.objects.get)).imbalance == 0


@pytest.mark.usefixtures("given_up_soon")
async def test_what_a_stopped_grid_holds_goes_back_to_the_hand(rig: LiveTradingRig) -> None:
    row = await rig.grid()
    await rig.begin()
    await grid_reached(row, GridState.RUNNING)
    await rig.trade_until(Fill.objects.filter(sub_account=row, price=Decimal("990.00")).exists, 989)
    await at_database(grid_stop, row)
    await grid_reached(row, GridState.STOPPED)
    assert await at_database(lambda: load(row).engine.state().balances) == {}
    hand = await at_database(lambda: load(rig.hand).engine)
    grid = (await at_database(load, row)).engine.state()
    assert hand.account.total("BTC") > 0
    assert hand.state().deposited == (100_000 + 1000) * ONE + grid.realised


async def test_trades_that_did_not_come_are_fetched_and_fill_what_they_reach(
    rig: LiveTradingRig, settings: Settings
) -> None:
    clock = ManualClock()
    of_one = ExchangeSettings(tick_interval=None, instruments=INSTRUMENTS[:1])
    exchange = SimulatedExchange(settings=of_one, clock=clock)
    await exchange.start()
    settings.EXCHANGE_REST_URL = exchange.rest_url
    started = clock.now_ms()
    clock.advance(60)
    await exchange.tick()
    made = exchange.market.symbols[SYMBOL].trades
    trades = [one async for page in trades_from(SYMBOL, made[0].trade_id) for one in page if one.time > started]
    lowest = min(one.price for one in trades[1:-1])
    told = [one for one in trades if one.price > lowest]
    assert told[0].trade_id < next(one.trade_id for one in trades if one.price == lowest) < told[-1].trade_id
    await at_database(lambda: Symbol.objects.update(step_size=Decimal("0.00001")))
    await rig.place("lowest", Side.BUY, price=lowest, time=started)
    rig.market.quote = (1, 1_000_000)
    await rig.begin(price=None)
    async with asyncio.timeout(SECONDS):
        while not await at_database(Fill.objects.exists):
            await rig.market.tell(told)  # again and again: each counts once
            await asyncio.sleep(0.1)
    await exchange.stop()
