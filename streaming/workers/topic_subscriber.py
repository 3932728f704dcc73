"""The topics that a worker needs, read from the hub."""

from collections.abc import Callable

import structlog

from streaming.events import Event, NamedEvent
from streaming.fan_out.dotted_feed import DottedFeed, DottedGroup
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
        """Read these topics, and no others; what can't be had now is had where this is asked again.

        A host of the layer that fails isn't asked for its other topics; those of the other hosts are read.
        """
        for topic in self._followed.keys() - topics:
            self._leave(topic)
        failed: dict[str, Exception] = {}
        for topic in topics - self._followed.keys():
            await self._join_if_possible(topic, failed)
        for error in failed.values():
            self._outage.failed(error)
        if not failed:
            self._outage.worked()

    def has(self, topics: frozenset[Topic]) -> bool:
        """Return whether all these topics are read."""
        return topics <= self._followed.keys()

    def stop(self) -> None:
        """Read no more; calling it twice is harmless."""
        for topic in list(self._followed):
            self._leave(topic)

    async def _join_if_possible(self, topic: Topic, failed: dict[str, Exception]) -> None:
        """Read a topic unless its host is among those that have `failed`; note there what fails."""
        where = topic.key
        try:
            source = self._hub.group_of_named(topic) if topic.is_dotted else topic
            where = self._hub.host_of(source.key if isinstance(source, DottedGroup) else source.group)
            if where not in failed:
                await self._join(topic, source)
        except Exception as error:  # noqa: BLE001 - whatever a layer raises: it is asked again
            failed[where] = error

    async def _join(self, topic: Topic, source: Topic | DottedGroup) -> None:
        feed = await self._hub.acquire(source)
        hear = self._hearing(topic)
        self._followed[topic] = feed, hear
        feed.add_callback(hear)

    def _hearing(self, topic: Topic) -> Callable[[Event], None]:
        def hear(event: Event) -> None:
            self._hand_on(topic, event)

        def hear_named(event: Event) -> None:
            if isinstance(event, NamedEvent) and (event.channel, event.owner) == (topic.name, topic.owner):
                self._hand_on(topic, event)

        return hear_named if topic.is_dotted else hear

    def _leave(self, topic: Topic) -> None:
        feed, callback = self._followed.pop(topic)
        feed.remove_callback(callback)
        self._hub.release(feed.key)

    def _hand_on(self, topic: Topic, event: Event) -> None:
        try:
            self._hear(topic, event)
        except Exception:  # the hub's callbacks may not raise, and the next event may be as good as ever
            logger.exception("an event could not be taken in", topic=topic.key)
