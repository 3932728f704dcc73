"""A market of which a model knows what comes next, told minute by minute to a worker within the test's process."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from decimal import Decimal

from msgspec.structs import asdict

from streaming.events import Candle, Depth, Event, Interval, Level, Side, Source, Trade, Trades
from streaming.fan_out.hub import Hub
from streaming.market.binance.rest_parser import KlineRow
from streaming.topics.topic import MarketKind, Topic
from streaming.workers.worker import WorkerContext
from tests.manual_clock import ManualClock
from tests.trading.live.worked_market import EPOCH, SECONDS, at_database, stored
from tests.trading.market import SYMBOL
from trading.live.worker.live_trading import LiveTrading
from trading.models import Strategy

_SETTLED_MS = 3_000
"""So long after its end a candle is one of the market's past."""
_CENT = Decimal("0.01")
_MUCH = Decimal(1000)


class PlantedMarket:
    """Minutes of BTCUSDT as the bridge tells them; those before `index` have closed. Time stands in between."""

    def __init__(self, hub: Hub, rows: Sequence[KlineRow], *, index: int, source: Source = Source.BINANCE) -> None:
        self.index = index
        self.clock = ManualClock(rows[index].open_time + _SETTLED_MS)
        self._hub = hub
        self._rows = rows
        self._source = source
        self._trade_id = 0

    @asynccontextmanager
    async def worked(self) -> AsyncIterator[None]:
        """Have a worker trade on it, by its clock, until the end of the `async with`."""
        context = WorkerContext(hub=self._hub, clock=self.clock, holder="test")
        worker = asyncio.create_task(LiveTrading(context, fence=None, epoch=EPOCH).run())
        try:
            yield
        finally:
            worker.cancel()
            with suppress(asyncio.CancelledError):
                await worker

    async def runs(self, strategy_id: str) -> None:
        """Return once a strategy has warmed up, while seconds pass and the market is told."""
        followed = {Topic(kind, SYMBOL) for kind in (MarketKind.DEPTH, MarketKind.TRADE)}
        is_running = Strategy.objects.filter(pk=strategy_id, state="running").exists
        async with asyncio.timeout(SECONDS):
            while not await at_database(is_running):
                if followed <= self._hub.topics:
                    self.clock.advance(0.1)
                    await self._tell(*self._quote())
                await asyncio.sleep(0.01)

    async def close(self, strategy_id: str, count: int = 1) -> None:
        """Let minutes close, each once a strategy has taken the one before; return once it has taken all."""
        for _ in range(count):
            row = self._rows[self.index]
            self.index += 1
            self.clock.advance(max(0, self._rows[self.index].open_time - self.clock.now_ms()) / 1000)
            await self._tell(self._candle(row), *self._quote())
            await stored(Strategy.objects.filter(pk=strategy_id, candle_cursor=row.open_time).exists)

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
