"""Three simulated exchanges, a bridge of each, and the worker: one of the exchanges lies.

All three trade as much, so that each has a third of the weight: the two honest ones outweigh whoever lies.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from decimal import Decimal

import msgspec
import pytest

from streaming.clock import SystemClock
from streaming.events import CombinedPrice, Event, LeftOut, Source, Ticker, Trades
from streaming.fan_out.hub import Hub
from streaming.market.bridge.bridge import Bridge
from streaming.market.bridge.demand import DemandPublisher
from streaming.market.bridge.settings import BridgeSettings
from streaming.market.combined.settings import CombiningSettings
from streaming.market.combined.symbols import combined_markets
from streaming.market.combined.topics import combined_price_topic
from streaming.market.combined.worker import CombiningWorker
from streaming.market.publishing.last_values import MemoryLastValues
from streaming.simulator.coinbase.exchange import SimulatedCoinbase
from streaming.simulator.coinbase.settings import CoinbaseSettings
from streaming.simulator.faults.faults import Fault, FaultKind
from streaming.simulator.following.exchange import FollowingExchange
from streaming.simulator.following.settings import FollowingSettings
from streaming.simulator.kraken.exchange import SimulatedKraken
from streaming.simulator.market.instruments import INSTRUMENTS, STABLECOIN
from streaming.simulator.server import SimulatedExchange
from streaming.simulator.settings import ExchangeSettings
from streaming.topics.topic import MarketKind, Topic
from streaming.workers.worker import WorkerContext
from tests.market.conftest import quick_limits
from tests.market.topic_reading import reading
from tests.waiting import until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("closed_connections")]

SOURCES = (Source.SIMULATOR, Source.KRAKEN, Source.COINBASE)
RESTLESS = msgspec.structs.replace(INSTRUMENTS[0], daily_volatility=2.0)
"""Moves within seconds by what others move in minutes."""
LOST = Fault(kind=FaultKind.LOSE, streams=("ticker:BTC/USD", "trade:BTC/USD"))
SECOND = 1000


class Running(msgspec.Struct, frozen=True):
    """What runs, and what was told of the combined price."""

    kraken: SimulatedKraken
    told: list[Event]

    @property
    def prices(self) -> list[CombinedPrice]:
        """What was told since all three sources were heard."""
        told = [price for price in self.told if isinstance(price, CombinedPrice)]
        return [price for price in told if len(price.sources) == len(SOURCES)]


def settings_of(source: Source, exchange: SimulatedExchange | FollowingExchange) -> BridgeSettings:
    return BridgeSettings(
        source=source,
        is_further=source is not Source.SIMULATOR,
        stream_urls=(f"ws://{exchange.address}",),
        rest_url=exchange.rest_url,
        connection=quick_limits(),
    )


@asynccontextmanager
async def combining(
    hub: Hub,
    last_values: MemoryLastValues,
    *,
    kraken: FollowingSettings | None = None,
    coinbase: CoinbaseSettings | None = None,
) -> AsyncIterator[Running]:
    """Run three exchanges and combine their prices; go on when all three are heard."""
    own = SimulatedExchange(settings=ExchangeSettings(instruments=(RESTLESS, STABLECOIN)))
    liar, other = SimulatedKraken(own, settings=kraken), SimulatedCoinbase(own, settings=coinbase)
    exchanges: dict[Source, SimulatedExchange | FollowingExchange] = {
        Source.SIMULATOR: own,
        Source.KRAKEN: liar,
        Source.COINBASE: other,
    }
    markets = combined_markets(["BTC-USD"], ["USDT-USD=USDT-USD@coinbase"], sources=SOURCES)
    combined = msgspec.structs.replace(CombiningSettings(markets=markets), own_source=Source.SIMULATOR)
    clock = SystemClock()
    async with AsyncExitStack() as stack:
        for one in exchanges.values():
            await one.start()
            stack.push_async_callback(one.stop)
        works = [_bridge(hub, source, exchange).run() for source, exchange in exchanges.items()]
        worker = CombiningWorker(
            WorkerContext(hub=hub, clock=clock, holder="one", epoch=1), last_values=last_values, settings=combined
        )
        running = Running(liar, await reading(hub, combined_price_topic("BTC-USD")))
        tasks = [asyncio.create_task(work) for work in (*works, worker.run())]
        stack.push_async_callback(_end, tasks)
        demand = DemandPublisher(hub, process_id="worker", interval=0.1, gather=0.01)
        await demand.start()
        stack.push_async_callback(demand.stop)
        await until(lambda: running.prices)
        yield running


def _bridge(hub: Hub, source: Source, exchange: SimulatedExchange | FollowingExchange) -> Bridge:
    cache = MemoryLastValues(maximum_age=5.0, clock=SystemClock())
    return Bridge(hub, last_values=cache, exchange=settings_of(source, exchange), epoch=1)


async def _end(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def honest_prices(price: CombinedPrice, liar: Source) -> list[Decimal]:
    """Return what the others say, those that have fallen silent left out."""
    told = [one for one in price.sources if one.name != liar.value and one.reason is not LeftOut.OLD]
    return [one.price for one in told if one.price is not None]


def price_of(price: CombinedPrice, liar: Source) -> Decimal:
    """Return what the liar says."""
    [told] = [one.price for one in price.sources if one.name == liar.value]
    assert told is not None
    return told


def standing_price(exchange: SimulatedKraken) -> Decimal:
    """Return what the exchange trades at; what it traded at before may still be on its way."""
    market = exchange.market.pairs["BTC/USD"]
    return Decimal(market.pair.price_text(market.candles.last_price))


def assert_a_lie_moves_nothing(prices: list[CombinedPrice], liar: Source) -> None:
    """Fail where a price isn't between those of the honest sources, though these outweigh the liar."""
    assert prices
    for price in prices:
        honest = honest_prices(price, liar)
        assert min(honest) <= price.price <= max(honest), price


