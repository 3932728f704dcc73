"""The hub: the one member of channel-layer groups in a process.

It joins a feed's group when the first subscriber comes and leaves a little after the last; it decodes an event once and
hands it to the feed. Several feeds may share a group. Between two receives it never awaits, so that no layer's queue
grows or drops. One hub belongs to one event loop. It knows neither Django nor an exchange.
"""

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Sequence
from functools import partial
from typing import Any, TypeVar, overload

import msgspec
import structlog

from streaming.clock import Clock, SystemClock
from streaming.event_history.adding import HistoryWriter
from streaming.event_history.history import EventHistory, Place, Position
from streaming.events import Envelope, Event, Resync, UserEvent
from streaming.fan_out.channel_ends import ENDS_GROUP, ENDS_MESSAGE, ChannelEnds, ends_in
from streaming.fan_out.dotted_feed import DottedFeed, DottedGroup
from streaming.fan_out.event_cache import EventCache, LastValueCache
from streaming.fan_out.feed import Feed
from streaming.fan_out.memberships import Memberships
from streaming.fan_out.missed_events import MissedEvents
from streaming.fan_out.missed_frames import MissedFrames
from streaming.fan_out.publishing import EVENT_MESSAGE, EventPublishing
from streaming.fan_out.topic_feed import TopicFeed
from streaming.layer.channel_layer import (
    ANY_HOST,
    RECONNECTED_MESSAGE,
    HandingLayer,
    Layer,
    Listener,
    Message,
    send_all,
    sharded,
)
from streaming.layer.cut_offs import GatheredCutOffs, SharedCutOffs
from streaming.topics.patterns import WILDCARD
from streaming.topics.registry import TopicRegistry
from streaming.topics.topic import Topic

_RETRY_SECONDS = 1.0
_LEAVE_SECONDS = 2.0
_MENDS_AT_ONCE = 16
_ON_THE_WAY_SECONDS = 0.5
"""So long a message may be on its way: who joined a group shortly before hears it, or doesn't."""

_Value = TypeVar("_Value", bound=Event)
Mended = Callable[[Sequence[tuple[Envelope, Place]] | None, int], None]

logger = structlog.get_logger(__name__)


