"""Whoever holds the lease: publishes what is combined, and stores its closed candles, until cancelled."""

import asyncio
from collections.abc import Iterable

from streaming.clock import Clock
from streaming.event_history.history import EventHistory
from streaming.events import Candle, Event, MarketEvent, Source
from streaming.fan_out.hub import Hub
from streaming.market.candles.writer import CandleWriter
from streaming.market.combined.settings import CombiningSettings
from streaming.market.combined.topics import combined_topic_of, combined_topics
from streaming.market.publishing.event_numbering import EventNumbering
from streaming.market.publishing.last_values import LastValues
from streaming.market.publishing.publisher import Publisher
from streaming.market.publishing.sender import Sender
from streaming.market.publishing.sharded_publisher import publisher_over_hosts


class ActiveCombining:
    """Publishes and stores. `goes_on`: it has heard all that its predecessor told, so that nothing begins anew."""

    def __init__(
        self,
        hub: Hub,
        last_values: LastValues,
        history: EventHistory | None,
        settings: CombiningSettings,
        *,
        epoch: int,
        goes_on: bool,
        clock: Clock,
    ) -> None:
        self._last_values = last_values
        self._history = history
        self._settings = settings
        self._epoch = epoch
        self._clock = clock
        self._candles = CandleWriter(settings.event_source, settings.candles, clock)
        self._topics = frozenset(topic for one in settings.markets.symbols for topic in combined_topics(one.symbol))
        self._publisher = publisher_over_hosts(hub, Sender(hub, clock), clock, self._publisher_by)
        self._publisher.want(self._topics)
        if not goes_on:
            self._publisher.begin(self._topics, Source.COMBINED, time=clock.now_ms())

    async def run(self) -> None:
        """Publish and store until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._publisher.run())
            tasks.create_task(self._candles.run())

    def tell(self, events: Iterable[Event]) -> None:
        """Publish events soon, and store the closed candles among them."""
        for event in events:
            if isinstance(event, MarketEvent):
                self._publisher.offer(combined_topic_of(event), event)
            if isinstance(event, Candle):
                self._candles.offer(event)

    def send_again(self) -> None:
        """Publish the newest values once more, for those who may have missed them."""
        self._publisher.send_again(self._topics)

    def _publisher_by(self, sender: Sender) -> Publisher:
        return Publisher(
            sender,
            self._last_values,
            epoch=self._epoch,
            limits=self._settings.publishing,
            clock=self._clock,
            numbering=None if self._history is None else EventNumbering(self._history, self._clock),
        )
