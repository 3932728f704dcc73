"""A bridge that follows a simulated exchange, both in this process, and whoever reads what it publishes."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import msgspec

from streaming.clock import Clock, SystemClock
from streaming.events import Candle, Event, Interval, Resync, Source, Trade, Trades
from streaming.events.system import ExchangeEvent, ExchangeNews, ExchangeState
from streaming.fan_out.dotted_feed import DottedGroup
from streaming.fan_out.hub import Hub
from streaming.installed import topic_registry
from streaming.layer.channel_layer import Layer
from streaming.market.bridge.bridge import Bridge
from streaming.market.bridge.demand import DemandPublisher
from streaming.market.bridge.settings import BridgeSettings
from streaming.market.bridge.status import BridgeState, BridgeStatus
from streaming.market.bridge.status_table import BridgeStatusTable
from streaming.market.gaps.limits import GapLimits
from streaming.market.publishing.last_values import LastValues, MemoryLastValues
from streaming.market.publishing.limits import PublishingLimits
from streaming.market.upstream.limits import ConnectionLimits
from streaming.market.upstream.reconnecting import ReconnectLimits
from streaming.market.upstream.silence import SilenceLimits
from streaming.simulator import settings as simulator_settings
from streaming.simulator.faults.faults import Fault, FaultKind
from streaming.simulator.market.instruments import INSTRUMENTS
from streaming.simulator.market.market import Step
from streaming.simulator.server import SimulatedExchange
from streaming.topics.topic import MarketKind, Topic
from tests.market.failing_layer import FailingLayer
from tests.waiting import until

QUICK_RECONNECT = ReconnectLimits(base=0.02, maximum=0.1, spacing=0.02, attempts=10_000, rate_limit_wait=0.5)
TICKER, TRADE = "btcusdt@ticker", "btcusdt@trade"
PRICE = Topic(MarketKind.PRICE, "BTCUSDT")
TRADES = Topic(MarketKind.TRADE, "BTCUSDT")
DEPTH = Topic(MarketKind.DEPTH, "BTCUSDT")
SECONDS = Topic(MarketKind.CANDLE, "BTCUSDT", Interval.SECOND_1)
QUICK_GAPS = GapLimits(quiet=0.3, trades_hold=4.0, retry=0.2, look=0.05)


@asynccontextmanager
async def simulating(seed: int = 7, clock: Clock | None = None, **changes: object) -> AsyncIterator[SimulatedExchange]:
    """Run a simulated exchange with three symbols, or as `changes` of its settings say."""
    settings = simulator_settings.ExchangeSettings(instruments=INSTRUMENTS[:3])
    exchange = SimulatedExchange(seed=seed, clock=clock, settings=msgspec.structs.replace(settings, **changes))
    await exchange.start()
    try:
        yield exchange
    finally:
        await exchange.stop()


def connection_limits(**changes: object) -> ConnectionLimits:
    """Return the limits of the settings' defaults, but that they reconnect at once and have no canary."""
    quick = ConnectionLimits(close_timeout=0.5, reconnect=QUICK_RECONNECT, silence=SilenceLimits(canary=""))
    return msgspec.structs.replace(quick, **changes)


def settings_for(*exchanges: SimulatedExchange, **changes: object) -> BridgeSettings:
    """Return settings that name the exchanges' addresses, in order, with quick reconnects and gap fills."""
    settings = BridgeSettings(
        source=Source.SIMULATOR,
        stream_urls=tuple(exchange.stream_url for exchange in exchanges),
        rest_url=exchanges[0].rest_url,
        connection=connection_limits(),
        publishing=PublishingLimits(retry=0.05, settle=0.05),
        gaps=QUICK_GAPS,
        status_interval=0.2,
        status_gather=0.01,
        stream_reports=0.1,
    )
    return msgspec.structs.replace(settings, **changes)


class Reading:
    """What came on one topic, in order, and when (monotonic seconds)."""

    def __init__(self, topic: Topic) -> None:
        self.topic = topic
        self.events: list[Event] = []
        self.times: list[float] = []

    def take(self, event: Event) -> None:
        """Take an event."""
        self.events.append(event)
        self.times.append(time.monotonic())

    @property
    def trades(self) -> list[Trade]:
        """The trades, one by one."""
        return [trade for event in self.events if isinstance(event, Trades) for trade in event.trades]

    @property
    def trade_ids(self) -> list[int]:
        """Their ids, in the order of arrival."""
        return [trade.trade_id for trade in self.trades]

    @property
    def closed(self) -> list[Candle]:
        """The closed candles."""
        return [event for event in self.events if isinstance(event, Candle) and event.is_final]

    @property
    def resyncs(self) -> list[Resync]:
        """What was told of gaps."""
        return [event for event in self.events if isinstance(event, Resync)]


