"""A subscription of one topic whose client asked for numbers: what it missed first, then what comes, each frame once.

It is attached before the history is read, and holds what comes until it begins; what was read and what was held are
joined then, without a hole and without a double.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import msgspec
import structlog

from streaming.event_history.history import Entry, Place, Position
from streaming.event_history.joining import HeldEvents
from streaming.event_history.recovery import NotRecovered, Recovery
from streaming.events import Event
from streaming.fan_out.frames import Frame
from streaming.fan_out.hub import Hub
from streaming.fan_out.topic_feed import TopicFeed
from streaming.gateway.dialects.base import Dialect
from streaming.gateway.sending.pacing import Outlet
from streaming.gateway.subscriptions.subscription import Subscription
from streaming.gateway.subscriptions.topic_subscription import TopicSubscription
from streaming.topics.topic import Topic

Since = Mapping[str, Position] | None
"""Where a client stands, by channel; None where it wants no numbers."""

_READINGS = 3
"""So often the history is read, where what is read and what comes live don't meet."""

logger = structlog.get_logger(__name__)


class NumberedSubscription(TopicSubscription):
    """It is prepared, begun and ended, in this order; `since` is where the client stands, None where it is new."""

    def __init__(
        self, hub: Hub, topic: Topic, channel: str, *, dialect: Dialect, outlet: Outlet, since: Position | None
    ) -> None:
        super().__init__(hub, topic, channel, dialect=dialect, outlet=outlet)
        self._since = since
        self._held = HeldEvents()
        self._held_events: dict[tuple[str, int], tuple[Event, Place]] = {}
        self._held_unnumbered: list[Event] = []
        self._recovery = Recovery(None)
        self._missed: list[Frame] = []
        self._reached: Position | None = None
        self._has_begun = False

    async def prepare(self) -> None:
        """Join the topic's group, and read what the client missed; raise `RefusedError` as the others do."""
        await super().prepare()
        try:
            await self._read_history()
        except BaseException:
            self.end()
            raise

    @property
    def is_recovered(self) -> bool:
        """True where the client resumes, and all that it missed is there."""
        return self._since is not None and self._recovery.is_recovered

    def resumed(self) -> dict[str, Any]:
        """Return what the answer says of the history; to be asked just before the subscription begins."""
        if self._held.behind(self._recovery) is None:  # the epoch changed, or events were lost, a moment ago
            self._give_up()
        if self._since is None:
            return _standing(self._recovery.end)
        if self._recovery.reason is not None:
            return _not_recovered(self._recovery.reason, self._recovery.end)
        return {"recovered": True, **_standing(self._recovery.end)}

    def begin(self) -> None:
        """Tell what was missed, the last value, and from now on whatever is new."""
        if self._feed is None:
            return
        end = self._reached = self._recovery.end
        self._outlet.push(self._missed)
        self._tell_present(self._feed)
        for entry in self._held.behind(self._recovery) or ():
            epoch = self._epoch_of(entry) if end is None else end.epoch
            self._outlet.push(self._frames_of(*self._held_events[epoch, entry.seq]))
            self._reached = Position(epoch, entry.seq)
        for event in self._held_unnumbered:
            self._outlet.push(self._frames_of(event, None))
        self._held_unnumbered.clear()
        self._held_events.clear()
        self._missed = []
        self._has_begun = True

    def push_numbered(self, frames: Sequence[Frame], event: Event, place: Place | None) -> None:
        """Send what is new to the client; hold it until the subscription has begun."""
        if not self._has_begun:
            self._hold(event, place)
        elif place is None:
            self._outlet.push(self._frames_now(frames, event, place))
        elif self._is_new(place):
            self._outlet.push(self._frames_now(frames, event, place))
            if self._feed is not None and self._shares_frames:  # what is new to the feed is new to the client now
                self._feed.tell_all_that_is_new(self._dialect, self._channel, self, self._outlet.push)

    def end(self) -> None:
        """Tell nothing more, and give the feed back."""
        if self._feed is not None:
            self._feed.detach_numbered(self._dialect, self._channel, self)
        super().end()

    async def _read_history(self) -> None:
        if self._feed is None:
            return
        self._feed.attach_numbered(self._dialect, self._channel, self)
        for _ in range(_READINGS):
            self._held.begin_reading()
            self._recovery = await self._read()
            if self._held.behind(self._recovery) is not None:
                break
        if self._recovery.end is not None:
            self._feed.stand_at(self._recovery.end)
        self._take_missed()

    async def _read(self) -> Recovery:
        if self._since is None:
            return Recovery(await self._hub.missed_events.end(self.topic.key))
        return await self._hub.missed_events.recover(self.topic.key, self._since)

    def _take_missed(self) -> None:
        end = self._recovery.end
        if end is None:
            return
        frames_of = self._hub.missed_frames.frames_of
        try:
            frames = [
                frame
                for entry in self._recovery.missed
                for frame in frames_of(self._dialect, self._channel, end.epoch, entry)
            ]
        except msgspec.DecodeError as error:
            logger.warning("an event of the history could not be decoded", topic=self.topic.key, reason=str(error))
            self._recovery = Recovery(end, reason=NotRecovered.UNAVAILABLE)
        else:
            self._missed = frames[self._recovery.skipped :]

    def _give_up(self) -> None:
        self._recovery = Recovery(None, reason=NotRecovered.UNAVAILABLE)
        self._missed = []

    def _tell_present(self, feed: TopicFeed) -> None:
        """Tell what counts now, behind what was missed."""
        self._tell_last_value(feed)

    def _frames_of(self, event: Event, place: Place | None) -> Sequence[Frame]:
        """Return the frames of an event that was held."""
        if place is None:
            return self._dialect.encode(event, self._channel)
        return self._dialect.encode_numbered(event, self._channel, place)

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

    def _hold(self, event: Event, place: Place | None) -> None:
        if place is not None:
            self._held.hold(place.epoch, Entry(place.seq, place.count, b""))
            self._held_events[place.epoch, place.seq] = event, place
        elif not event.is_state:
            self._held_unnumbered.append(event)

    def _epoch_of(self, entry: Entry) -> str:
        return next(epoch for epoch, seq in reversed(self._held_events) if seq == entry.seq)

    def _is_new(self, place: Place) -> bool:
        reached = self._reached
        return reached is None or place.epoch != reached.epoch or place.seq > reached.seq


def _standing(end: Position | None) -> dict[str, Any]:
    return {} if end is None else {"epoch": end.epoch, "seq": end.seq}


def _not_recovered(reason: NotRecovered, end: Position | None = None) -> dict[str, Any]:
    return {"recovered": False, "reason": reason.value, **_standing(end)}


def resumed_of(begun: Mapping[str, Subscription], not_kept: Collection[str]) -> dict[str, dict[str, Any]]:
    """Return what the answer says of the history by channel; of those `not_kept` there is none."""
    resumed = {channel: one.resumed() for channel, one in begun.items() if isinstance(one, NumberedSubscription)}
    return resumed | {channel: _not_recovered(NotRecovered.UNAVAILABLE) for channel in not_kept if channel in begun}
