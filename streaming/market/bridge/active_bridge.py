"""The bridge that holds the lease, with everything that belongs to it, for as long as it holds it.

Messages of the exchange go one way: upstream → ingestion (no doubles) → continuity (no holes) → publisher and storage.
"""

import asyncio
from collections.abc import Collection
from random import Random

import structlog

from streaming.clock import Clock
from streaming.event_history.history import EventHistory
from streaming.events import Candle, MarketEvent, MarketUpdate, Resync
from streaming.events.system import ExchangeState
from streaming.fan_out.hub import Hub
from streaming.market.bridge.checkpoint_reader import CheckpointReader
from streaming.market.bridge.demand import BRIDGE_GROUP, ECHO_MESSAGE, WantedSet
from streaming.market.bridge.exchange_reporter import ExchangeReporter
from streaming.market.bridge.exchange_time import ExchangeTime
from streaming.market.bridge.ingestion import Ingestion
from streaming.market.bridge.settings import BridgeSettings
from streaming.market.bridge.status import BridgeStatus
from streaming.market.bridge.status_reporter import BridgeComponents, StatusReporter
from streaming.market.candles.writer import CandleWriter
from streaming.market.fallback.exchange_gate import ExchangeGate
from streaming.market.fallback.fallback import Fallback
from streaming.market.gaps.candle_seeder import CandleSeeder
from streaming.market.gaps.continuity import Continuity
from streaming.market.gaps.filler import GapFiller, ask_time
from streaming.market.publishing.event_numbering import EventNumbering
from streaming.market.publishing.last_values import LastValues
from streaming.market.publishing.publisher import Publisher
from streaming.market.publishing.sender import Sender
from streaming.market.publishing.sharded_publisher import ShardedPublisher
from streaming.market.publishing.staleness import Staleness
from streaming.market.sources.errors import ExchangeError, ParseError
from streaming.market.sources.source import streams_for
from streaming.market.symbols.refresher import SymbolRefresher
from streaming.market.upstream.connect_budget import ConnectBudget
from streaming.market.upstream.connection_news import ConnectionNews
from streaming.market.upstream.upstream import Upstream
from streaming.topics.topic import Topic
from streaming.workers.waiting import wait_for

_LOOK_FOR_EXPIRED_SECONDS = 1.0
_TIME_SECONDS = 1.0

logger = structlog.get_logger(__name__)


