"""The bridge: the worker between the exchange's streams and our topics.

Each market that is read has a slot of its own, or several that share its symbols, each with its lease. Of a slot, one
bridge at a time holds the lease, and its fencing number is the epoch of all that it publishes; another stands by, or
has other slots, and knows already what is wanted when its turn comes. Who holds one goes on while the database answers
nobody.
"""

import asyncio
from collections.abc import Collection
from random import Random, SystemRandom

import msgspec
import structlog

from streaming.clock import Clock, SystemClock
from streaming.connections.configured_history import event_history_from_settings
from streaming.event_history.history import EventHistory
from streaming.fan_out.hub import Hub
from streaming.layer.channel_layer import ANY_HOST, Message
from streaming.layer.groups import BRIDGE_GROUP, GATEWAYS_GROUP
from streaming.market.bridge.active_bridge import ActiveBridge
from streaming.market.bridge.bridge_metrics import bridge_source
from streaming.market.bridge.demand import (
    DEMAND_MESSAGE,
    DEMAND_REQUEST_MESSAGE,
    ECHO_MESSAGE,
    WantedSet,
    decode_topics,
)
from streaming.market.bridge.settings import BridgeSettings
from streaming.market.bridge.slot_sharing import SLOT_FREE_MESSAGE, SlotSharing, tell_slot_free
from streaming.market.bridge.slots import MOST_SLOTS, shared_slots
from streaming.market.bridge.status import BridgeStatus
from streaming.market.publishing.configured_last_values import last_values_from_settings
from streaming.market.publishing.last_values import LastValues
from streaming.market.publishing.sender import Sender
from streaming.market.upstream.upstream import connect_budget
from streaming.topics.topic import Topic
from streaming.workers.leases.leases import held_lease
from streaming.workers.process import new_process_id
from streaming.workers.waiting import until_it_works
from streaming.workers.worker import WorkerContext

__all__ = ["Bridge", "BridgeSettings"]

logger = structlog.get_logger(__name__)


