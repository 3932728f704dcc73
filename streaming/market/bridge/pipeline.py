"""The pipeline that a bridge runs while it holds a lease: what it consists of, and how that hangs together.

Messages of the exchange go one way: upstream → ingestion (no doubles) → continuity (no holes) → publisher and storage.
"""

import asyncio
from collections.abc import Callable, Collection
from random import Random

import structlog

from streaming.clock import Clock
from streaming.event_history.history import EventHistory
from streaming.events import Candle, MarketEvent, MarketUpdate, Resync
from streaming.events.system import ExchangeState
from streaming.fan_out.hub import Hub
from streaming.market.bridge.checkpoint_reader import CheckpointReader
from streaming.market.bridge.demand import WantedSet
from streaming.market.bridge.exchange_reporter import ExchangeReporter
from streaming.market.bridge.exchange_time import ExchangeTime
from streaming.market.bridge.ingestion import Ingestion
from streaming.market.bridge.settings import BridgeSettings
from streaming.market.bridge.status_reporter import BridgeComponents, StatusReporter
from streaming.market.candles.writer import CandleWriter
from streaming.market.fallback.exchange_gate import ExchangeGate
from streaming.market.fallback.fallback import Fallback
from streaming.market.gaps.book_seeder import BookSeeder
from streaming.market.gaps.candle_seeder import CandleSeeder
from streaming.market.gaps.continuity import Continuity
from streaming.market.gaps.filler import GapFiller, ask_time
from streaming.market.hourly_change.hourly_changes import HourlyChanges
from streaming.market.publishing.event_numbering import EventNumbering
from streaming.market.publishing.last_values import LastValues
from streaming.market.publishing.publisher import Publisher
from streaming.market.publishing.sender import Sender
from streaming.market.publishing.sharded_publisher import publisher_over_hosts
from streaming.market.publishing.staleness import Staleness
from streaming.market.sources.errors import ExchangeError, ParseError
from streaming.market.symbols.refresher import SymbolRefresher
from streaming.market.upstream.connect_budget import ConnectBudget
from streaming.market.upstream.connection_changes import ConnectionChange
from streaming.market.upstream.upstream import Upstream
from streaming.topics.topic import Topic

_TIME_SECONDS = 1.0

logger = structlog.get_logger(__name__)


