"""The bridge that holds a slot's lease: what it serves, as the wanted set changes, for as long as it holds it."""

import asyncio
from collections.abc import Collection
from random import Random

import structlog

from streaming.clock import Clock
from streaming.event_history.history import EventHistory
from streaming.fan_out.hub import Hub
from streaming.layer.groups import BRIDGE_GROUP
from streaming.market.bridge.demand import ECHO_MESSAGE, WantedSet
from streaming.market.bridge.pipeline import BridgePipeline
from streaming.market.bridge.settings import BridgeSettings
from streaming.market.bridge.status import BridgeStatus
from streaming.market.publishing.last_values import LastValues
from streaming.market.publishing.sender import Sender
from streaming.market.sources.source import streams_for
from streaming.market.upstream.connect_budget import ConnectBudget
from streaming.topics.topic import Topic
from streaming.workers.waiting import wait_for

_LOOK_FOR_EXPIRED_SECONDS = 1.0

logger = structlog.get_logger(__name__)


class ActiveBridge:
    """Reads for a slot what is wanted of the exchange, publishes it, and tells of itself, until cancelled."""

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
        self._sender = sender
        self._exchange = exchange
        self._wanted = wanted
        self._epoch = epoch
        self._holder = holder
        self._clock = clock
        self._served: frozenset[Topic] = frozenset()
        self._demand = asyncio.Event()
        self._source = exchange.market_source
        self._pipeline = BridgePipeline(
            hub,
            sender,
            last_values,
            exchange,
            wanted,
            served=lambda: self._served,
            history=history,
            budget=budget,
            epoch=epoch,
            holder=holder,
            clock=clock,
            random=random,
        )

    @property
    def status(self) -> BridgeStatus:
        """What it says of itself now."""
        return self._pipeline.report.status()

    def demand_changed(self) -> None:
        """Look at the wanted set again, soon."""
        self._demand.set()

    def send_again(self, topics: Collection[Topic]) -> None:
        """Publish the newest event of `topics` once more, for those who may have missed it."""
        self._pipeline.publisher.send_again(topics)

    async def run(self) -> None:
        """Serve until cancelled."""
        names = {"slot": self._exchange.slot, "holder": self._holder, "epoch": self._epoch}
        logger.info("the bridge serves", **names, source=self._exchange.source.value)
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._pipeline.run())
                tasks.create_task(self._follow_demand())
                tasks.create_task(self._check_hearing())
                tasks.create_task(self._tell_stale())
                tasks.create_task(self._refresh_checkpoints())
        finally:
            await self._pipeline.report.say_goodbye()
            logger.info("the bridge serves no more", **names)

    async def _follow_demand(self) -> None:
        while True:
            self._demand.clear()
            if self._sender.is_cut_off:
                self._wanted.excuse()
            topics = frozenset(filter(self._exchange.serves, self._wanted.topics))
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
        pipeline, new = self._pipeline, topics - self._served
        checkpoints = await pipeline.checkpoint_reader.checkpoints(new)
        self._served = topics
        streams = streams_for(self._source, topics)
        pipeline.publisher.want(topics)
        pipeline.publisher.assume(checkpoints)
        pipeline.publisher.begin(new - checkpoints.keys(), self._exchange.source, time=pipeline.time.now_ms())
        pipeline.continuity.want(topics, checkpoints)
        pipeline.staleness.want(topics)
        pipeline.hourly_changes.want(topics)
        pipeline.ingestion.want(streams)
        pipeline.gate.want(streams)
        pipeline.fallback.want(topics)
        pipeline.report.want(streams)
        pipeline.upstream.want(streams)
        logger.info("the wanted set has changed", topics=len(topics))

    async def _tell_stale(self) -> None:
        while True:
            await asyncio.sleep(self._exchange.stale_look)
            for topic, event in self._pipeline.staleness.take():
                if not self._pipeline.fallback.is_simulated:  # simulated data stands in for what is old
                    self._pipeline.publisher.offer(topic, event)

    async def _refresh_checkpoints(self) -> None:
        while True:
            await asyncio.sleep(self._exchange.gaps.checkpoint_refresh)
            await self._pipeline.publisher.refresh_checkpoints()
