"""The topics that the rules need, read from the hub."""

from collections.abc import Callable

import structlog

from streaming.events import Event, MarketEvent
from streaming.fan_out.hub import Hub
from streaming.fan_out.topic_feed import TopicFeed
from streaming.outage import Outage
from streaming.topics.topic import Topic

Hear = Callable[[Topic, MarketEvent], None]

logger = structlog.get_logger(__name__)


class TopicSubscriber:
    """Reads topics, and hands on their events; a value that was only told once more because it is stale is left out."""

    def __init__(self, hub: Hub, hear: Hear) -> None:
        self._hub = hub
        self._hear = hear
        self._followed: dict[Topic, tuple[TopicFeed, Callable[[Event], None]]] = {}
        self._outage = Outage("channel layer of the alerts")

    async def want(self, topics: frozenset[Topic]) -> None:
        """Read these topics, and no others; what can't be had now is had where this is asked again."""
        for topic in self._followed.keys() - topics:
            self._leave(topic)
        try:
            for topic in topics - self._followed.keys():
                await self._join(topic)
        except Exception as error:  # noqa: BLE001 - whatever a layer raises: it is asked again
            self._outage.failed(error)
        else:
            self._outage.worked()

    def has(self, topics: frozenset[Topic]) -> bool:
        """Return whether all these topics are read."""
        return topics <= self._followed.keys()

    def stop(self) -> None:
        """Read no more; calling it twice is harmless."""
        for topic in list(self._followed):
            self._leave(topic)

    async def _join(self, topic: Topic) -> None:
        feed = await self._hub.acquire(topic)

        def hear(event: Event) -> None:
            if isinstance(event, MarketEvent) and not event.stale:
                self._hand_on(topic, event)

        self._followed[topic] = feed, hear
        feed.add_callback(hear)

    def _leave(self, topic: Topic) -> None:
        feed, callback = self._followed.pop(topic)
        feed.remove_callback(callback)
        self._hub.release(feed.key)

    def _hand_on(self, topic: Topic, event: MarketEvent) -> None:
        try:
            self._hear(topic, event)
        except Exception:  # the hub's callbacks may not raise, and the next event may be as good as ever
            logger.exception("an event could not be evaluated", topic=topic.key)