class BridgePipeline:
    """From the exchange to the publisher and the database, made and connected for one turn of a bridge.

    `served` gives the topics that are wanted now.
    """

    def __init__(
        self,
        hub: Hub,
        sender: Sender,
        last_values: LastValues,
        exchange: BridgeSettings,
        wanted: WantedSet,
        *,
        served: Callable[[], Collection[Topic]],
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
        self._served = served
        self._epoch = epoch
        self._holder = holder
        self._clock = clock
        self._random = random
        self.time = ExchangeTime(clock)
        self._source = exchange.market_source
        self._rest = self._source.rest(exchange.rest_url)
        self.checkpoint_reader = self._new_checkpoint_reader()
        self.staleness = Staleness(after=exchange.stale_after, clock=clock)
        self.hourly_changes = HourlyChanges(exchange.source, self.time.now_ms)
        self._candles = CandleWriter(exchange.source, exchange.candles, clock)
        self._reporter = self._new_reporter()
        self.continuity = self._new_continuity()
        self.publisher = publisher_over_hosts(hub, sender, clock, self._publisher_by)
        self.ingestion = self._new_ingestion()
        self.gate = ExchangeGate(self.ingestion, self.continuity, active=lambda: self.upstream.active)
        self.upstream = self._new_upstream(budget)
        self.fallback = self._new_fallback()
        self._filler = self._new_filler()
        self._seeder = self._new_seeder()
        self._book_seeder = self._new_book_seeder()
        self._symbols = self._new_symbol_refresher()
        self.report = self._new_status_reporter()

    async def run(self) -> None:
        """Run it all until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            for part in (
                self.publisher,
                self._reporter,
                self.upstream,
                self._candles,
                self.hourly_changes,
                self._filler,
                self._seeder,
                self._book_seeder,
                self.report,
                self.fallback,
            ):
                tasks.create_task(part.run())
            if self._exchange.is_first:  # stored symbols are those of the deployment's own market, and read once
                tasks.create_task(self._symbols.run())

    def _publish(self, topic: Topic, event: MarketUpdate | Resync) -> None:
        event = self.hourly_changes.with_change(event)
        self.publisher.offer(topic, event)
        if isinstance(event, MarketEvent):
            self.fallback.note(topic, event)
            self.staleness.note(topic, event)
        if isinstance(event, Candle) and event.is_final:
            self._candles.offer(event)

    def _note_change(self) -> None:
        self.report.changed()

    def _tell(self, change: ConnectionChange) -> None:
        self._reporter.tell(change, ExchangeState(self.upstream.state.value))

    async def _exchange_now(self) -> int:
        """Return the exchange's time in ms, asked for where it isn't known; where it doesn't answer soon, ours."""
        if not self.time.is_known:
            try:
                async with asyncio.timeout(_TIME_SECONDS):
                    await ask_time(self._rest, self.time)
            except (TimeoutError, ExchangeError, ParseError) as error:
                logger.warning("the exchange did not say its time; ours stands for it", reason=repr(error))
        return self.time.now_ms()

    def _new_checkpoint_reader(self) -> CheckpointReader:
        return CheckpointReader(
            self._last_values,
            self._exchange.gaps,
            self._clock,
            source=self._exchange.source,
            epoch=self._epoch,
            has_lapsed=self._wanted.has_lapsed,
            exchange_now=self._exchange_now,
        )

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
            exchange_time=self.time,
            clock=self._clock,
        )

    def _publisher_by(self, sender: Sender) -> Publisher:
        return Publisher(
            sender,
            self._last_values,
            epoch=self._epoch,
            limits=self._exchange.publishing,
            clock=self._clock,
            is_whole=self.continuity.is_whole,
            numbering=None if self._history is None else EventNumbering(self._history, self._clock),
        )

    def _new_ingestion(self) -> Ingestion:
        interpreter = self._source.interpreter(
            self._exchange.source,
            overview_symbols=self._exchange.overview_symbols,
            limits=self._exchange.duplicates,
            clock=self._clock,
        )
        return Ingestion(interpreter, self.continuity, exchange_time=self.time, clock=self._clock)

    def _new_upstream(self, budget: ConnectBudget) -> Upstream:
        return Upstream(
            self._source,
            self._exchange.stream_urls,
            self.gate.take,
            self._note_change,
            self._tell,
            interrupted=self.gate.interrupted,
            restored=self.gate.restored,
            limits=self._exchange.connection,
            clock=self._clock,
            random=self._random,
            budget=budget,
        )

    def _new_fallback(self) -> Fallback:
        return Fallback(
            self._exchange,
            upstream=self.upstream,
            gate=self.gate,
            reporter=self._reporter,
            publish=self.publisher.offer,
            changed=self._note_change,
            clock=self._clock,
            random=self._random,
        )

    def _new_filler(self) -> GapFiller:
        return GapFiller(
            self._rest,
            self.continuity,
            active=lambda: self.gate.active,
            readers=self._wanted.readers,
            limits=self._exchange.gaps,
            exchange_time=self.time,
            clock=self._clock,
        )

    def _new_seeder(self) -> CandleSeeder:
        return CandleSeeder(
            self._rest,
            self.ingestion,
            topics=self._served,
            is_flowing=self._is_flowing,
            limits=self._exchange.gaps,
            exchange_time=self.time,
            clock=self._clock,
        )

    def _new_book_seeder(self) -> BookSeeder:
        return BookSeeder(
            self._rest,
            self.ingestion,
            topics=self._served,
            is_flowing=self._is_flowing,
            limits=self._exchange.gaps,
            clock=self._clock,
        )

    def _is_flowing(self, topic: Topic) -> bool:
        return self._source.streams_of(topic).issubset(self.gate.active)

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
            upstream=self.upstream,
            ingestion=self.ingestion,
            continuity=self.continuity,
            filler=self._filler,
            publisher=self.publisher,
            reporter=self._reporter,
            symbols=self._symbols,
            candles=self._candles,
            rest=self._rest,
        )
        return StatusReporter(
            self._sender, components, self._exchange, epoch=self._epoch, holder=self._holder, clock=self._clock
        )