class Bridged:
    """A bridge at work; `status` is the newest that it said of itself, `news` what it told of the exchange."""

    def __init__(self, hub: Hub) -> None:
        self.hub = hub
        self.news: list[ExchangeNews] = []
        self._table = BridgeStatusTable()

    async def start(self) -> None:
        """Begin to listen to the bridge."""
        await self._table.start(self.hub)
        sample = ExchangeNews(
            event=ExchangeEvent.STATUS, time=0, exchange="", state=ExchangeState.LIVE, source=Source.SIMULATOR
        )
        for group in topic_registry().dotted.groups_of_event(sample.channel, sample.owner)[:1]:
            (await self.hub.acquire(DottedGroup(group))).add_callback(self._note)

    @property
    def status(self) -> BridgeStatus | None:
        """What the bridge said of itself the last time."""
        return self._table.current()

    @property
    def story(self) -> list[str]:
        """What happened to the exchange, in order."""
        return [one.event.value for one in self.news]

    async def read(self, *topics: Topic) -> tuple[Reading, ...]:
        """Read topics, and return what they bring from now on."""
        readings = tuple(Reading(topic) for topic in topics)
        for reading in readings:
            (await self.hub.acquire(reading.topic)).add_callback(reading.take)
        return readings

    async def read_one(self, topic: Topic) -> Reading:
        """Read one topic."""
        (reading,) = await self.read(topic)
        return reading

    async def until_status(self, matches: Callable[[BridgeStatus], object], *, seconds: float = 20.0) -> BridgeStatus:
        """Wait until what the bridge says of itself matches; return it."""
        await until(lambda: self.status is not None and matches(self.status), seconds=seconds)
        assert self.status is not None
        return self.status

    async def until_live(self) -> None:
        """Wait until the exchange is connected and its symbols are known."""
        await self.until_status(lambda status: status.state is BridgeState.LIVE and status.symbols_known)

    def _note(self, event: Event) -> None:
        if isinstance(event, ExchangeNews):
            self.news.append(event)


@asynccontextmanager
async def bridging(
    settings: BridgeSettings, *, layer: Layer | None = None, last_values: LastValues | None = None
) -> AsyncIterator[Bridged]:
    """Run a bridge, and a process that wants what is read here; the bridge must not end by itself."""
    last_values = last_values or MemoryLastValues(maximum_age=5.0, clock=SystemClock())
    hub = Hub(layer or FailingLayer(capacity=100_000), topic_registry(), last_values=last_values, linger=0.0)
    await hub.start()
    demand = DemandPublisher(hub, process_id="gateway-1", interval=0.5, gather=0.01)
    bridged = Bridged(hub)
    await bridged.start()
    running = asyncio.create_task(Bridge(hub, last_values=last_values, exchange=settings, epoch=1).run())
    await demand.start()
    try:
        yield bridged
        assert not running.done(), running
    finally:
        await demand.stop()
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await hub.stop()


async def interrupt(exchange: SimulatedExchange, made: "Made", *, seconds: int) -> None:
    """Reset the connections and let nobody in until so many whole seconds of the market have closed."""
    before = len(made.closed.get("1s", []))
    await exchange.inject(Fault(kind=FaultKind.REFUSE_STREAMS, status=503))
    await exchange.cut()
    await until(lambda: len(made.closed.get("1s", [])) >= before + seconds)
    exchange.end_fault(FaultKind.REFUSE_STREAMS)


class Made:
    """What the exchange made of one symbol since the test began to look: the truth."""

    def __init__(self, exchange: SimulatedExchange, symbol: str) -> None:
        self._symbol = symbol
        self.trade_ids: list[int] = []
        self.closed: dict[str, list[int]] = {}
        exchange.observe(self._take)

    def _take(self, step: Step) -> None:
        made = step.symbols[self._symbol]
        self.trade_ids += [trade.trade_id for trade in made.trades]
        for interval, candle in made.closed:
            self.closed.setdefault(interval, []).append(candle.open_time)

    def trades_between(self, first: int, last: int) -> list[int]:
        """Return the ids of the trades between two, both included."""
        return [number for number in self.trade_ids if first <= number <= last]

    def closed_between(self, interval: str, first: int, last: int) -> list[int]:
        """Return the opening times of the closed candles between two, both included."""
        return [opens for opens in self.closed.get(interval, []) if first <= opens <= last]
