"""A subscription of one topic under one spelling: its place in the topic's feed."""

from collections.abc import Sequence

import structlog

from streaming.events import Event
from streaming.fan_out.frames import Frame
from streaming.fan_out.hub import Hub
from streaming.fan_out.topic_feed import TopicFeed
from streaming.gateway import errors
from streaming.gateway.dialects.base import Dialect
from streaming.gateway.sending.pacing import Outlet
from streaming.topics.topic import Topic

logger = structlog.get_logger(__name__)


class TopicSubscription:
    """It is prepared, begun and ended, in this order."""

    def __init__(self, hub: Hub, topic: Topic, channel: str, *, dialect: Dialect, outlet: Outlet) -> None:
        self.topic = topic
        self._hub = hub
        self._channel = channel
        self._dialect = dialect
        self._outlet = outlet
        self._feed: TopicFeed | None = None
        self._cached: Event | None = None

    async def prepare(self) -> None:
        """Join the topic's group, and look for the last value that other processes know.

        Raise `RefusedError` where the group can't be joined; then there is nothing to end. Safe to cancel.
        """
        feed = self._feed = await joined_feed(self._hub, self.topic)
        try:
            self._cached = await self._hub.last_value(feed)
        except Exception as error:  # noqa: BLE001 - whatever the cache raises; it costs the client that value only
            logger.warning("the last value could not be read", topic=self.topic.key, reason=repr(error))
        except BaseException:
            self.end()
            raise

    def begin(self) -> None:
        """Tell the last value, and from now on whatever is new; nothing can slip in between the two."""
        if self._feed is None:
            return
        self._tell_last_value(self._feed)
        self._feed.attach(self._dialect, self._channel, self._outlet)

    def end(self) -> None:
        """Tell nothing more, and give the feed back."""
        feed, self._feed = self._feed, None
        if feed is not None:
            feed.detach(self._dialect, self._channel, self._outlet)
            self._hub.release(feed.key)
        self._outlet.end()

    def _tell_last_value(self, feed: TopicFeed) -> None:
        frames = self._last_value(feed)
        if frames:
            self._outlet.push(frames)

    def _last_value(self, feed: TopicFeed) -> Sequence[Frame]:
        value = next(iter(self._hub.known_values(feed)), self._cached)
        return () if value is None else self._dialect.encode(value, self._channel)


async def joined_feed(hub: Hub, topic: Topic) -> TopicFeed:
    """Return the feed of a topic; raise `RefusedError` where its group can't be joined."""
    try:
        return await hub.acquire(topic)
    except Exception as error:
        logger.warning("a topic could not be joined", topic=topic.key, reason=repr(error))
        raise errors.unavailable() from error
