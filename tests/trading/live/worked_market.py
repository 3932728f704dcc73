"""The worker's live trading within the test's process: a user's orders and grids, on a market that the test makes."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, TypeVar

import pytest
from asgiref.sync import sync_to_async
from channels.layers import InMemoryChannelLayer
from django.db import OperationalError, connections, transaction
from pytest_django import Settings

from streaming.clock import SystemClock
from streaming.events import Candle, Depth, Event, Interval, Level, Side, Source, Trade, Trades
from streaming.fan_out.dotted_feed import DottedGroup
from streaming.fan_out.hub import Hub
from streaming.installed import topic_registry
from streaming.layer.groups import worker_group
from streaming.stored_events.event_outbox import PendingEvent
from streaming.topics.topic import Topic
from streaming.tracing.origin import origin_now
from streaming.workers.fencing import Fence, LeaseLostError
from streaming.workers.wake_ups import WAKE_MESSAGE
from streaming.workers.worker import WorkerContext
from tests.trading.live.rows import account_of, grid_of, hand_of, load, store
from tests.trading.market import SYMBOL, symbol_listed
from tests.waiting import until
from trading.declared_workers import TRADING_WORKER
from trading.engine.grid.state import GridState
from trading.engine.orders.order import OrderRequest
from trading.engine.orders.state import OrderState
from trading.engine.orders.types import OrderType
from trading.engine.strategies.shipped.grid_parameters import GridParameters
from trading.live.errors import StaleVersionError
from trading.live.events.outbox import OUTBOX
from trading.live.worker.live_trading import LiveTrading
from trading.models import Grid, Order, SubAccount, TradingAccount

Result = TypeVar("Result")
EPOCH = 7
SECONDS = 20


@dataclass
class Market:
    """A symbol's market: what the bridge would tell of it."""

    hub: Hub
    source: Source = Source.BINANCE
    trade_id: int = 1000
    quote: tuple[int, int] = (999, 1001)

    async def book(self, *, stale: bool = False, before: int = 0) -> None:
        """Tell the best of the book, as of so many ms before now."""
        levels = [(Level(Decimal(price), Decimal(1)),) for price in self.quote]
        depth = Depth(
            symbol=SYMBOL, source=self.source, time=now() - before, bids=levels[0], asks=levels[1], stale=stale
        )
        await self.hub.publish(depth)

    async def trade(self, *prices: int) -> None:
        """Tell trades of one unit."""
        await self.tell([self._trade(price) for price in prices])

    async def close_minute(self) -> None:
        """Tell that a minute has closed just now."""
        prices: dict[str, Any] = dict.fromkeys(
            ("open", "high", "low", "close", "volume", "quote_volume"), Decimal(1000)
        )
        time = now()
        candle = Candle(
            symbol=SYMBOL,
            source=self.source,
            time=time,
            interval=Interval.MINUTE_1,
            open_time=time - 60_000,
            close_time=time - 1,
            trades=1,
            is_final=True,
            **prices,
        )
        await self.hub.publish(candle)

    async def tell(self, trades: Sequence[Trade]) -> None:
        """Tell trades that were made."""
        await self.hub.publish(Trades(symbol=SYMBOL, source=self.source, time=now(), trades=tuple(trades)))

    def _trade(self, price: int) -> Trade:
        self.trade_id += 1
        return Trade(trade_id=self.trade_id, price=Decimal(price), quantity=Decimal(1), side=Side.BUY, time=now())


@dataclass
class LiveTradingRig:
    """A user's account and its hand, the market, and the worker."""

    market: Market
    account: TradingAccount
    hand: SubAccount
    heard: list[Event] = field(default_factory=list)
    quoting: "asyncio.Future[None]" = field(default_factory=asyncio.Future)
    _workers: list[asyncio.Task[None]] = field(default_factory=list)

    def work(self, fence: Fence | None = None) -> asyncio.Task[None]:
        """Start a worker."""
        context = WorkerContext(hub=self.market.hub, clock=SystemClock(), holder="test")
        worker = asyncio.create_task(self._trade(LiveTrading(context, fence=fence, epoch=EPOCH)))
        self._workers.append(worker)
        return worker

    async def _trade(self, live: LiveTrading) -> None:
        """Trade, and hear wakes meanwhile, as the trading worker does."""
        await self.market.hub.listen(worker_group(TRADING_WORKER.name), WAKE_MESSAGE, live.hear_wake)
        await live.run()

    async def begin(self, fence: Fence | None = None, *, price: int | None = 1000) -> asyncio.Task[None]:
        """Start a worker, and tell it the market as soon as it listens; the book again and again."""
        worker = self.work(fence)
        topics = {Topic("depth", SYMBOL), Topic("trade", SYMBOL)}
        await until(lambda: topics <= self.market.hub.topics)
        self.quoting = asyncio.create_task(self._keep_quoting())
        if price is not None:
            await self.market.trade(price)
        return worker

    async def _keep_quoting(self) -> None:
        while True:
            await self.market.book()
            await asyncio.sleep(0.05)

    async def place(
        self, name: str, side: Side, *, price: Decimal | int = 0, time: int | None = None, symbol: str = SYMBOL
    ) -> None:
        """Place an order of the hand, and wake the worker, as the service does."""
        await at_database(order_place, self.hand, name, side, price, now() if time is None else time, symbol)
        await self.market.hub.send(worker_group(TRADING_WORKER.name), {"type": WAKE_MESSAGE, **origin_now().fields()})

    async def trade_until(self, condition: Callable[[], object], *prices: int) -> None:
        """Trade at these prices until the rows are so.

        Again and again, as a market does: of a turn that was lost, as to a table of the tests' SQLite that is being
        read, only newer trades tell. They count once those are given up (`TRADING_MISSING_SECONDS`).
        """
        async with asyncio.timeout(SECONDS):
            while not await at_database(condition):
                await self.market.trade(*prices)
                await asyncio.sleep(0.05)

    async def grid(self) -> SubAccount:
        """Start a grid of four gaps from 980 to 1020."""
        return await at_database(grid_start, self.account)

    async def stop(self) -> None:
        """Stop the workers; raise what one has failed with, where nobody has expected that."""
        for task in (self.quoting, *self._workers):
            task.cancel()
        for outcome in await asyncio.gather(*self._workers, return_exceptions=True):
            if not isinstance(outcome, asyncio.CancelledError | LeaseLostError):
                pytest.fail(f"a worker has failed: {outcome!r}")


