"""A subscription of a topic that tells first what counts now: one's open orders, one's balances.

The topic's group is joined before the snapshot is read, and what comes meanwhile is kept; so nothing falls between the
snapshot and the live events, and what both tell is told once.
"""

import asyncio
from collections.abc import Sequence

import structlog

from streaming.clock import Clock
from streaming.database.fair_queries import asking
from streaming.events import Event
from streaming.fan_out.frames import Frame
from streaming.fan_out.hub import Hub
from streaming.fan_out.topic_feed import TopicFeed
from streaming.gateway import errors
from streaming.gateway.dialects.base import Dialect
from streaming.gateway.sending.pacing import Outlet
from streaming.gateway.subscriptions.after_snapshot import COVERED_SECONDS, AfterSnapshot
from streaming.gateway.subscriptions.topic_subscription import joined_feed
from streaming.topics.topic import Snapshot, Topic

logger = structlog.get_logger(__name__)


class SnapshotSubscription:
    """It is prepared, begun and ended, in this order. Once all of the snapshot is old, it shares others' frames.

    The database is asked in turns of `requester`, so that who subscribes again and again keeps nobody else waiting.
    """

    def __init__(
        self,
        hub: Hub,
        topic: Topic,
        channel: str,
        snapshot: Snapshot,
        *,
        dialect: Dialect,
        outlet: Outlet,
        clock: Clock,
        requester: str,
    ) -> None:
        self.topic = topic
        self._hub = hub
        self._channel = channel
        self._snapshot = snapshot
        self._dialect = dialect
        self._outlet = outlet
        self._clock = clock
        self._requester = requester
        self._own = AfterSnapshot(dialect)
        self._feed: TopicFeed | None = None
        self._told: Sequence[Event] = ()
        self._covered_until = 0.0

    async def prepare(self) -> None:
        """Join the topic's group, and read the snapshot.

        Raise `RefusedError` where either can't be done; then there is nothing to end. Safe to cancel.
        """
        self._feed = await joined_feed(self._hub, self.topic)
        self._feed.attach(self, self._channel, self._outlet)
        try:
            self._told = await read_snapshot(
                self._hub, self.topic, self._channel, self._snapshot, requester=self._requester
            )
        except BaseException:
            self.end()
            raise

    def begin(self) -> None:
        """Tell the snapshot, then what has come while it was read, and from now on whatever is new."""
        self._covered_until = self._clock.monotonic() + COVERED_SECONDS
        frames = self._own.begin(self._snapshot, self._told, self._channel)
        self._told = ()
        if frames:
            self._outlet.push(frames)
        self._share_soon()

    def encode(self, event: Event, channel: str) -> Sequence[Frame]:
        """Return the frames of an event for this subscriber alone; the feed asks for them."""
        frames = self._own.encode(event, channel)
        self._share_soon()
        return frames

    def end(self) -> None:
        """Tell nothing more, and give the feed back."""
        feed, self._feed = self._feed, None
        if feed is not None:
            feed.detach(self, self._channel, self._outlet)
            feed.detach(self._dialect, self._channel, self._outlet)
            self._hub.release(feed.key)
        self._outlet.end()

    def _share_soon(self) -> None:
        """Take frames that all subscribers share, once that is the same; not now, as the feed may be handing out."""
        if self._own.is_done or (self._covered_until and self._clock.monotonic() > self._covered_until):
            asyncio.get_running_loop().call_soon(self._share)

    def _share(self) -> None:
        if self._feed is not None:
            self._feed.detach(self, self._channel, self._outlet)
            self._feed.attach(self._dialect, self._channel, self._outlet)


async def read_snapshot(hub: Hub, topic: Topic, channel: str, snapshot: Snapshot, *, requester: str) -> Sequence[Event]:
    """Return what counts now of a topic, asked in turns of `requester`; raise `RefusedError` where it can't be read."""
    try:
        with asking(requester):
            return await snapshot.reader(hub, topic)
    except Exception as error:
        logger.warning("a snapshot could not be read", topic=topic.key, reason=repr(error))
        raise errors.snapshot_unavailable(channel) from error
