"""The hub: the one member of channel-layer groups in a process.

It joins a topic's group when the first reader comes and leaves a little after the last; it decodes an event once and
hands it to the topic's feed. Several topics may share a group. Between two receives it never awaits, so that no layer's
queue grows or drops. One hub belongs to one event loop. It knows neither Django nor an exchange.
"""

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from itertools import chain
from typing import Any

import msgspec
import structlog

from streaming import destinations, events
from streaming.clock import Clock, SystemClock
from streaming.events import Envelope, Event, NamedEvent, NamedUpdate, Resync, UserUpdate
from streaming.fan_out.dotted_feed import DottedFeed
from streaming.fan_out.event_cache import EventCache, LastValueCache
from streaming.fan_out.memberships import Memberships
from streaming.fan_out.topic_feed import TopicFeed
from streaming.layer.channel_layer import RECONNECTED_MESSAGE, HandingLayer, Layer, Listener, Message
from streaming.layer.cut_offs import GatheredCutOffs
from streaming.topics import Delivery, Topic, TopicRegistry

EVENT_MESSAGE = "event"
_RETRY_SECONDS = 1.0
_LEAVE_SECONDS = 2.0

AnyFeed = TopicFeed | DottedFeed

logger = structlog.get_logger(__name__)


class Hub:
    """See the module. `linger` is how long (in seconds) a group is kept after its last reader left.

    Cuts of the layer that follow each other within `cut_off_pause` seconds are told as one.
    """

    def __init__(
        self,
        layer: Layer,
        registry: TopicRegistry,
        *,
        last_values: LastValueCache | None = None,
        clock: Clock | None = None,
        linger: float = 3.0,
        maximum_age: float = 5.0,
        cut_off_pause: float = 1.0,
    ) -> None:
        self._layer = layer
        self._registry = registry
        self._last_values = EventCache(last_values)
        self._clock = clock or SystemClock()
        self._linger = linger
        self._maximum_age = maximum_age
        self._memberships = Memberships(layer)
        self._feeds: dict[str, TopicFeed] = {}
        self._named: dict[str, DottedFeed] = {}
        self._leaves: dict[str, asyncio.TimerHandle] = {}
        self._listeners: dict[str, list[Listener]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._observers: list[Callable[[], None]] = []
        self._cut_offs = GatheredCutOffs(self._tell_cut_off, seconds=cut_off_pause)
        self._cut_off_observers: list[Callable[[], None]] = []

    async def start(self) -> None:
        """Open the process's channel and begin to receive."""
        channel = self._memberships.channel = await self._layer.new_channel()
        if isinstance(self._layer, HandingLayer):
            await self._layer.hand_over(channel, self._handle)
        else:
            self._spawn(self._receive_forever())
        self._spawn(self._memberships.rejoin_forever())

    async def stop(self) -> None:
        """Leave all groups and stop receiving; calling it twice is harmless."""
        self._feeds.clear()
        self._named.clear()
        for handle in self._leaves.values():
            handle.cancel()
        self._leaves.clear()
        await self._memberships.leave_all()
        await self._hear_no_more()
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._cut_offs.stop()

    # -- readers ------------------------------------------------------------------------------------------------

    async def acquire(self, topic: Topic) -> TopicFeed:
        """Return the feed of `topic`, having joined its group; each call is matched by one `release`.

        Raise what the layer raises where joining fails; then nothing is to be released. Safe to cancel.
        """
        feed = self._feeds.get(topic.key)
        if feed is None:
            feed = self._feeds[topic.key] = TopicFeed(topic, keeps_last_value=self._is_state(topic))
            self._memberships.need(topic.group)
            self._tell_observers()
        await self._join(feed)
        return feed

    async def acquire_named(self, group: str) -> DottedFeed:
        """Return the feed of a group of dotted names, having joined it, as `acquire` does."""
        feed = self._named.get(group)
        if feed is None:
            feed = self._named[group] = DottedFeed(group, maximum_age=self._maximum_age)
            self._memberships.need(group)
        await self._join(feed)
        return feed

    def release(self, key: str) -> None:
        """Give back the feed of that key, once for each time it was acquired.

        Its group is left when nobody has come for `linger` seconds.
        """
        feed = self._known(key)
        if feed is None:  # the hub has stopped
            return
        feed.references -= 1
        if feed.references == 0:
            self._leave_later(feed)

    async def last_value(self, feed: TopicFeed) -> Event | None:
        """Return the topic's newest value that is not older than `maximum_age`, from here or from the shared cache."""
        event = self.known_value(feed)
        if event is not None or not self._is_state(feed.topic):
            return event
        return await self._last_values.read(feed.topic.key)

    def known_value(self, feed: TopicFeed) -> Event | None:
        """Return the topic's newest value that this process has seen, if it is not older than `maximum_age`."""
        return feed.last(not_before=self._clock.monotonic() - self._maximum_age)

    async def stored_named_value(self, channel: str) -> NamedUpdate | None:
        """Return the newest value of a dotted channel from the shared cache, if that holds a fresh one."""
        event = await self._last_values.read(destinations.key_of_named(channel))
        return event if isinstance(event, NamedEvent) else None

    def known_named_values(self, feed: DottedFeed) -> list[NamedUpdate]:
        """Return the newest values of a group's state channels that are not older than `maximum_age`, oldest first."""
        return feed.held(self._clock.monotonic())

    @property
    def topics(self) -> frozenset[Topic]:
        """The topics that this process reads now, dotted names aside."""
        return frozenset(feed.topic for feed in self._feeds.values())

    @property
    def named_groups(self) -> frozenset[str]:
        """The groups of dotted names that this process reads now."""
        return frozenset(self._named)

    def observe(self, observer: Callable[[], None]) -> None:
        """Call `observer` whenever `topics` has changed."""
        self._observers.append(observer)

    def observe_cut_offs(self, observer: Callable[[], None]) -> None:
        """Call `observer` whenever this process hears the layer again, and may have missed what was sent before."""
        self._cut_off_observers.append(observer)

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

    async def publish(self, topic_key: str, envelope: Envelope) -> None:
        """Send an event to every process that reads the topic, which has a group of its own."""
        await self.publish_encoded(topic_key, events.encode(envelope))

    async def publish_encoded(self, topic_key: str, body: bytes) -> None:
        """Send an event that `events.encode` has encoded."""
        await self._layer.group_send(topic_key, {"type": EVENT_MESSAGE, "topic": topic_key, "body": body})

    async def publish_user(self, event: UserUpdate, user_id: str, *, epoch: int = 0, sequence: int = 0) -> None:
        """Send one user's event to whoever reads that topic; raise what the layer raises.

        `epoch` is the fencing number of a producer that holds a lease, `sequence` its count on the topic.
        """
        topic = destinations.topic_of_user_event(event, user_id)
        body = events.encode(Envelope(epoch=epoch, sequence=sequence, event=event))
        await self._layer.group_send(topic.group, {"type": EVENT_MESSAGE, "topic": topic.key, "body": body})
        await self._last_values.hold(topic.key, event, body)

    async def publish_named(self, event: NamedUpdate, *, epoch: int = 0, sequence: int = 0) -> None:
        """Send the event of a dotted channel to its owner's readers and to staff, as `publish_user` does."""
        body = events.encode(Envelope(epoch=epoch, sequence=sequence, event=event))
        for group in destinations.groups_of_event(event):
            await self.publish_encoded(group, body)
        await self._last_values.hold(destinations.key_of_named(event.channel), event, body)

    # -- inside -------------------------------------------------------------------------------------------------

    def _is_state(self, topic: Topic) -> bool:
        return self._registry[topic.kind].delivery is Delivery.STATE

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
                self._handle_cut_off(message["since"])
            for listener in self._listeners.get(message["type"], ()):
                listener(message)
        except Exception:
            logger.exception("a message could not be handled", message_type=message.get("type"))

    def _handle_event(self, message: Message) -> None:
        feed = self._known(message["topic"])
        if feed is None:
            return
        try:
            envelope = events.decode(message["body"])
        except msgspec.DecodeError as error:
            logger.warning("an event could not be decoded", topic=message["topic"], reason=str(error))
            return
        feed.deliver(envelope, self._clock.monotonic())

    def _handle_cut_off(self, since: int) -> None:
        for feed in self._all_feeds():
            feed.cut_off(since)
        self._cut_offs.note(since)

    def _tell_cut_off(self, since: int) -> None:
        now_ms = self._clock.now_ms()
        resync = Resync(time=now_ms, start=since, end=now_ms, complete=False)
        for feed in self._all_feeds():
            feed.tell_cut_off(resync)
        for observer in self._cut_off_observers:
            observer()

    def _known(self, key: str) -> AnyFeed | None:
        return self._feeds.get(key) or self._named.get(key)

    def _all_feeds(self) -> Iterator[AnyFeed]:
        return chain(self._feeds.values(), self._named.values())

    async def _join(self, feed: AnyFeed) -> None:
        feed.references += 1
        leave = self._leaves.pop(feed.key, None)
        if leave is not None:
            leave.cancel()
        try:
            await self._memberships.join(feed.group)
        except BaseException:
            self.release(feed.key)
            raise

    def _leave_later(self, feed: AnyFeed) -> None:
        self._leaves[feed.key] = asyncio.get_running_loop().call_later(self._linger, self._forget, feed)

    def _forget(self, feed: AnyFeed) -> None:
        del self._leaves[feed.key]
        self._memberships.need_no_more(feed.group)
        if isinstance(feed, DottedFeed):
            del self._named[feed.key]
        else:
            del self._feeds[feed.key]
            self._tell_observers()

    def _tell_observers(self) -> None:
        for observer in self._observers:
            observer()

    def _spawn(self, coroutine: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task
