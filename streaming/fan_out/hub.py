"""The hub: the one member of channel-layer groups in a process.

It joins a feed's group when the first subscriber comes and leaves a little after the last; it decodes an event once and
hands it to the feed. Several feeds may share a group. One hub belongs to one event loop. It knows neither Django nor an
exchange.
"""

import asyncio
from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeVar, overload

import msgspec
import structlog

from streaming.clock import Clock, SystemClock
from streaming.event_history.history import EventHistory, Place
from streaming.events import Event
from streaming.fan_out.channel_ends import ENDS_GROUP, ENDS_MESSAGE
from streaming.fan_out.cut_off_notices import CutOffNotices
from streaming.fan_out.dotted_feed import DottedFeed, DottedGroup
from streaming.fan_out.event_cache import EventCache, LastValueCache
from streaming.fan_out.feed import Feed
from streaming.fan_out.loss_recovery import LossRecovery
from streaming.fan_out.memberships import Memberships
from streaming.fan_out.missed_events import MissedEvents
from streaming.fan_out.missed_frames import MissedFrames
from streaming.fan_out.outgoing import Outgoing
from streaming.fan_out.publishing import EVENT_MESSAGE
from streaming.fan_out.receiving import Receiving
from streaming.fan_out.topic_feed import TopicFeed
from streaming.layer.channel_layer import RECONNECTED_MESSAGE, Layer, Listener, Message
from streaming.topics.patterns import WILDCARD
from streaming.topics.registry import TopicRegistry
from streaming.topics.topic import Topic

_Value = TypeVar("_Value", bound=Event)

logger = structlog.get_logger(__name__)


