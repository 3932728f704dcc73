"""A tenure: the time in which one bridge is the bridge, with everything that belongs to it."""

import asyncio
from contextlib import suppress
from random import Random

import structlog

from streaming.clock import Clock
from streaming.events.system import ExchangeState
from streaming.hub import Hub
from streaming.market import normalise
from streaming.market.demand import GATEWAYS_GROUP, WantedSet
from streaming.market.exchange import ExchangeSettings
from streaming.market.exchange_news import ExchangeReporter
from streaming.market.last_values import LastValues
from streaming.market.messages import Received
from streaming.market.normalise import Normaliser
from streaming.market.overview import MarketOverview
from streaming.market.publisher import Publisher
from streaming.market.rest import rest_from_settings
from streaming.market.sender import Sender
from streaming.market.status import (
    BRIDGE_FAREWELL_MESSAGE,
    BRIDGE_STATUS_MESSAGE,
    BridgeState,
    BridgeStatus,
    encode_status,
)
from streaming.market.streams import streams_of
from streaming.market.symbol_feed import SymbolFeed
from streaming.market.upstream.connection import ConnectionNews, ConnectionState, ExchangeConnection
from streaming.market.waiting import wait_for
from streaming.topics import Topic

_LOOK_FOR_EXPIRED_SECONDS = 1.0
_FAREWELL_SECONDS = 1.0

logger = structlog.get_logger(__name__)


class Tenure:
    """Reads the exchange for the wanted set, publishes what it says, and tells of itself, until cancelled."""

    def __init__(
        self,
        hub: Hub,
        sender: Sender,
        last_values: LastValues,
        exchange: ExchangeSettings,
        wanted: WantedSet,
        *,
        epoch: int,
        holder: str,
        clock: Clock,
        random: Random,
    ) -> None:
        self._sender = sender
        self._exchange = exchange
        self._wanted = wanted
        self._epoch = epoch
        self._holder = holder
        self._clock = clock
        self._served: frozenset[Topic] = frozenset()
        self._demand = asyncio.Event()
        self._news = asyncio.Event()
        self._lag_ms: int | None = None
        self._normaliser = Normaliser(exchange.source, MarketOverview(exchange.overview_symbols))
        self._publisher = Publisher(sender, last_values, epoch=epoch, limits=exchange.publishing, clock=clock)
        self._reporter = ExchangeReporter(
            hub, sender, source=exchange.source, epoch=epoch, limits=exchange.publishing, clock=clock
        )
        self._connection = ExchangeConnection(
            exchange.stream_urls,
            self._take,
            self._news.set,
            self._report,
            limits=exchange.connection,
            clock=clock,
            random=random,
        )
        self._symbols = SymbolFeed(
            sender,
            rest_from_settings(exchange.rest_url),
            self._news.set,
            source=exchange.source,
            refresh=exchange.symbols_refresh,
            retry=exchange.symbols_retry,
            clock=clock,
            random=random,
        )

    def demand_changed(self) -> None:
        """Look at the wanted set again, soon."""
        self._demand.set()

    async def run(self) -> None:
        """Serve until cancelled."""
        logger.info("the bridge serves", holder=self._holder, epoch=self._epoch, source=self._exchange.source.value)
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._publisher.run())
                tasks.create_task(self._reporter.run())
                tasks.create_task(self._connection.run())
                tasks.create_task(self._symbols.run())
                tasks.create_task(self._follow_demand())
                tasks.create_task(self._tell_status())
        finally:
            await self._say_goodbye()
            logger.info("the bridge serves no more", holder=self._holder, epoch=self._epoch)

    def _take(self, received: Received) -> None:
        now = self._clock.now_ms()
        sent_at = normalise.event_time(received.message)
        if sent_at is not None:
            self._lag_ms = max(0, now - sent_at)  # their clock may be ahead of ours
        for topic, event in self._normaliser.events_of(received, received_at=now):
            self._publisher.offer(topic, event)

    def _report(self, news: ConnectionNews) -> None:
        self._reporter.tell(news, self._state())

    def _state(self) -> ExchangeState:
        return ExchangeState(self._connection.state.value)

    async def _follow_demand(self) -> None:
        while True:
            self._demand.clear()
            if self._sender.is_cut_off:
                self._wanted.excuse()
            topics = self._wanted.topics
            if topics != self._served:
                self._served = topics
                self._publisher.want(topics)
                self._connection.want(streams_of(topics))
                logger.info("the wanted set has changed", topics=len(topics))
            await wait_for(self._demand, min(_LOOK_FOR_EXPIRED_SECONDS, self._exchange.demand_lease / 4))

    async def _tell_status(self) -> None:
        while True:
            self._news.clear()
            await self._publish_status()
            if await wait_for(self._news, self._exchange.status_interval):
                await asyncio.sleep(self._exchange.status_gather)

    async def _say_goodbye(self) -> None:
        """Tell the others at once; where the layer hangs they find out by the silence."""
        with suppress(TimeoutError):
            async with asyncio.timeout(_FAREWELL_SECONDS):
                await self._sender.send(GATEWAYS_GROUP, {"type": BRIDGE_FAREWELL_MESSAGE, "epoch": self._epoch})

    async def _publish_status(self) -> None:
        message = {"type": BRIDGE_STATUS_MESSAGE, "status": encode_status(self._status())}
        await self._sender.send(GATEWAYS_GROUP, message)

    def _status(self) -> BridgeStatus:
        self._reporter.is_now(self._state())
        if self._connection.state is not ConnectionState.LIVE:
            self._lag_ms = None  # what was measured before says nothing of the next connection
        return BridgeStatus(
            state=BridgeState(self._reporter.state.value),
            source=self._exchange.source,
            since=self._reporter.since,
            lag_ms=self._lag_ms,
            active_streams=self._connection.active,
            symbols_known=self._symbols.known,
            holder=self._holder,
            epoch=self._epoch,
            published=self._clock.now_ms(),
            events=self._publisher.published,
        )
