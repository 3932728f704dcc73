"""A subscription of one topic whose client asked for numbers: what it missed, then what comes, each frame once."""

from collections.abc import Sequence
from typing import Any

from streaming.event_history.history import Place, Position
from streaming.events import Event
from streaming.fan_out.feed import encoded
from streaming.fan_out.frames import Frame
from streaming.fan_out.hub import Hub
from streaming.fan_out.topic_feed import TopicFeed
from streaming.gateway.dialects.base import Dialect
from streaming.gateway.sending.pacing import Outlet
from streaming.gateway.subscriptions.catching_up import CatchingUp
from streaming.gateway.subscriptions.topic_subscription import TopicSubscription
from streaming.topics.topic import Topic


class NumberedSubscription(TopicSubscription):
    """It is prepared, begun and ended, in this order; `since` is where the client stands, None where it is new."""

    def __init__(
        self, hub: Hub, topic: Topic, channel: str, *, dialect: Dialect, outlet: Outlet, since: Position | None
    ) -> None:
        super().__init__(hub, topic, channel, dialect=dialect, outlet=outlet)
        self._catching_up: CatchingUp | None = CatchingUp(hub, topic.key, channel, dialect=dialect, since=since)
        self._reached: Position | None = None

    async def prepare(self) -> None:
        """Join the topic's group, and read what the client missed; raise `RefusedError` as the others do."""
        await super().prepare()
        if self._feed is None or self._catching_up is None:
            return
        self._feed.attach_numbered(self._dialect, self._channel, self)
        try:
            await self._catching_up.read()
        except BaseException:
            self.end()
            raise
        if self._catching_up.end is not None:
            self._feed.stand_at(self._catching_up.end)

    @property
    def is_recovered(self) -> bool:
        """True where the client resumes, and all that it missed is there."""
        return self._catching_up is not None and self._catching_up.is_recovered

    def resumed(self) -> dict[str, dict[str, Any]]:
        """Return what the answer says of the channel's history; to be asked just before the subscription begins."""
        return {} if self._catching_up is None else {self._channel: self._catching_up.answer()}

    def begin(self) -> None:
        """Tell what was missed, what counts now, and from now on whatever is new."""
        behind = self._catching_up
        if self._feed is None or behind is None:
            return
        self._reached = behind.end
        self._outlet.push(behind.missed)
        self._tell_present(self._feed)
        for event, place in behind.held():
            self._outlet.push(self._frames_of(event, place))
            self._reached = self._reached if place is None else place.position
        self._catching_up = None

    def push_numbered(self, frames: Sequence[Frame], event: Event, place: Place | None) -> None:
        """Send what is new to the client; hold it until the subscription has begun."""
        if self._catching_up is not None:
            self._catching_up.hold(event, place)
        elif place is None:
            self._outlet.push(self._frames_now(frames, event, place))
        elif self._is_new(place):
            self._outlet.push(self._frames_now(frames, event, place))
            if self._feed is not None and self._shares_frames:  # what is new to the feed is new to the client now
                self._feed.tell_all_that_is_new(self._dialect, self._channel, self, self._outlet)

    def end(self) -> None:
        """Tell nothing more, and give the feed back."""
        if self._feed is not None:
            self._feed.detach_numbered(self._dialect, self._channel, self)
        super().end()

    def _tell_present(self, feed: TopicFeed) -> None:
        """Tell what counts now, behind what was missed."""
        behind = self._catching_up
        is_known = behind is not None and (behind.is_recovered or bool(behind.held()))
        # A closed candle is the last value for a moment: it was told with its number, or is told now.
        self._outlet.push([frame for frame in self._last_value(feed) if not (is_known and frame.is_sequence)])

    def _frames_of(self, event: Event, place: Place | None) -> Sequence[Frame]:
        """Return the frames of an event that was held."""
        return encoded(self._dialect, event, self._channel, place)

    @property
    def _shares_frames(self) -> bool:
        """True where the client is sent of each event what others are."""
        return True

    def _frames_now(
        self,
        frames: Sequence[Frame],
        event: Event,
        place: Place | None,
    ) -> Sequence[Frame]:
        """Return what is sent of an event that comes now, whose `frames` others are sent."""
        return frames

    def _is_new(self, place: Place) -> bool:
        reached = self._reached
        return reached is None or place.epoch != reached.epoch or place.seq > reached.seq
