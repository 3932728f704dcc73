"""What one session is subscribed to: each spelling is a subscription of its own."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import structlog

from streaming.events import Event
from streaming.feeds import Feed
from streaming.frames import Frame
from streaming.gateway import access, errors
from streaming.gateway.dialects.base import Dialect
from streaming.gateway.errors import RefusedError
from streaming.gateway.identity import Identity
from streaming.gateway.outbox import Outbox
from streaming.gateway.request_queue import Request, RequestQueue
from streaming.gateway.surroundings import Surroundings
from streaming.topics import Access, Topic, UnknownChannelError

ANSWERS_AT_A_TIME = 50
"""After so many answers the others of the process have their turn: one message may name thousands of channels."""

Answer = Callable[[str], Awaitable[None]]
Ready = Callable[[tuple[str, ...]], Awaitable[None]]

logger = structlog.get_logger(__name__)


class Subscriptions:
    """The channels of a session.

    Requests are answered in the order in which they came; but one that waits for symbols to be known holds up no other,
    unless it names a channel of the other's.
    """

    def __init__(
        self,
        surroundings: Surroundings,
        *,
        dialect: Dialect,
        outbox: Outbox,
        identity: Identity | None,
        changed: Callable[[], None],
    ) -> None:
        self._hub = surroundings.hub
        self._registry = surroundings.registry
        self._symbols = surroundings.symbols
        self._clock = surroundings.clock
        self._settings = surroundings.settings
        self._dialect = dialect
        self._outbox = outbox
        self._identity = identity
        self._changed = changed
        self._topics: dict[str, Topic] = {}
        self._feeds: dict[str, Feed] = {}
        self._requests = RequestQueue(maximum_names=4 * self._settings.maximum_subscriptions)

    @property
    def channels(self) -> tuple[str, ...]:
        """The channels as the client spelled them, oldest first."""
        return tuple(self._topics)

    @property
    def market_channels(self) -> tuple[str, ...]:
        """Those of the channels that anyone may read."""
        return tuple(
            channel for channel, topic in self._topics.items() if self._registry[topic.kind].access is Access.ANYONE
        )

    def identity_changed(self, identity: Identity) -> None:
        """Take note that somebody has logged in, or renewed the login."""
        self._identity = identity

    async def has_room(self) -> None:
        """Wait until few enough channels wait to be answered; whoever asks for more is not read meanwhile."""
        await self._requests.has_room()

    def subscribe(self, channels: tuple[str, ...]) -> Coroutine[Any, Any, None]:
        """Take a request now, in its place; return the work, which answers for each channel in order.

        One that is refused leaves the others alone. Requests of one session are taken in the order of its messages.
        """
        return self._work(self._requests.add(channels), self._subscribe_or_refuse, ready=self._symbols_are_known)

    def unsubscribe(self, channels: tuple[str, ...]) -> Coroutine[Any, Any, None]:
        """Take a request as `subscribe` does; no frame of a channel comes after the answer that it was given up."""
        return self._work(self._requests.add(channels), self._unsubscribe, ready=_at_once)

    def release_all(self) -> None:
        """Give all channels up without a word."""
        for channel in self.channels:
            self._release(channel)

    async def _work(self, request: Request, answer: Answer, *, ready: Ready) -> None:
        async with self._requests.turn(request, lambda: ready(request.names)):
            for count, channel in enumerate(request.names, start=1):
                await self._outbox.drain()
                await answer(channel)
                if count % ANSWERS_AT_A_TIME == 0:
                    await asyncio.sleep(0)
            self._changed()

    async def _symbols_are_known(self, channels: tuple[str, ...]) -> None:
        """Wait, but not for ever, for symbols to be known where one of the channels names one."""
        if not self._symbols.known and any(self._names_symbol(channel) for channel in channels):
            await self._symbols.wait_until_known(self._settings.symbols_wait_seconds)

    def _names_symbol(self, channel: str) -> bool:
        try:
            return access.names_symbol(self._registry.parse(channel))
        except UnknownChannelError:
            return False

    async def _subscribe_or_refuse(self, channel: str) -> None:
        try:
            await self._subscribe(channel)
        except RefusedError as error:
            self._answer(self._dialect.error(error, channel, self._clock.now_ms()))

    async def _unsubscribe(self, channel: str) -> None:
        self._release(channel)
        self._answer(self._dialect.unsubscribed((channel,), active=len(self._topics), now_ms=self._clock.now_ms()))

    async def _subscribe(self, channel: str) -> None:
        if channel in self._topics:
            self._acknowledge(channel)
            return
        topic = await self._permitted_topic(channel)
        if len(self._topics) >= self._settings.maximum_subscriptions:
            raise errors.subscription_limit(self._settings.maximum_subscriptions)
        if topic.is_market:
            await self._follow(channel, topic)
        else:  # its producer comes with a later part
            self._topics[channel] = topic
            self._acknowledge(channel)

    async def _permitted_topic(self, channel: str) -> Topic:
        try:
            topic = self._registry.parse(channel)
        except UnknownChannelError:
            raise errors.unknown_channel(channel) from None
        topic = await access.permitted(topic, self._identity, self._registry)
        if access.names_symbol(topic):
            if not self._symbols.known:
                raise errors.unavailable()
            access.check_symbol(topic, self._symbols)
        return topic

    async def _follow(self, channel: str, topic: Topic) -> None:
        """Join first, then answer, then tell the last value; nothing newer can slip in between the last two."""
        feed = await self._join(topic)
        value = await self._last_value(feed)
        self._topics[channel] = topic
        self._feeds[channel] = feed
        self._acknowledge(channel)
        if value is not None:
            self._outbox.push(self._dialect.encode(value, channel))
        feed.attach(self._dialect, channel, self._outbox)

    async def _join(self, topic: Topic) -> Feed:
        try:
            return await self._hub.acquire(topic)
        except Exception as error:
            logger.warning("a topic could not be joined", topic=topic.key, reason=repr(error))
            raise errors.unavailable() from error

    async def _last_value(self, feed: Feed) -> Event | None:
        """Return the newest value known anywhere; a cache that fails costs the client that value and nothing else."""
        try:
            cached = await self._hub.last_value(feed)
        except asyncio.CancelledError:
            self._hub.release(feed.topic)
            raise
        except Exception as error:  # noqa: BLE001 - whatever the cache raises
            logger.warning("the last value could not be read", topic=feed.topic.key, reason=repr(error))
            cached = None
        return self._hub.known_value(feed) or cached

    def _acknowledge(self, channel: str) -> None:
        self._answer(self._dialect.subscribed((channel,), active=len(self._topics), now_ms=self._clock.now_ms()))

    def _answer(self, frame: Frame) -> None:
        self._outbox.push([frame])

    def _release(self, channel: str) -> None:
        self._topics.pop(channel, None)
        feed = self._feeds.pop(channel, None)
        if feed is not None:
            feed.detach(self._dialect, channel, self._outbox)
            self._hub.release(feed.topic)


async def _at_once(channels: tuple[str, ...]) -> None:
    """Nothing is waited for."""
