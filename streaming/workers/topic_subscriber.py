"""The topics that a worker needs, read from the hub."""

from collections.abc import Callable

import structlog

from streaming.events import Event, NamedEvent
from streaming.fan_out.dotted_feed import DottedFeed
from streaming.fan_out.hub import Hub
from streaming.fan_out.topic_feed import TopicFeed
from streaming.outage import Outage
from streaming.topics.topic import Topic

Hear = Callable[[Topic, Event], None]

logger = structlog.get_logger(__name__)


class TopicSubscriber:
    """Reads topics, and hands on their events in the order in which they come; `name` is the worker's, for logs.

    A dotted name is read as that of the topic's owner: of what another owns under it nothing comes.
    """

    def __init__(self, hub: Hub, hear: Hear, *, name: str) -> None:
        self._hub = hub
        self._hear = hear
        self._followed: dict[Topic, tuple[TopicFeed | DottedFeed, Callable[[Event], None]]] = {}
        self._outage = Outage(f"channel layer of the {name}")

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
        feed, hear = await self._feed(topic)
        self._followed[topic] = feed, hear
        feed.add_callback(hear)

    async def _feed(self, topic: Topic) -> tuple[TopicFeed | DottedFeed, Callable[[Event], None]]:
        def hear(event: Event) -> None:
            self._hand_on(topic, event)

        def hear_named(event: Event) -> None:
            if isinstance(event, NamedEvent) and (event.channel, event.owner) == (topic.name, topic.owner):
                self._hand_on(topic, event)

        if topic.is_dotted:
            return await self._hub.acquire(self._hub.group_of_named(topic)), hear_named
        return await self._hub.acquire(topic), hear

    def _leave(self, topic: Topic) -> None:
        feed, callback = self._followed.pop(topic)
        feed.remove_callback(callback)
        self._hub.release(feed.key)

    def _hand_on(self, topic: Topic, event: Event) -> None:
        try:
            self._hear(topic, event)
        except Exception:  # the hub's callbacks may not raise, and the next event may be as good as ever
            logger.exception("an event could not be taken in", topic=topic.key)