class ActiveBridge:
    """Reads the exchange for the wanted set, publishes what it says, and tells of itself, until cancelled."""

    def __init__(
        self,
        hub: Hub,
        sender: Sender,
        last_values: LastValues,
        exchange: BridgeSettings,
        wanted: WantedSet,
        *,
        history: EventHistory | None,
        budget: ConnectBudget,
        epoch: int,
        holder: str,
        clock: Clock,
        random: Random,
    ) -> None:
        self._hub = hub
        self._sender = sender
        self._last_values = last_values
        self._history = history
        self._exchange = exchange
        self._wanted = wanted
        self._epoch = epoch
        self._holder = holder
        self._clock = clock
        self._random = random
        self._served: frozenset[Topic] = frozenset()
        self._demand = asyncio.Event()
        self._time = ExchangeTime(clock)
        self._source = exchange.market_source
        self._rest = self._source.rest(exchange.rest_url)
        self._checkpoint_reader = CheckpointReader(
            last_values,
            exchange.gaps,
            clock,
            source=exchange.source,
            epoch=epoch,
            has_lapsed=wanted.has_lapsed,
            exchange_now=self._exchange_now,
        )
        self._staleness = Staleness(after=exchange.stale_after, clock=clock)
        self._candles = CandleWriter(exchange.source, exchange.candles, clock)
        self._reporter = self._new_reporter()
        self._continuity = self._new_continuity()
        self._publisher = self._new_publisher()
        self._ingestion = self._new_ingestion()
        self._gate = ExchangeGate(self._ingestion, self._continuity, active=lambda: self._upstream.active)
        self._upstream = self._new_upstream(budget)
        self._fallback = self._new_fallback()
        self._filler = self._new_filler()
        self._seeder = self._new_seeder()
        self._symbols = self._new_symbol_refresher()
        self._report = self._new_status_reporter()

    @property
    def status(self) -> BridgeStatus:
        """What it says of itself now."""
        return self._report.status()

    def demand_changed(self) -> None:
        """Look at the wanted set again, soon."""
        self._demand.set()

    def send_again(self, topics: Collection[Topic]) -> None:
        """Publish the newest event of `topics` once more, for those who may have missed it."""
        self._publisher.send_again(topics)

    async def run(self) -> None:
        """Serve until cancelled."""
        logger.info("the bridge serves", holder=self._holder, epoch=self._epoch, source=self._exchange.source.value)
        try:
            async with asyncio.TaskGroup() as tasks:
                for part in (
                    self._publisher,
                    self._reporter,
                    self._upstream,
                    self._candles,
                    self._filler,
                    self._seeder,
                    self._report,
                    self._fallback,
                ):
                    tasks.create_task(part.run())
                if not self._exchange.is_further:  # stored symbols are those of the deployment's own market
                    tasks.create_task(self._symbols.run())
                tasks.create_task(self._follow_demand())
                tasks.create_task(self._check_hearing())
                tasks.create_task(self._tell_stale())
                tasks.create_task(self._refresh_checkpoints())
        finally:
            await self._report.say_goodbye()
            logger.info("the bridge serves no more", holder=self._holder, epoch=self._epoch)

    def _publish(self, topic: Topic, event: MarketUpdate | Resync) -> None:
        self._publisher.offer(topic, event)
        if isinstance(event, MarketEvent):
            self._fallback.note(topic, event)
        if isinstance(event, Candle) and event.is_final:
            self._candles.offer(event)
        if isinstance(event, MarketEvent):
            self._staleness.note(topic, event)

    def _note_change(self) -> None:
        self._report.changed()

    def _tell(self, news: ConnectionNews) -> None:
        self._reporter.tell(news, ExchangeState(self._upstream.state.value))

    async def _follow_demand(self) -> None:
        while True:
            self._demand.clear()
            if self._sender.is_cut_off:
                self._wanted.excuse()
            topics = self._wanted.topics
            if topics != self._served:
                await self._serve(topics)
            await wait_for(self._demand, self._look_for_expired)

    async def _check_hearing(self) -> None:
        """Find out, where somebody's lease would end, whether this bridge hears what is sent to it."""
        while True:
            await asyncio.sleep(self._look_for_expired)
            if self._wanted.has_overdue:
                echo = {"type": ECHO_MESSAGE, "holder": self._holder, "at": self._clock.monotonic()}
                await self._sender.send(BRIDGE_GROUP, echo)

    @property
    def _look_for_expired(self) -> float:
        return min(_LOOK_FOR_EXPIRED_SECONDS, self._exchange.demand_lease / 4)

    async def _serve(self, topics: frozenset[Topic]) -> None:
        new = topics - self._served
        checkpoints = await self._checkpoint_reader.checkpoints(new)
        self._served = topics
        streams = streams_for(self._source, topics)
        self._publisher.want(topics)
        self._publisher.assume(checkpoints)
        self._publisher.begin(new - checkpoints.keys(), self._exchange.source, time=self._time.now_ms())
        self._continuity.want(topics, checkpoints)
        self._staleness.want(topics)
        self._ingestion.want(streams)
        self._gate.want(streams)
        self._fallback.want(topics)
        self._report.want(streams)
        self._upstream.want(streams)
        logger.info("the wanted set has changed", topics=len(topics))

    async def _exchange_now(self) -> int:
        """Return the exchange's time in ms, asked for where it isn't known; where it doesn't answer soon, ours."""
        if not self._time.is_known:
            try:
                async with asyncio.timeout(_TIME_SECONDS):
                    await ask_time(self._rest, self._time)
            except (TimeoutError, ExchangeError, ParseError) as error:
                logger.warning("the exchange did not say its time; ours stands for it", reason=repr(error))
        return self._time.now_ms()

    async def _tell_stale(self) -> None:
        while True:
            await asyncio.sleep(self._exchange.stale_look)
            for topic, event in self._staleness.take():
                if not self._fallback.is_simulated:  # simulated data stands in for what is old
                    self._publisher.offer(topic, event)

    async def _refresh_checkpoints(self) -> None:
        while True:
            await asyncio.sleep(self._exchange.gaps.checkpoint_refresh)
            await self._publisher.refresh_checkpoints()

    def _new_reporter(self) -> ExchangeReporter:
        return ExchangeReporter(
            self._hub,
            self._sender,
            source=self._exchange.source,
            epoch=self._epoch,
            limits=self._exchange.publishing,
            clock=self._clock,
            slot=self._exchange.slot,
        )

    def _new_continuity(self) -> Continuity:
        return Continuity(
            self._publish,
            self._reporter.tell_over,
            exchange=self._source,
            source=self._exchange.source,
            limits=self._exchange.gaps,
            exchange_time=self._time,
            clock=self._clock,
        )

    def _new_publisher(self) -> Publisher | ShardedPublisher:
        if len(self._hub.hosts) == 1:
            return self._publisher_by(self._sender)
        return ShardedPublisher(self._hub, lambda host: self._publisher_by(Sender(self._hub, self._clock, host=host)))

    def _publisher_by(self, sender: Sender) -> Publisher:
        return Publisher(
            sender,
            self._last_values,
            epoch=self._epoch,
            limits=self._exchange.publishing,
            clock=self._clock,
            is_whole=self._continuity.is_whole,
            numbering=None if self._history is None else EventNumbering(self._history, self._clock),
        )

    def _new_ingestion(self) -> Ingestion:
        interpreter = self._source.interpreter(
            self._exchange.source,
            overview_symbols=self._exchange.overview_symbols,
            limits=self._exchange.duplicates,
            clock=self._clock,
        )
        return Ingestion(interpreter, self._continuity, exchange_time=self._time, clock=self._clock)

    def _new_upstream(self, budget: ConnectBudget) -> Upstream:
        return Upstream(
            self._source,
            self._exchange.stream_urls,
            self._gate.take,
            self._note_change,
            self._tell,
            interrupted=self._gate.interrupted,
            restored=self._gate.restored,
            limits=self._exchange.connection,
            clock=self._clock,
            random=self._random,
            budget=budget,
        )

    def _new_fallback(self) -> Fallback:
        return Fallback(
            self._exchange,
            upstream=self._upstream,
            gate=self._gate,
            reporter=self._reporter,
            publish=self._publisher.offer,
            changed=self._note_change,
            clock=self._clock,
            random=self._random,
        )

    def _new_filler(self) -> GapFiller:
        return GapFiller(
            self._rest,
            self._continuity,
            active=lambda: self._gate.active,
            readers=self._wanted.readers,
            limits=self._exchange.gaps,
            exchange_time=self._time,
            clock=self._clock,
        )

    def _new_seeder(self) -> CandleSeeder:
        return CandleSeeder(
            self._rest,
            self._ingestion,
            topics=lambda: self._served,
            is_flowing=lambda topic: self._source.streams_of(topic).issubset(self._gate.active),
            limits=self._exchange.gaps,
            exchange_time=self._time,
            clock=self._clock,
        )

    def _new_symbol_refresher(self) -> SymbolRefresher:
        return SymbolRefresher(
            self._sender,
            self._rest,
            self._note_change,
            source=self._exchange.source,
            refresh=self._exchange.symbols_refresh,
            retry=self._exchange.symbols_retry,
            clock=self._clock,
            random=self._random,
        )

    def _new_status_reporter(self) -> StatusReporter:
        components = BridgeComponents(
            upstream=self._upstream,
            ingestion=self._ingestion,
            continuity=self._continuity,
            filler=self._filler,
            publisher=self._publisher,
            reporter=self._reporter,
            symbols=self._symbols,
            candles=self._candles,
            rest=self._rest,
        )
        return StatusReporter(
            self._sender, components, self._exchange, epoch=self._epoch, holder=self._holder, clock=self._clock
        )