class Bridge:
    """Stands by for the lease, and reads the exchange for all processes while it holds it; of several slots, its share.

    With an `epoch` given it takes no lease, and is the one bridge by whoever's word, of all slots. With a `history`,
    what counts is kept there for a while.
    """

    def __init__(
        self,
        hub: Hub,
        *,
        last_values: LastValues,
        history: EventHistory | None = None,
        exchange: BridgeSettings | None = None,
        clock: Clock | None = None,
        random: Random | None = None,
        epoch: int | None = None,
        holder: str | None = None,
    ) -> None:
        self._hub = hub
        self._last_values = last_values
        self._history = history
        self._exchange = BridgeSettings() if exchange is None else exchange
        self._source = self._exchange.market_source
        self._clock = clock or SystemClock()
        self._random = random or SystemRandom()
        self._epoch = epoch
        self.holder = holder or new_process_id()
        self._wanted = WantedSet(
            lease=self._exchange.demand_lease, clock=self._clock, memory=self._exchange.gaps.rejoin_age
        )
        self._sender = Sender(hub, self._clock)
        self._connect_budget = connect_budget(self._exchange.connection, self._clock)
        self._active: dict[str, ActiveBridge] = {}
        """By slot."""

    @property
    def statuses(self) -> tuple[BridgeStatus, ...]:
        """What it says of itself now, of each slot that it serves; nothing while it stands by."""
        return tuple(active_bridge.status for active_bridge in self._active.values())

    async def run(self) -> None:
        """Bridge, or stand by, until cancelled; then sockets, tasks and the lease are given back. Call it once."""
        self._hub.observe_cut_offs(self._was_cut_off)
        await until_it_works(self._listen, what="channel layer", pause=self._exchange.publishing.retry)
        await self._sender.send(GATEWAYS_GROUP, {"type": DEMAND_REQUEST_MESSAGE})
        if self._epoch is not None:
            await self._serve_all(self._epoch)
        elif len(self._exchange.each_slot) > 1:
            await self._share_slots()
        else:
            await self._stand_by_for_the_slot()

    async def _serve_all(self, epoch: int) -> None:
        async with asyncio.TaskGroup() as tasks:
            for exchange in self._exchange.each_slot:
                tasks.create_task(self._serve(exchange, epoch))

    async def _share_slots(self) -> None:
        sharing = SlotSharing(self._exchange, self._serve, sender=self._sender, holder=self.holder, clock=self._clock)
        await self._hub.listen(BRIDGE_GROUP, SLOT_FREE_MESSAGE, lambda _: sharing.look_soon())
        await sharing.run()

    async def _stand_by_for_the_slot(self) -> None:
        given_back = asyncio.Event()
        await self._hub.listen(BRIDGE_GROUP, SLOT_FREE_MESSAGE, lambda _: given_back.set())
        while True:
            await self._serve_by_turn(given_back)

    async def _serve_by_turn(self, given_back: asyncio.Event) -> None:
        """Wait for the lease, serve while it is ours, and tell who stands by once it is given back."""
        holds = False
        try:
            async with held_lease(
                self._exchange.slot,
                holder=self.holder,
                seconds=self._exchange.lease,
                renewal=self._exchange.lease_renewal,
                clock=self._clock,
                outlasts_outages=True,  # prices need no database; the hubs take none of a former holder's
                numbered_with=() if self._exchange.is_further else shared_slots(MOST_SLOTS),
                given_back=given_back,
            ) as lease:
                holds = True
                await lease.run(self._serve(self._exchange, lease.token))
        finally:
            if holds:
                await tell_slot_free(self._sender)

    async def _listen(self) -> None:
        await self._hub.listen(BRIDGE_GROUP, DEMAND_MESSAGE, self._hear)
        await self._hub.listen(BRIDGE_GROUP, ECHO_MESSAGE, self._hear_echo)

    async def _serve(self, exchange: BridgeSettings, epoch: int) -> None:
        active_bridge = self._active[exchange.slot] = ActiveBridge(
            self._hub,
            self._sender,
            self._last_values,
            exchange,
            self._wanted,
            history=self._history,
            budget=self._connect_budget,
            epoch=epoch,
            holder=self.holder,
            clock=self._clock,
            random=self._random,
        )
        try:
            await active_bridge.run()
        finally:
            if self._active.get(exchange.slot) is active_bridge:
                del self._active[exchange.slot]

    def _hear(self, message: Message) -> None:
        try:
            topics = decode_topics(message["topics"])
        except msgspec.DecodeError as error:
            logger.warning("what a process wants could not be decoded", reason=str(error))
            return
        of_slot = (topic for topic in topics if topic.source is self._exchange.topic_source)
        served = frozenset(filter(self._source.streams_of, of_slot))
        self._wanted.take(message["holder"], served)
        for active_bridge in self._active.values():
            active_bridge.demand_changed()
            if message.get("again"):
                active_bridge.send_again(self._at(message.get("hosts", (ANY_HOST,)), served))

    def _hear_echo(self, message: Message) -> None:
        if message["holder"] == self.holder:
            self._wanted.note_hearing(message["at"])
            for active_bridge in self._active.values():
                active_bridge.demand_changed()

    def _was_cut_off(self, host: str) -> None:
        """Send everything of a host again, and wait for what is wanted anew: who spoke meanwhile was not heard."""
        self._wanted.excuse()
        for active_bridge in self._active.values():
            active_bridge.send_again(self._at((host,), self._wanted.topics))

    def _at(self, hosts: Collection[str], topics: frozenset[Topic]) -> frozenset[Topic]:
        """Return the topics of these hosts of the layer."""
        if ANY_HOST in hosts:
            return topics
        return frozenset(topic for topic in topics if self._hub.host_of(topic.group) in hosts)


async def run_bridge(context: WorkerContext) -> None:
    """Bridge, or stand by, until cancelled."""
    await _run(context, BridgeSettings())


async def run_further_bridge(context: WorkerContext) -> None:
    """Bridge the market that this process's settings name, beside the deployment's own, until cancelled."""
    await _run(context, BridgeSettings(is_further=True))


async def _run(context: WorkerContext, exchange: BridgeSettings) -> None:
    logger.info("the bridge starts", source=exchange.source.value, streams=exchange.stream_urls, rest=exchange.rest_url)
    last_values = last_values_from_settings()
    history = None if exchange.is_further else event_history_from_settings()  # nobody subscribes a further market
    bridge = Bridge(
        context.hub,
        last_values=last_values,
        history=history,
        exchange=exchange,
        clock=context.clock,
        epoch=context.epoch,
        holder=context.holder,
    )
    try:
        with context.metrics.added(exchange.slot, bridge_source(lambda: bridge.statuses)):
            await bridge.run()
    finally:
        await last_values.close()
        if history is not None:
            await history.close()
