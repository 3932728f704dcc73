"""A numbered subscription of a topic that tells first what counts now: one's open orders, an address's balances.

Who resumes, and is told all that was missed, knows what counts now: the snapshot is for everybody else. What comes
behind a snapshot that holds something newer of the same is told as the snapshot has it, under its own number: so
neither does a number seem to be missing, nor does anything go back to what it was.
"""

from collections.abc import Sequence

from streaming.clock import Clock
from streaming.event_history.history import Place, Position
from streaming.events import Event
from streaming.fan_out.frames import Frame
from streaming.fan_out.hub import Hub
from streaming.fan_out.topic_feed import TopicFeed
from streaming.gateway.dialects.base import Dialect
from streaming.gateway.sending.pacing import Outlet
from streaming.gateway.subscriptions.after_snapshot import COVERED_SECONDS, SnapshotCover
from streaming.gateway.subscriptions.numbered_subscription import NumberedSubscription
from streaming.gateway.subscriptions.snapshot_subscription import read_snapshot
from streaming.topics.topic import Snapshot, Topic


class NumberedSnapshotSubscription(NumberedSubscription):
    """It is prepared, begun and ended, in this order; the database is asked in turns of `requester`."""

    def __init__(
        self,
        hub: Hub,
        topic: Topic,
        channel: str,
        snapshot: Snapshot,
        *,
        dialect: Dialect,
        outlet: Outlet,
        since: Position | None,
        clock: Clock,
        requester: str,
    ) -> None:
        super().__init__(hub, topic, channel, dialect=dialect, outlet=outlet, since=since)
        self._snapshot = snapshot
        self._clock = clock
        self._requester = requester
        self._told: Sequence[Event] = ()
        self._cover: SnapshotCover | None = None
        self._covered_until = 0.0

    async def prepare(self) -> None:
        """Join the topic's group, and read what the client missed, or else the snapshot.

        The snapshot is read behind the history: what it lacks comes with a number. Raise `RefusedError`.
        """
        await super().prepare()
        if self.is_recovered:
            return
        try:
            self._told = await read_snapshot(
                self._hub, self.topic, self._channel, self._snapshot, requester=self._requester
            )
        except BaseException:
            self.end()
            raise

    def _tell_present(self, feed: TopicFeed) -> None:
        told, self._told = self._told, ()
        self._cover = SnapshotCover(self._snapshot, told)
        self._covered_until = self._clock.monotonic() + COVERED_SECONDS
        for event in told:
            self._outlet.push(self._dialect.encode(event, self._channel))

    def _frames_of(self, event: Event, place: Place | None) -> Sequence[Frame]:
        newest = event if self._cover is None else self._cover.newest(event)
        return super()._frames_of(newest, place) if newest is event or place is not None else ()

    @property
    def _shares_frames(self) -> bool:
        return self._cover is None

    def _frames_now(self, frames: Sequence[Frame], event: Event, place: Place | None) -> Sequence[Frame]:
        if self._cover is None:
            return frames
        if not self._cover or self._clock.monotonic() > self._covered_until:
            self._cover = None
            return frames
        newest = self._cover.newest(event)
        if newest is event:
            return frames
        return () if place is None else super()._frames_of(newest, place)