def now() -> int:
    return SystemClock().now_ms()


@transaction.atomic
def order_place(  # noqa: PLR0917 - handed on to the database's thread
    hand: SubAccount, name: str, side: Side, price: Decimal | int, time: int, symbol: str = SYMBOL
) -> None:
    loaded = load(hand)
    instrument = loaded.instruments[symbol]
    request = OrderRequest(
        client_order_id=name,
        side=side,
        type=OrderType.LIMIT if price else OrderType.MARKET,
        price=instrument.ticks(Decimal(price)),
        quantity=100,
    )
    market = instrument.ticks(Decimal(1000))
    assert loaded.engine.place(symbol, request, market=market, time=time).state is OrderState.ACCEPTED
    store(loaded)
    OUTBOX.append([PendingEvent(owner_id=hand.account.owner_id, subject_id=hand.pk)], now=hand.account.created_at)


@transaction.atomic
def grid_start(account: TradingAccount, **changes: Any) -> SubAccount:
    parameters = GridParameters(lower_price=Decimal(980), upper_price=Decimal(1020), grid_count=4, **changes)
    row = grid_of(account, parameters, symbol=SYMBOL)
    loaded = load(row)
    assert loaded.grid is not None
    loaded.grid.start(market=loaded.instruments[SYMBOL].ticks(Decimal(1000)), time=now())
    store(loaded)
    OUTBOX.append([PendingEvent(owner_id=account.owner_id, subject_id=row.pk)], now=account.created_at)
    return row


@pytest.fixture
async def rig(settings: Settings) -> AsyncIterator[LiveTradingRig]:
    """Return the account of a user, who hears of all that is theirs; the market's numbers are round."""
    settings.TRADING_SILENT_SECONDS = 60.0
    await sync_to_async(symbol_listed)()
    hub = Hub(InMemoryChannelLayer(), topic_registry())
    await hub.start()
    account = await sync_to_async(account_of)()
    hand = await sync_to_async(hand_of)(account)
    rig = LiveTradingRig(Market(hub), account, hand)
    for source in (Topic("orders", owner=str(account.owner_id)), DottedGroup(f"c.grid.{account.owner_id}")):
        feed = await hub.acquire(source)
        feed.add_callback(rig.heard.append)
    yield rig
    await rig.stop()
    await hub.stop()
    await sync_to_async(connections.close_all)()


async def at_database(do: Callable[..., Result], *given: object) -> Result:
    """Ask the database; again where a table of the tests' SQLite is being written by the worker.

    What writes more than once does so in one transaction: asked again, it finds nothing of it done.
    """
    async with asyncio.timeout(SECONDS):
        while True:
            try:
                return await sync_to_async(do)(*given)
            except StaleVersionError:
                continue  # the worker was faster
            except OperationalError as error:
                if "locked" not in str(error):
                    raise
            await asyncio.sleep(0.01)


async def stored(condition: Callable[[], object]) -> None:
    """Wait until the rows are so."""
    async with asyncio.timeout(SECONDS):
        while not await at_database(condition):  # noqa: ASYNC110 - rows tell nobody of their change
            await asyncio.sleep(0.01)


async def state_of(name: str) -> str:
    """Return the state of an order."""
    return await at_database(lambda: Order.objects.values_list("state", flat=True).get(client_order_id=name))


async def reached(name: str, state: OrderState) -> None:
    """Wait until an order has come to a state."""
    await stored(lambda: Order.objects.filter(client_order_id=name, state=state).exists())


async def grid_reached(row: SubAccount, state: GridState) -> Grid:
    """Wait until a grid has come to a state."""
    await stored(lambda: Grid.objects.filter(pk=row.grid_id, state=state).exists())
    return await at_database(lambda: Grid.objects.get(pk=row.grid_id))


@transaction.atomic
def grid_stop(row: SubAccount) -> None:
    loaded = load(row)
    assert loaded.grid is not None
    loaded.grid.stop(time=now())
    store(loaded)
    OUTBOX.append([PendingEvent(owner_id=row.account.owner_id, subject_id=row.pk)], now=row.account.created_at)