class Hub(Outgoing):
    """Brings topics' events to their subscribers in this process, and sends to others.

    `linger` is how long (in seconds) a group is kept after its last subscriber left.

    With a `history`, what counts is added to it before it is told, and what the layer loses is taken from it.

    Cuts of the layer that follow each other within `cut_off_pause` seconds are told as one.
    """

    def __init__(
        self,
        layer: Layer,
        registry: TopicRegistry,
        *,
        last_values: LastValueCache | None = None,
        history: EventHistory | None = None,
        clock: Clock | None = None,
        linger: float = 3.0,
        maximum_age: float = 5.0,
        cut_off_pause: float = 1.0,
    ) -> None:
        self._clock = clock or SystemClock()
        self._last_values = EventCache(last_values, registry)
        super().__init__(layer, registry, self._last_values, history, self._clock)
        self._registry = registry
        self._keeps_history = history is not None
        self.missed_frames = MissedFrames(registry)
        self.missed_events = MissedEvents(history, registry)
        self._linger = linger
        self._maximum_age = maximum_age
        self._memberships = Memberships(layer)
        self._receiving = Receiving(layer, self._memberships)
        self._feeds: dict[str, TopicFeed | DottedFeed] = {}
        self._loss_recovery = LossRecovery(self.missed_events, self._feeds, self._clock)
        self._cut_offs = CutOffNotices(self._hosts, self._feeds, self._clock, pause=cut_off_pause)
        self._leaves: dict[str, asyncio.TimerHandle] = {}
        self._rejoining: asyncio.Task[None] | None = None
        self._observers: list[Callable[[], None]] = []
        self._receiving.take(EVENT_MESSAGE, self._handle_event)
        self._receiving.take(RECONNECTED_MESSAGE, self._cut_offs.take)

    async def start(self) -> None:
        """Open the process's channel and begin to receive."""
        await self._receiving.start()
        self._rejoining = asyncio.get_running_loop().create_task(self._memberships.rejoin_forever())
        if self._keeps_history:
            self._receiving.listen_once_joined(ENDS_GROUP, ENDS_MESSAGE, self._loss_recovery.hear_ends)

    async def stop(self) -> None:
        """Leave all groups and stop receiving; calling it twice is harmless."""
        self._feeds.clear()
        for handle in self._leaves.values():
            handle.cancel()
        self._leaves.clear()
        self.missed_frames.forget()
        await self.missed_events.stop()
        await self._memberships.leave_all()
        await self._receiving.stop()
        await self.stop_sending()
        await self._loss_recovery.stop()
        if self._rejoining is not None:
            self._rejoining.cancel()
            await asyncio.gather(self._rejoining, return_exceptions=True)
        self._cut_offs.stop()

    @overload
    async def acquire(self, source: Topic) -> TopicFeed: ...

    @overload
    async def acquire(self, source: DottedGroup) -> DottedFeed: ...

    async def acquire(self, source: Topic | DottedGroup) -> TopicFeed | DottedFeed:
        """Return the feed of `source`, having joined its group; each call is matched by one `release`.

        Raise what the layer raises where joining fails; then nothing is to be released. Safe to cancel.
        """
        feed = self._feeds.get(source.key)
        if feed is None:
            feed = self._feeds[source.key] = self._new_feed(source)
            self._memberships.need(feed.group)
            self._tell_observers(feed)
        await self._join(feed)
        return feed

    def release(self, key: str) -> None:
        """Give back the feed of that key, once for each time it was acquired.

        Its group is left when nobody has come for `linger` seconds.
        """
        feed = self._feeds.get(key)
        if feed is None:  # the hub has stopped
            return
        feed.references -= 1
        if feed.references == 0:
            self._leave_later(feed)

    def known_values(self, feed: Feed[_Value]) -> Sequence[_Value]:
        """Return the feed's newest values that this process has seen within `maximum_age` seconds, oldest first."""
        return feed.values(not_before=self._clock.monotonic() - self._maximum_age)

    async def stored_value(self, key: str) -> Event | None:
        """Return the newest value that any process has stored under `key`, where the shared cache holds a fresh one."""
        return await self._last_values.read(key)

    async def last_value(self, feed: TopicFeed) -> Event | None:
        """Return a topic's newest value that is not older than `maximum_age`, from here or from the shared cache."""
        for event in self.known_values(feed):
            return event
        return await self.stored_value(feed.key) if feed.keeps_value else None

    async def last_value_of(self, topic: Topic) -> Event | None:
        """Return `last_value` of a topic, whether or not this process reads it."""
        feed = self._feeds.get(topic.key)
        return await (self.last_value(feed) if isinstance(feed, TopicFeed) else self.stored_value(topic.key))

    @property
    def topics(self) -> frozenset[Topic]:
        """The topics that this process reads now, dotted names aside."""
        return frozenset(feed.topic for feed in self._feeds.values() if isinstance(feed, TopicFeed))

    @property
    def groups(self) -> frozenset[str]:
        """The groups whose events this process reads now."""
        return frozenset(feed.group for feed in self._feeds.values())

    def observe(self, observer: Callable[[], None]) -> None:
        """Call `observer` whenever `topics` has changed."""
        self._observers.append(observer)

    def observe_cut_offs(self, observer: Callable[[str], None]) -> None:
        """Call `observer` whenever this process hears a host of the layer again, and may have missed what was sent.

        It gets the host of the topics of which something may be missing; `ANY_HOST` where that is so of all, or of
        what is on every host.
        """
        self._cut_offs.observe(observer)

    def group_of_named(self, topic: Topic) -> DottedGroup:
        """Return the group that carries a dotted name of the user `topic.owner`: what the user owns, and no other's.

        Raise `ValueError` for a name that no app has declared, for one without an owner, and for a pattern.
        """
        groups = self._registry.dotted.groups_of_reader(topic.name, topic.owner)
        if not topic.owner or not groups or WILDCARD in topic.name:
            raise ValueError(f"no name of a user's own: {topic.name}")
        return DottedGroup(groups[0])

    async def listen(self, group: str, message_type: str, listener: Listener) -> None:
        """Join `group`, and call `listener` with each message of `message_type`; it must not wait."""
        await self._receiving.listen(group, message_type, listener)

    def _new_feed(self, source: Topic | DottedGroup) -> TopicFeed | DottedFeed:
        if isinstance(source, DottedGroup):
            key_of = partial(self._registry.dotted.history_in, source.key)
            return DottedFeed(
                source, key_of=key_of, recover=self._loss_recovery.begin_channel if self._keeps_history else None
            )
        recover = self._loss_recovery.begin if self._keeps_history else None
        return TopicFeed(source, keeps_value=self._registry.is_state(source), recover=recover)

    def _handle_event(self, message: Message) -> None:
        feed = self._feeds.get(message["topic"])
        if feed is None:
            return
        try:
            envelope = self._registry.decoder.decode(message["body"])
        except msgspec.DecodeError as error:
            logger.warning("an event could not be decoded", topic=message["topic"], reason=str(error))
            return
        place = message.get("place")
        feed.deliver(envelope, self._clock.monotonic(), None if place is None else Place(*place))

    async def _join(self, feed: Feed[Event]) -> None:
        feed.references += 1
        leave = self._leaves.pop(feed.key, None)
        if leave is not None:
            leave.cancel()
        try:
            await self._memberships.join(feed.group)
            if feed.joined_at is None:
                feed.joined_at = self._clock.monotonic()
        except BaseException:
            self.release(feed.key)
            raise

    def _leave_later(self, feed: Feed[Event]) -> None:
        self._leaves[feed.key] = asyncio.get_running_loop().call_later(self._linger, self._forget, feed)

    def _forget(self, feed: Feed[Event]) -> None:
        del self._leaves[feed.key]
        self._memberships.need_no_more(feed.group)
        del self._feeds[feed.key]
        self._tell_observers(feed)

    def _tell_observers(self, feed: Feed[Event]) -> None:
        if isinstance(feed, TopicFeed):
            for observer in self._observers:
                observer()
