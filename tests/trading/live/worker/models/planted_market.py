"""A market of which a model knows what comes next, told minute by minute to a worker within the test's process."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from decimal import Decimal

import pytest
from asgiref.sync import sync_to_async
from channels.layers import InMemoryChannelLayer
from django.db import connections
from msgspec.structs import asdict
from pytest_django import Settings

from streaming.clock import Clock
from streaming.events import Candle, Depth, Event, Interval, Level, Side, Source, Trade, Trades
from streaming.fan_out.hub import Hub
from streaming.installed import topic_registry
from streaming.market.sources.answers import KlineRow
from streaming.topics.topic import MarketKind, Topic
from streaming.workers.worker import WorkerContext
from tests.manual_clock import ManualClock
from tests.trading.live.worked_market import EPOCH, SECONDS, at_database
from tests.trading.market import SYMBOL
from tests.waiting import until
from trading.live.worker.live_trading import LiveTrading
from trading.models import Strategy

_SETTLED_MS = 3_000
"""So long after its end a candle is one of the market's past."""
_CENT = Decimal("0.01")
_MUCH = Decimal(1000)


@asynccontextmanager
async def traded(hub: Hub, clock: Clock) -> AsyncIterator[None]:
    """Have a worker trade on what a hub tells, by a clock, until the end of the `async with`."""
    context = WorkerContext(hub=hub, clock=clock, holder="test")
    worker = asyncio.create_task(LiveTrading(context, fence=None, epoch=EPOCH).run())
    try:
        yield
    finally:
        worker.cancel()
        with suppress(asyncio.CancelledError):
            await worker


class PlantedMarket:
    """Minutes of BTCUSDT as the bridge tells them; those before `index` have closed. Time stands in between."""

    def __init__(self, hub: Hub, rows: Sequence[KlineRow], *, index: int, source: Source = Source.BINANCE) -> None:
        self.index = index
        self.clock = ManualClock(rows[index].open_time + _SETTLED_MS)
        self._hub = hub
        self._rows = rows
        self._source = source
        self._trade_id = 0

    def worked(self) -> AbstractAsyncContextManager[None]:
        """Have a worker trade on it, by its clock, until the end of the `async with`."""
        return traded(self._hub, self.clock)

    async def runs(self, strategy_id: str) -> None:
        """Return once a worker reads the market, and a strategy has warmed up."""
        read = {Topic(MarketKind.DEPTH, SYMBOL), Topic(MarketKind.CANDLE, SYMBOL, Interval.MINUTE_1)}
        await until(lambda: read <= self._hub.topics)
        await self.pass_until(Strategy.objects.filter(pk=strategy_id, state="running").exists)

    async def close(self, strategy_id: str, count: int = 1) -> None:
        """Let minutes close, each once a strategy has taken the one before; return once it has taken all."""
        for _ in range(count):
            row = self._rows[self.index]
            self.index += 1
            self.clock.advance(max(0, self._rows[self.index].open_time - self.clock.now_ms()) / 1000)
            await self._tell(self._candle(row), *self._quote())
            await self.pass_until(Strategy.objects.filter(pk=strategy_id, candle_cursor=row.open_time).exists)

    async def pass_until(self, condition: Callable[[], bool]) -> None:
        """Let a tenth of a second pass at a time, in which the market is told, until the rows are so."""
        async with asyncio.timeout(SECONDS):
            while not await at_database(condition):
                self.clock.advance(0.1)
                await self._tell(*self._quote())
                await asyncio.sleep(0.01)

    async def _tell(self, *events: Event) -> None:
        for event in events:
            await self._hub.publish(event)

    def _quote(self) -> tuple[Depth, Trades]:
        """Return a book around the last close, and a trade at it."""
        self._trade_id += 1
        price, now = self._rows[self.index - 1].close, self.clock.now_ms()
        bids, asks = (Level(price - _CENT, _MUCH),), (Level(price + _CENT, _MUCH),)
        made = Trade(trade_id=self._trade_id, price=price, quantity=_MUCH, side=Side.BUY, time=now)
        return (
            Depth(symbol=SYMBOL, source=self._source, time=now, bids=bids, asks=asks),
            Trades(symbol=SYMBOL, source=self._source, time=now, trades=(made,)),
        )

    def _candle(self, row: KlineRow) -> Candle:
        known = {"symbol": SYMBOL, "source": self._source, "time": self.clock.now_ms(), **asdict(row)}
        return Candle(interval=Interval.MINUTE_1, is_final=True, **known)


@pytest.fixture
async def hub(settings: Settings) -> AsyncIterator[Hub]:
    """Return the hub by which a worker hears of the market, a minute at a time, and tells."""
    settings.TRADING_SILENT_SECONDS = 1e6
    hub = Hub(InMemoryChannelLayer(capacity=10_000), topic_registry(), linger=0)
    await hub.start()
    yield hub
    await hub.stop()
    await sync_to_async(connections.close_all)()