class Hub:
    """Brings topics' events to their subscribers in this process.

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
        self._layer = layer
        self._sharded = sharded(layer)
        self._registry = registry
        self._last_values = EventCache(last_values, registry)
        self._keeps_history = history is not None
        self.missed_frames = MissedFrames(registry)
        self._clock = clock or SystemClock()
        writer = None if history is None else HistoryWriter(history, self._clock)
        self._ends = None if history is None else ChannelEnds(layer, self._clock)
        self._publishing = EventPublishing(layer, registry, self._last_values, writer, self._ends)
        self._mends_at_once = asyncio.Semaphore(_MENDS_AT_ONCE)
        self.missed_events = MissedEvents(history, registry)
        self._linger = linger
        self._maximum_age = maximum_age
        self._memberships = Memberships(layer)
        self._feeds: dict[str, TopicFeed | DottedFeed] = {}
        self._leaves: dict[str, asyncio.TimerHandle] = {}
        self._listeners: dict[str, list[Listener]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._observers: list[Callable[[], None]] = []
        self._cut_offs = {
            host: GatheredCutOffs(partial(self._tell_cut_off, host), seconds=cut_off_pause)
            for host in {ANY_HOST, *self.hosts}
        }
        self._shared_cut_offs = SharedCutOffs(self.hosts)
        self._cut_off_observers: list[Callable[[str], None]] = []

    async def start(self) -> None:
        """Open the process's channel and begin to receive."""
        channel = self._memberships.channel = await self._layer.new_channel()
        if isinstance(self._layer, HandingLayer):
            await self._layer.hand_over(channel, self._handle)
        else:
            self._spawn(self._receive_forever())
        self._spawn(self._memberships.rejoin_forever())
        if self._keeps_history:
            self._spawn(self._listen_to_ends())

    async def stop(self) -> None:
        """Leave all groups and stop receiving; calling it twice is harmless."""
        self._feeds.clear()
        for handle in self._leaves.values():
            handle.cancel()
        self._leaves.clear()
        self.missed_frames.forget()
        await self.missed_events.stop()
        await self._memberships.leave_all()
        await self._hear_no_more()
        await self._publishing.stop()
        if self._ends is not None:
            await self._ends.stop()
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for cut_offs in self._cut_offs.values():
            cut_offs.stop()

    # -- hosts of the layer -------------------------------------------------------------------------------------

    @property
    def hosts(self) -> tuple[str, ...]:
        """The names of the layer's hosts; `ANY_HOST` alone where it has not several."""
        return (ANY_HOST,) if self._sharded is None else self._sharded.hosts

    def host_of(self, group: str) -> str:
        """Return the host at which a group is; `ANY_HOST` for one that is on every host."""
        return ANY_HOST if self._sharded is None else self._sharded.host_of(group)

    def hosts_of(self, event: Event, owner: str = "") -> frozenset[str]:
        """Return the hosts over which an event is told; those of what is on every host aside.

        Raise what `TopicRegistry.destination_of` raises.
        """
        its_owner = owner if isinstance(event, UserEvent) else ""
        destination = self._registry.destination_of(event, its_owner)
        groups = (group for group, _ in (*destination.feeds, *destination.further))
        return frozenset(map(self.host_of, groups)) - {ANY_HOST}

    async def send_at(self, host: str, group: str, message: dict[str, Any]) -> None:
        """Send a message to the processes that listen to `group`, over one of `hosts`."""
        if self._sharded is None or host == ANY_HOST:
            await self.send(group, message)
        else:
            await self._sharded.group_send_at(host, group, message)

    # -- subscribers --------------------------------------------------------------------------------------------

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
        self._cut_off_observers.append(observer)

    def group_of_named(self, topic: Topic) -> DottedGroup:
        """Return the group that carries a dotted name of the user `topic.owner`: what the user owns, and no other's.

        Raise `ValueError` for a name that no app has declared, for one without an owner, and for a pattern.
        """
        groups = self._registry.dotted.groups_of_reader(topic.name, topic.owner)
        if not topic.owner or not groups or WILDCARD in topic.name:
            raise ValueError(f"no name of a user's own: {topic.name}")
        return DottedGroup(groups[0])

    # -- messages between processes -----------------------------------------------------------------------------

    async def listen(self, group: str, message_type: str, listener: Listener) -> None:
        """Join `group`, and call `listener` with each message of `message_type`; it must not wait."""
        listeners = self._listeners.setdefault(message_type, [])
        if listener not in listeners:  # it may be tried again after a failure to join
            listeners.append(listener)
            self._memberships.need(group)
        await self._memberships.join(group)

    async def send(self, group: str, message: dict[str, Any]) -> None:
        """Send a message to the processes that listen to `group`."""
        await self._layer.group_send(group, message)

    async def send_all(self, sends: Sequence[tuple[str, Message]]) -> None:
        """Send each message to its group, by as few calls as the layer has: the way on which events go together."""
        await send_all(self._layer, sends)

    def channel_of(self, event: Event, owner: str = "") -> str:
        """Return what tells apart the channels on which events are told, as their subscribers know them.

        Of a dotted name it doesn't tell whose it is. Raise what `TopicRegistry.destination_of` raises.
        """
        its_owner = owner if isinstance(event, UserEvent) else ""
        return self._registry.destination_of(event, its_owner).value_key

    async def publish(
        self, event: Event, *, owner: str = "", epoch: int = 0, sequence: int = 0, stored: int = 0
    ) -> None:
        """Send an event to whoever reads what its app declared it for, and keep it where it is a state.

        `owner` is the id of the user whose event it is; that of a dotted name tells its owner itself. `epoch` is the
        fencing number of a producer that holds a lease, `sequence` its count on the channel, `stored` an id under which
        the event may be published again. Raise what the layer and `TopicRegistry.destination_of` raise.
        """
        if owner and not isinstance(event, UserEvent):
            raise ValueError(f"it is nobody's own, or names its owner itself: {type(event).__name__}")
        await self._publishing.publish([(Envelope(epoch=epoch, sequence=sequence, event=event, stored=stored), owner)])

    async def publish_all(self, envelopes: Iterable[Envelope], *, owner: str = "") -> None:
        """Send many events by as few calls as the layer has.

        `owner` is the id of the user whose those are that don't name their owner themselves. Raise what `publish`
        raises; then some of them may have been sent.
        """
        await self.publish_owned((envelope, owner) for envelope in envelopes)

    async def publish_owned(self, owned: Iterable[tuple[Envelope, str]]) -> None:
        """Send events of several owners, each with its owner's id, as `publish_all` sends those of one."""
        await self._publishing.publish(owned)

    async def publish_encoded(self, topic_key: str, body: bytes, place: Place | None = None) -> None:
        """Send what `events.encode` has encoded to every process that reads the topic, which has a group of its own.

        `place` is where it stands in the topic's history, where it was added to that.
        """
        await self._publishing.publish_encoded(topic_key, body, place)

    # -- inside -------------------------------------------------------------------------------------------------

    def _new_feed(self, source: Topic | DottedGroup) -> TopicFeed | DottedFeed:
        if isinstance(source, DottedGroup):
            key_of = partial(self._registry.dotted.history_in, source.key)
            return DottedFeed(source, key_of=key_of, mend=self._begin_mending_channel if self._keeps_history else None)
        mend = self._begin_mending if self._keeps_history else None
        return TopicFeed(source, keeps_value=self._registry.is_state(source), mend=mend)

    def _begin_mending(self, feed: TopicFeed, since: Position) -> None:
        self._spawn(self._mend(feed.key, since, feed.mended))

    def _begin_mending_channel(self, feed: DottedFeed, key: str, since: Position) -> None:
        self._spawn(self._mend(key, since, partial(feed.mended, key)))

    async def _mend(self, key: str, since: Position, mended: Mended) -> None:
        """Give a feed what the layer lost, where the history has all of it."""
        lost = None
        try:
            async with self._mends_at_once:
                lost = await self.missed_events.lost(key, since)
        finally:
            mended(lost, self._clock.now_ms())

    async def _hear_no_more(self) -> None:
        if not isinstance(self._layer, HandingLayer) or not self._memberships.channel:
            return
        try:
            async with asyncio.timeout(_LEAVE_SECONDS):
                await self._layer.take_back(self._memberships.channel)
        except Exception as error:  # noqa: BLE001 - whatever a layer raises: it forgets a lost process by itself
            logger.warning("the channel layer could not be told that nobody listens", reason=repr(error))

    async def _receive_forever(self) -> None:
        while True:
            try:
                message = await self._layer.receive(self._memberships.channel)
            except Exception as error:  # noqa: BLE001 - whatever a layer raises, the hub must go on receiving
                logger.warning("the channel layer failed to receive; trying again", reason=repr(error))
                await asyncio.sleep(_RETRY_SECONDS)
                continue
            self._handle(message)

    def _handle(self, message: Message) -> None:
        try:
            if message["type"] == EVENT_MESSAGE:
                self._handle_event(message)
            elif message["type"] == RECONNECTED_MESSAGE:
                self._handle_cut_off(message.get("host", ANY_HOST), message["since"])
            for listener in self._listeners.get(message["type"], ()):
                listener(message)
        except Exception:
            logger.exception("a message could not be handled", message_type=message.get("type"))

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

    async def _listen_to_ends(self) -> None:
        while True:
            try:
                await self.listen(ENDS_GROUP, ENDS_MESSAGE, self._hear_ends)
            except Exception as error:  # noqa: BLE001 - whatever a layer raises
                logger.warning("the channel layer can't be joined; trying again", reason=repr(error))
                await asyncio.sleep(_RETRY_SECONDS)
            else:
                return

    def _hear_ends(self, message: Message) -> None:
        now = self._clock.monotonic()
        for end in ends_in(message):
            feed = self._feeds.get(end.feed)
            if feed is not None and feed.joined_at is not None:
                feed.reach(end, was_there=feed.joined_at < now - end.age - _ON_THE_WAY_SECONDS)

    def _handle_cut_off(self, host: str, since: int) -> None:
        self._note_cut_off(host, since)
        if host != ANY_HOST:
            none_heard_since = self._shared_cut_offs.note(host, since, self._clock.now_ms())
            if none_heard_since is not None:
                self._note_cut_off(ANY_HOST, none_heard_since)

    def _note_cut_off(self, host: str, since: int) -> None:
        for feed in self._feeds_at(host):
            feed.cut_off(since)
        self._cut_offs[host].note(since)

    def _tell_cut_off(self, host: str, since: int) -> None:
        now_ms = self._clock.now_ms()
        resync = Resync(time=now_ms, start=since, end=now_ms, complete=False)
        for feed in self._feeds_at(host):
            feed.tell_cut_off(resync)
        for observer in self._cut_off_observers:
            observer(host)

    def _feeds_at(self, host: str) -> list[TopicFeed | DottedFeed]:
        return [feed for feed in self._feeds.values() if self.host_of(feed.group) == host]

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

    def _spawn(self, coroutine: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task