async def test_one_that_is_shifted_by_five_per_cent_moves_the_price_not_at_all(
    hub: Hub, last_values: MemoryLastValues
) -> None:
    async with combining(hub, last_values, kraken=FollowingSettings(premium=50_000)) as running:
        await until(lambda: len(running.prices) > 5)
    assert_a_lie_moves_nothing(running.prices, Source.KRAKEN)
    sources = {one.name: one for one in running.prices[-1].sources}
    assert {name: one.used for name, one in sources.items()} == {"simulator": True, "kraken": False, "coinbase": True}
    assert sources["kraken"].reason is LeftOut.OUTLIER


async def test_one_that_stands_still_holds_the_price_not_back(hub: Hub, last_values: MemoryLastValues) -> None:
    def has_been_left_behind() -> bool:
        newest = running.prices[-1]
        distances = [one / standing_price(running.kraken) - 1 for one in honest_prices(newest, Source.KRAKEN)]
        is_heard = price_of(newest, Source.KRAKEN) == standing_price(running.kraken)
        return is_heard and min(map(abs, distances)) > Decimal("0.001")

    async with combining(hub, last_values) as running:
        await running.kraken.inject(Fault(kind=FaultKind.STANDSTILL))
        await until(has_been_left_behind)
        count = len(running.prices)
        await until(lambda: len(running.prices) > count + 5)
    assert_a_lie_moves_nothing(running.prices, Source.KRAKEN)
    assert len({price_of(price, Source.KRAKEN) for price in running.prices[count:]}) == 1
    assert all(one.reason is not LeftOut.OLD for one in running.prices[-1].sources)


async def test_one_that_loses_messages_moves_the_price_not_at_all(hub: Hub, last_values: MemoryLastValues) -> None:
    async with combining(hub, last_values) as running:
        trades = await reading(hub, Topic(MarketKind.TRADE, "BTC/USD", source=Source.KRAKEN))

        def are_missed() -> bool:
            return any(isinstance(one, Trades) and one.repaired for one in trades)

        while not are_missed():
            count = len(running.prices)
            await running.kraken.inject(LOST)
            await until(lambda count=count: len(running.prices) > count)  # type: ignore[misc]
    assert_a_lie_moves_nothing(running.prices, Source.KRAKEN)


@pytest.mark.parametrize(("liar", "seconds"), [(Source.KRAKEN, 3600), (Source.COINBASE, -3600)])
async def test_one_whose_clock_is_wrong_counts_as_all_others(
    hub: Hub, last_values: MemoryLastValues, liar: Source, seconds: int
) -> None:
    symbol = {Source.KRAKEN: "BTC/USD", Source.COINBASE: "BTC-USD"}[liar]
    ahead = {source: seconds if source is liar else 0 for source in SOURCES}
    async with combining(
        hub,
        last_values,
        kraken=FollowingSettings(clock_ahead=ahead[Source.KRAKEN]),
        coinbase=CoinbaseSettings(clock_ahead=ahead[Source.COINBASE]),
    ) as running:
        tickers = await reading(hub, Topic(MarketKind.TICKER, symbol, source=liar))
        await until(lambda: len(running.prices) > 5 and len(tickers) > 1)
        now = SystemClock().now_ms()
    assert_a_lie_moves_nothing(running.prices, liar)
    assert all(one.used for one in running.prices[-1].sources)
    newest = tickers[-1]
    assert isinstance(newest, Ticker)
    assert newest.time - now == pytest.approx(seconds * SECOND, abs=30 * SECOND)
