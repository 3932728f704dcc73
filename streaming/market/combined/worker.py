"""`run_combined`: makes one price of several exchanges'. One at a time holds the lease; another stands by.

Whoever stands by hears the sources as well, so that it knows their prices when its turn comes. Prices need no database:
who holds the lease goes on while that answers nobody.
"""

import asyncio
from collections import deque
from functools import partial

import msgspec
import structlog

from streaming.connections.configured_history import event_history_from_settings
from streaming.event_history.history import EventHistory
from streaming.events import Candle, Event, Ticker, Trades
from streaming.layer.channel_layer import Message
from streaming.layer.groups import BRIDGE_GROUP
from streaming.market.bridge.demand import DEMAND_MESSAGE
from streaming.market.combined.active_combining import ActiveCombining
from streaming.market.combined.combined_market import CombinedMarket
from streaming.market.combined.combiner import Combiner
from streaming.market.combined.settings import CombiningSettings
from streaming.market.combined.symbols import SourceMarket
from streaming.market.declared_workers import COMBINED_WORKER
from streaming.market.hourly_change.stored_prices import stored_prices
from streaming.market.publishing.configured_last_values import last_values_from_settings
from streaming.market.publishing.last_values import LastValues
from streaming.topics.topic import MarketKind, Topic
from streaming.workers.fencing import Fence
from streaming.workers.leases.leases import work_while_leased
from streaming.workers.topic_subscriber import TopicSubscriber
from streaming.workers.waiting import until_it_works, wait_for
from streaming.workers.worker import WorkerContext

_KEPT_CANDLES = 5
"""Closed ones of each symbol that whoever takes over tells, where its predecessor hasn't."""
_RETRY_SECONDS = 2.0

logger = structlog.get_logger(__name__)


class CombiningWorker:
    """Hears what the sources say, and publishes what it comes to while it holds the lease.

    With an `epoch` in the context it takes no lease, and is the only one by whoever's word. With a `history`, what
    counts is kept there for a while.
    """

    def __init__(
        self,
        context: WorkerContext,
        *,
        last_values: LastValues,
        history: EventHistory | None = None,
        settings: CombiningSettings,
    ) -> None:
        self._context = context
        self._hub = context.hub
        self._last_values = last_values
        self._history = history
        self._settings = settings
        self._clock = context.clock
        symbols = settings.markets.symbols
        combiner = Combiner(settings.markets, settings.limits, simulated=settings.is_simulated)
        self._market = CombinedMarket(combiner, tuple(one.symbol for one in symbols))
        self._tickers = {self._topic(MarketKind.TICKER, market): market for market in combiner.source_markets}
        self._trades = {
            self._topic(MarketKind.TRADE, market): (one.symbol, market) for one in symbols for market in one.markets
        }
        self._subscriber = TopicSubscriber(context.hub, self._hear, name="combined prices")
        self._heard = asyncio.Event()
        self._began = context.clock.monotonic()
        self._closed: deque[Candle] = deque(maxlen=_KEPT_CANDLES * len(symbols))
        self._active: ActiveCombining | None = None

    async def run(self) -> None:
        """Combine, or stand by, until cancelled. Call it once."""
        self._hub.observe_cut_offs(self._was_cut_off)
        listen = partial(self._hub.listen, BRIDGE_GROUP, DEMAND_MESSAGE, self._hear_demand)
        await until_it_works(listen, what="channel layer", pause=self._settings.publishing.retry)
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._subscribe())
                tasks.create_task(self._read_past())
                tasks.create_task(self._combine())
                tasks.create_task(self._publish_while_leased())
        finally:
            self._subscriber.stop()

    async def _publish_while_leased(self) -> None:
        await work_while_leased(
            self._context,
            COMBINED_WORKER.name,
            self._publish,
            seconds=self._settings.lease,
            renewal=self._settings.lease_renewal,
            outlasts_outages=True,
        )

    async def _publish(self, epoch: int, *, fence: Fence | None) -> None:
        goes_on = self._clock.monotonic() - self._began > 2 * self._settings.lease
        logger.info("prices are combined", holder=self._context.holder, epoch=epoch, sources=len(self._tickers))
        active = ActiveCombining(
            self._hub,
            self._last_values,
            self._history,
            self._settings,
            epoch=epoch,
            goes_on=goes_on,
            clock=self._clock,
        )
        if goes_on and self._history is not None:
            # What the predecessor told of them is known, and left out; live ones would be of a clock that went back.
            active.tell(msgspec.structs.replace(candle, repaired=True) for candle in self._closed)
        self._active = active
        try:
            await active.run()
        finally:
            self._active = None

    async def _combine(self) -> None:
        """Combine as often as prices are published, and every `look` seconds, as sources grow old and candles close."""
        while True:
            self._heard.clear()
            told = self._market.take(now=self._now(), now_ms=self._clock.now_ms())
            self._closed.extend(event for event in told if isinstance(event, Candle) and event.is_final)
            if self._active is not None:
                self._active.tell(told)
            await asyncio.sleep(self._settings.publishing.price)
            await wait_for(self._heard, self._settings.look)

    async def _subscribe(self) -> None:
        """Read the sources; where the layer doesn't let us yet, a little later."""
        while True:
            await self._subscriber.want(frozenset([*self._tickers, *self._trades]))
            await asyncio.sleep(self._settings.look)

    async def _read_past(self) -> None:
        """Read the candles of the last hours, by which a price's change is known."""
        await until_it_works(self._note_past, what="table of candles", pause=_RETRY_SECONDS)

    async def _note_past(self) -> None:
        symbols = [one.symbol for one in self._settings.markets.symbols]
        for found in await stored_prices(self._settings.event_source, symbols, now_ms=self._clock.now_ms()):
            self._market.note_past(*found)

    def _topic(self, kind: MarketKind, market: SourceMarket) -> Topic:
        further = None if market.source is self._settings.own_source else market.source
        return Topic(kind, market.symbol, source=further)

    def _now(self) -> int:
        return round(self._clock.monotonic() * 1000)

    def _hear(self, topic: Topic, event: Event) -> None:
        if isinstance(event, Ticker) and self._market.hear_ticker(self._tickers[topic], event, now=self._now()):
            self._heard.set()
        elif isinstance(event, Trades):
            self._market.hear_trades(*self._trades[topic], event)

    def _hear_demand(self, message: Message) -> None:
        if self._active is not None and message.get("again"):
            self._active.send_again()

    def _was_cut_off(self, host: str) -> None:
        if self._active is not None:
            self._active.send_again()


async def combine_prices(context: WorkerContext) -> None:
    """Combine prices, or stand by, until cancelled; also where COMBINED_SYMBOLS names none."""
    history = event_history_from_settings()
    settings = CombiningSettings()
    last_values = last_values_from_settings()
    worker = CombiningWorker(context, last_values=last_values, history=history, settings=settings)
    try:
        await worker.run()
    finally:
        await last_values.close()
        if history is not None:
            await history.close()
