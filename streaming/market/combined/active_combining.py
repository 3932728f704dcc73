"""Whoever holds the lease: combines what was heard, and publishes it, until cancelled."""

import asyncio

from streaming.clock import Clock
from streaming.events import CombinedPrice
from streaming.fan_out.hub import Hub
from streaming.market.combined.combiner import Combiner
from streaming.market.combined.settings import CombiningSettings
from streaming.market.combined.topics import combined_price_topic
from streaming.market.publishing.last_values import LastValues
from streaming.market.publishing.publisher import Publisher
from streaming.market.publishing.sender import Sender
from streaming.market.publishing.sharded_publisher import ShardedPublisher
from streaming.topics.topic import Topic
from streaming.workers.waiting import wait_for


class ActiveCombining:
    """Combines when `heard` is set, as often as prices are published, and every `look` seconds: sources grow old."""

    def __init__(
        self,
        hub: Hub,
        combiner: Combiner,
        last_values: LastValues,
        settings: CombiningSettings,
        *,
        heard: asyncio.Event,
        epoch: int,
        clock: Clock,
    ) -> None:
        self._hub = hub
        self._combiner = combiner
        self._last_values = last_values
        self._settings = settings
        self._heard = heard
        self._epoch = epoch
        self._clock = clock
        self._publisher = self._new_publisher()
        self._topics = frozenset(combined_price_topic(one.symbol) for one in settings.markets.symbols)
        self._told: dict[Topic, CombinedPrice] = {}

    async def run(self) -> None:
        """Combine and publish until cancelled."""
        self._publisher.want(self._topics)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._publisher.run())
            tasks.create_task(self._combine_forever())

    def send_again(self) -> None:
        """Publish the newest prices once more, for those who may have missed them."""
        self._publisher.send_again(self._topics)

    async def _combine_forever(self) -> None:
        while True:
            self._heard.clear()
            self._combine()
            await asyncio.sleep(self._settings.publishing.price)
            await wait_for(self._heard, self._settings.look)

    def _combine(self) -> None:
        now = round(self._clock.monotonic() * 1000)
        for symbol, price in self._combiner.prices(now=now, time=self._clock.now_ms()).items():
            topic = combined_price_topic(symbol)
            if _is_news(price, self._told.get(topic)):
                self._told[topic] = price
                self._publisher.offer(topic, price)

    def _new_publisher(self) -> Publisher | ShardedPublisher:
        if len(self._hub.hosts) == 1:
            return self._publisher_by(Sender(self._hub, self._clock))
        return ShardedPublisher(self._hub, lambda host: self._publisher_by(Sender(self._hub, self._clock, host=host)))

    def _publisher_by(self, sender: Sender) -> Publisher:
        return Publisher(
            sender,
            self._last_values,
            epoch=self._epoch,
            limits=self._settings.publishing,
            clock=self._clock,
        )


def _is_news(price: CombinedPrice, told: CombinedPrice | None) -> bool:
    """Return whether a price says more than what was told: a stale one is told once, as it becomes stale.

    What is fresh is told each time, as its sources' ages are; they are heard every second or so.
    """
    return not price.stale or told is None or not told.stale
