"""The hub: the one member of channel-layer groups in a process.

It joins a topic's group when the first reader comes and leaves a little after the last; it decodes an event once and
hands it to the topic's feed. Between two receives it never awaits, so that no layer's queue grows or drops.
One hub belongs to one event loop. It knows neither Django nor an exchange.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from typing import Any, Protocol

import msgspec
import structlog

from streaming import events
from streaming.clock import Clock, SystemClock
from streaming.events import Envelope, Event
from streaming.feeds import Feed
from streaming.topics import Delivery, Topic, TopicRegistry

EVENT_MESSAGE = "event"
REJOIN_SECONDS = 3600.0
"""Some layers end a membership after a day (`group_expiry`); joining again renews it."""
_RETRY_SECONDS = 1.0
_LEAVE_SECONDS = 2.0

Message = Mapping[str, Any]
Listener = Callable[[Message], None]

logger = structlog.get_logger(__name__)


class Layer(Protocol):
    """What the hub uses of a channel layer."""

    async def new_channel(self, prefix: str = ...) -> str:
        """Return a channel name of this process."""
        ...

    async def receive(self, channel: str) -> dict[str, Any]:
        """Wait for the next message on `channel`."""
        ...

    async def group_add(self, group: str, channel: str) -> None:
        """Add `channel` to `group`."""
        ...

    async def group_discard(self, group: str, channel: str) -> None:
        """Take `channel` out of `group`."""
        ...

    async def group_send(self, group: str, message: dict[str, Any]) -> None:
        """Send `message` to every member of `group`."""
        ...


class LastValueReader(Protocol):
    """The cache of last values that all processes share."""

    async def read(self, key: str) -> bytes | None:
        """Return the encoded envelope of the topic `key`, where a fresh one is held."""
        ...


class Hub:
    """See the module. `linger` is how long (in seconds) a group is kept after its last reader left."""

    def __init__(
        self,
        layer: Layer,
        registry: TopicRegistry,
        *,
        last_values: LastValueReader | None = None,
        clock: Clock | None = None,
        linger: float = 3.0,
        maximum_age: float = 5.0,
    ) -> None:
        self._layer = layer
        self._registry = registry
        self._last_values = last_values
        self._clock = clock or SystemClock()
        self._linger = linger
        self._maximum_age = maximum_age
        self._channel = ""
        self._feeds: dict[str, Feed] = {}
        self._joins: dict[str, asyncio.Task[None]] = {}
        self._leaves: dict[str, asyncio.TimerHandle] = {}
        self._leaving: dict[str, asyncio.Task[None]] = {}
        self._listeners: dict[str, list[Listener]] = {}
        self._groups: set[str] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._observers: list[Callable[[], None]] = []

    async def start(self) -> None:
        """Open the process's channel and begin to receive."""
        self._channel = await self._layer.new_channel()
        self._spawn(self._receive_forever())
        self._spawn(self._rejoin_forever())

    async def stop(self) -> None:
        """Leave all groups and stop receiving; calling it twice is harmless."""
        for handle in self._leaves.values():
            handle.cancel()
        await self._leave_all()
        tasks = [*self._tasks, *self._joins.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._feeds.clear()
        self._joins.clear()
        self._leaves.clear()
        self._groups.clear()

    # -- readers ------------------------------------------------------------------------------------------------

    async def acquire(self, topic: Topic) -> Feed:
        """Return the feed of `topic`, having joined its group; each call is matched by one `release`.

        Raise what the layer raises where joining fails; then nothing is to be released. Safe to cancel.
        """
        key = topic.key
        feed = self._feeds.get(key)
        if feed is None:
            feed = self._feeds[key] = Feed(topic, keeps_last_value=self._is_state(topic))
            self._tell_observers()
        feed.references += 1
        self._cancel_leave(key)
        try:
            await asyncio.shield(self._ensure_joined(key))
        except BaseException:
            self.release(topic)
            raise
        return feed

    def release(self, topic: Topic) -> None:
        """Give back what `acquire` gave; the group is left when nobody has come for `linger` seconds."""
        key = topic.key
        feed = self._feeds.get(key)
        if feed is None:  # the hub has stopped
            return
        feed.references -= 1
        if feed.references == 0:
            self._leaves[key] = asyncio.get_running_loop().call_later(self._linger, self._leave, key)

    async def last_value(self, feed: Feed) -> Event | None:
        """Return the topic's newest value that is not older than `maximum_age`, from here or from the shared cache."""
        event = self.known_value(feed)
        if event is not None or self._last_values is None or not self._is_state(feed.topic):
            return event
        body = await self._last_values.read(feed.topic.key)
        return None if body is None else events.decode(body).event

    def known_value(self, feed: Feed) -> Event | None:
        """Return the topic's newest value that this process has seen, if it is not older than `maximum_age`."""
        return feed.last(not_before=self._clock.monotonic() - self._maximum_age)

    @property
    def topics(self) -> frozenset[Topic]:
        """The topics that this process reads now."""
        return frozenset(feed.topic for feed in self._feeds.values())

    def observe(self, observer: Callable[[], None]) -> None:
        """Call `observer` whenever `topics` has changed."""
        self._observers.append(observer)

    # -- messages between processes -----------------------------------------------------------------------------

    async def listen(self, group: str, message_type: str, listener: Listener) -> None:
        """Join `group`, and call `listener` with each message of `message_type`; it must not wait."""
        listeners = self._listeners.setdefault(message_type, [])
        if listener not in listeners:  # it may be tried again after a failure to join
            listeners.append(listener)
        self._groups.add(group)
        await self._layer.group_add(group, self._channel)

    async def send(self, group: str, message: dict[str, Any]) -> None:
        """Send a message to the processes that listen to `group`."""
        await self._layer.group_send(group, message)

    async def publish(self, topic_key: str, envelope: Envelope) -> None:
        """Send an event to every process that reads the topic."""
        await self.publish_encoded(topic_key, events.encode(envelope))

    async def publish_encoded(self, topic_key: str, body: bytes) -> None:
        """Send an event that `events.encode` has encoded."""
        await self._layer.group_send(topic_key, {"type": EVENT_MESSAGE, "topic": topic_key, "body": body})

    # -- inside -------------------------------------------------------------------------------------------------

    def _is_state(self, topic: Topic) -> bool:
        return self._registry[topic.kind].delivery is Delivery.STATE

    async def _receive_forever(self) -> None:
        while True:
            try:
                message = await self._layer.receive(self._channel)
            except Exception as error:  # noqa: BLE001 - whatever a layer raises, the hub must go on receiving
                logger.warning("the channel layer failed to receive; trying again", reason=repr(error))
                await asyncio.sleep(_RETRY_SECONDS)
                continue
            self._handle(message)

    def _handle(self, message: Message) -> None:
        try:
            if message["type"] == EVENT_MESSAGE:
                self._handle_event(message)
            for listener in self._listeners.get(message["type"], ()):
                listener(message)
        except Exception:
            logger.exception("a message could not be handled", message_type=message.get("type"))

    def _handle_event(self, message: Message) -> None:
        feed = self._feeds.get(message["topic"])
        if feed is None:
            return
        try:
            envelope = events.decode(message["body"])
        except msgspec.DecodeError as error:
            logger.warning("an event could not be decoded", topic=message["topic"], reason=str(error))
            return
        feed.deliver(envelope, self._clock.monotonic())

    async def _leave_all(self) -> None:
        """Leave all groups, but don't wait for a layer that hangs: it forgets a lost process by itself."""
        try:
            async with asyncio.timeout(_LEAVE_SECONDS):
                for group in [*self._feeds, *self._groups]:
                    await self._attempt("a group could not be left", group, self._layer.group_discard)
        except TimeoutError:
            logger.warning("the channel layer does not answer; leaving without a word")

    async def _rejoin_forever(self) -> None:
        while True:
            await asyncio.sleep(REJOIN_SECONDS)
            for group in [*self._feeds, *self._groups]:
                await self._attempt("a group could not be joined again", group, self._layer.group_add)

    def _ensure_joined(self, key: str) -> asyncio.Task[None]:
        join = self._joins.get(key)
        if join is None or (join.done() and (join.cancelled() or join.exception() is not None)):
            join = self._joins[key] = asyncio.create_task(self._join(key))
        return join

    async def _join(self, key: str) -> None:
        leaving = self._leaving.get(key)
        if leaving is not None:
            await asyncio.wait([leaving])
        await self._layer.group_add(key, self._channel)

    def _cancel_leave(self, key: str) -> None:
        handle = self._leaves.pop(key, None)
        if handle is not None:
            handle.cancel()

    def _leave(self, key: str) -> None:
        self._leaves.pop(key, None)
        self._feeds.pop(key, None)
        leaving = self._spawn(self._leave_after(self._joins.pop(key, None), key))
        self._leaving[key] = leaving
        leaving.add_done_callback(lambda _: self._leaving.pop(key, None))
        self._tell_observers()

    async def _leave_after(self, join: asyncio.Task[None] | None, key: str) -> None:
        """Leave a group once a join that is still on its way has ended, so that the one can't overtake the other."""
        if join is not None:
            await asyncio.wait([join])
        await self._attempt("a group could not be left", key, self._layer.group_discard)

    async def _attempt(self, complaint: str, group: str, call: Callable[[str, str], Awaitable[None]]) -> None:
        try:
            await call(group, self._channel)
        except Exception as error:  # noqa: BLE001 - whatever a layer raises: it forgets a lost process by itself
            logger.warning(complaint, group=group, reason=repr(error))

    def _tell_observers(self) -> None:
        for observer in self._observers:
            observer()

    def _spawn(self, coroutine: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task
