"""What one session is subscribed to: each spelling is a subscription of its own."""

import asyncio
from collections.abc import Callable

import structlog

from streaming.events import Event
from streaming.feeds import Feed
from streaming.frames import Frame
from streaming.gateway import access, errors
from streaming.gateway.dialects.base import Dialect
from streaming.gateway.errors import RefusedError
from streaming.gateway.identity import Identity
from streaming.gateway.outbox import Outbox
from streaming.gateway.surroundings import Surroundings
from streaming.topics import Topic, UnknownChannelError

logger = structlog.get_logger(__name__)


class Subscriptions:
    """The channels of a session. Requests are answered in the order in which they came."""

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
        self._feeds: dict[str, Feed | None] = {}
        self._turn = asyncio.Lock()

    @property
    def channels(self) -> tuple[str, ...]:
        """The channels as the client spelled them, oldest first."""
        return tuple(self._feeds)

    @property
    def market_channels(self) -> tuple[str, ...]:
        """Those of the channels that are the market's."""
        return tuple(channel for channel, feed in self._feeds.items() if feed is not None)

    async def subscribe(self, channels: tuple[str, ...]) -> None:
        """Subscribe each channel and answer for it, in order; one that is refused leaves the others alone."""
        async with self._turn:
            for channel in channels:
                await self._outbox.drain()
                try:
                    await self._subscribe(channel)
                except RefusedError as error:
                    self._answer(self._dialect.error(error, channel, self._clock.now_ms()))
            self._changed()

    async def unsubscribe(self, channels: tuple[str, ...]) -> None:
        """Give each channel up and answer for it; no frame of it comes after the answer."""
        async with self._turn:
            for channel in channels:
                await self._outbox.drain()
                self._release(channel)
                self._answer(self._dialect.unsubscribed(channel, self._clock.now_ms()))
            self._changed()

    def release_all(self) -> None:
        """Give all channels up without a word."""
        for channel in self.channels:
            self._release(channel)

    async def _subscribe(self, channel: str) -> None:
        if channel in self._feeds:
            self._acknowledge(channel)
            return
        topic = await self._permitted_topic(channel)
        if len(self._feeds) >= self._settings.maximum_subscriptions:
            raise errors.subscription_limit(self._settings.maximum_subscriptions)
        if topic.is_market:
            await self._follow(channel, topic)
        else:  # its producer comes with a later part
            self._feeds[channel] = None
            self._acknowledge(channel)

    async def _permitted_topic(self, channel: str) -> Topic:
        try:
            topic = self._registry.parse(channel)
        except UnknownChannelError:
            raise errors.unknown_channel(channel) from None
        access.check(topic, self._identity, self._registry)
        if access.names_symbol(topic):
            if not await self._symbols.wait_until_known(self._settings.symbols_wait_seconds):
                raise errors.unavailable()
            access.check_symbol(topic, self._symbols)
        return topic

    async def _follow(self, channel: str, topic: Topic) -> None:
        """Join first, then answer, then tell the last value; nothing newer can slip in between the last two."""
        feed = await self._join(topic)
        value = await self._last_value(feed)
        self._feeds[channel] = feed
        self._acknowledge(channel)
        if value is not None:
            self._outbox.push(self._dialect.encode(value, channel))
        feed.attach(self._dialect, channel, self._outbox)

    async def _join(self, topic: Topic) -> Feed:
        try:
            return await self._hub.acquire(topic)
        except Exception as error:
            logger.exception("a topic could not be joined", topic=topic.key)
            raise errors.unavailable() from error

    async def _last_value(self, feed: Feed) -> Event | None:
        """Return the newest value known anywhere; a cache that fails costs the client that value and nothing else."""
        try:
            cached = await self._hub.last_value(feed)
        except asyncio.CancelledError:
            self._hub.release(feed.topic)
            raise
        except Exception:
            logger.exception("the last value could not be read", topic=feed.topic.key)
            cached = None
        return self._hub.known_value(feed) or cached

    def _acknowledge(self, channel: str) -> None:
        self._answer(self._dialect.subscribed(channel, self._clock.now_ms()))

    def _answer(self, frame: Frame) -> None:
        self._outbox.push([frame])

    def _release(self, channel: str) -> None:
        feed = self._feeds.pop(channel, None)
        if feed is not None:
            feed.detach(self._dialect, channel, self._outbox)
            self._hub.release(feed.topic)
