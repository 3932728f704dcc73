"""`run_combined`: makes one price of several exchanges'. One at a time holds the lease; another stands by.

Whoever stands by hears the sources as well, so that it knows their prices when its turn comes. Prices need no database:
who holds the lease goes on while that answers nobody.
"""

import asyncio
from functools import partial

import structlog

from streaming.clock import Clock
from streaming.events import Event, Ticker
from streaming.fan_out.hub import Hub
from streaming.layer.channel_layer import Message
from streaming.market.bridge.demand import BRIDGE_GROUP, DEMAND_MESSAGE
from streaming.market.combined.active_combining import ActiveCombining
from streaming.market.combined.combiner import Combiner
from streaming.market.combined.settings import CombiningSettings
from streaming.market.combined.symbols import SourceMarket
from streaming.market.publishing.configured_last_values import last_values_from_settings
from streaming.market.publishing.last_values import LastValues
from streaming.topics.topic import MarketKind, Topic
from streaming.workers.leases import held_lease
from streaming.workers.topic_subscriber import TopicSubscriber
from streaming.workers.waiting import until_it_works
from streaming.workers.worker import WorkerContext

SLOT = "combined"
"""The name of the lease."""

logger = structlog.get_logger(__name__)


class CombiningWorker:
    """Hears what the sources say, and publishes what it comes to while it holds the lease.

    With an `epoch` given it takes no lease, and is the only one by whoever's word.
    """

    def __init__(
        self,
        hub: Hub,
        *,
        last_values: LastValues,
        settings: CombiningSettings,
        clock: Clock,
        holder: str,
        epoch: int | None = None,
    ) -> None:
        self._hub = hub
        self._last_values = last_values
        self._settings = settings
        self._clock = clock
        self._holder = holder
        self._epoch = epoch
        self._combiner = Combiner(settings.markets, settings.limits, simulated=settings.is_simulated)
        self._markets = {self._topic_of(market): market for market in self._combiner.source_markets}
        self._subscriber = TopicSubscriber(hub, self._hear, name="combined prices")
        self._heard = asyncio.Event()
        self._active: ActiveCombining | None = None

    async def run(self) -> None:
        """Combine, or stand by, until cancelled. Call it once."""
        self._hub.observe_cut_offs(self._was_cut_off)
        listen = partial(self._hub.listen, BRIDGE_GROUP, DEMAND_MESSAGE, self._hear_demand)
        await until_it_works(listen, what="channel layer", pause=self._settings.publishing.retry)
        subscribing = asyncio.create_task(self._subscribe())
        try:
            await self._take_turns()
        finally:
            subscribing.cancel()
            await asyncio.gather(subscribing, return_exceptions=True)
            self._subscriber.stop()

    async def _take_turns(self) -> None:
        if self._epoch is not None:
            await self._combine(self._epoch)
            return
        while True:
            async with held_lease(
                SLOT,
                holder=self._holder,
                seconds=self._settings.lease,
                renewal=self._settings.lease_renewal,
                clock=self._clock,
                outlasts_outages=True,
            ) as lease:
                await lease.run(self._combine(lease.token))

    async def _combine(self, epoch: int) -> None:
        logger.info("prices are combined", holder=self._holder, epoch=epoch, sources=len(self._markets))
        self._active = ActiveCombining(
            self._hub,
            self._combiner,
            self._last_values,
            self._settings,
            heard=self._heard,
            epoch=epoch,
            clock=self._clock,
        )
        try:
            await self._active.run()
        finally:
            self._active = None

    async def _subscribe(self) -> None:
        """Read the sources; where the layer doesn't let us yet, a little later."""
        while True:
            await self._subscriber.want(frozenset(self._markets))
            await asyncio.sleep(self._settings.look)

    def _topic_of(self, market: SourceMarket) -> Topic:
        further = None if market.source is self._settings.own_source else market.source
        return Topic(MarketKind.TICKER, market.symbol, source=further)

    def _hear(self, topic: Topic, event: Event) -> None:
        now = round(self._clock.monotonic() * 1000)
        if isinstance(event, Ticker) and self._combiner.hear(self._markets[topic], event, now=now):
            self._heard.set()

    def _hear_demand(self, message: Message) -> None:
        if self._active is not None and message.get("again"):
            self._active.send_again()

    def _was_cut_off(self, host: str) -> None:
        if self._active is not None:
            self._active.send_again()


async def combine_prices(context: WorkerContext) -> None:
    """Combine prices, or stand by, until cancelled; also where COMBINED_SYMBOLS names none."""
    settings = CombiningSettings()
    last_values = last_values_from_settings(SLOT)
    worker = CombiningWorker(
        context.hub,
        last_values=last_values,
        settings=settings,
        clock=context.clock,
        holder=context.holder,
        epoch=context.epoch,
    )
    try:
        await worker.run()
    finally:
        await last_values.close()
