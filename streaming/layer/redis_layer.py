"""The channel layer over Redis, which hands on at once what comes, and tells when it hears again after a cut.

Redis keeps nothing for who isn't there, so what was sent meanwhile is gone. `channels_redis` documents `on_reconnect`
for this, and never heeds it: redis-py connects and subscribes anew without a word. Here each channel gets
`{"type": on_reconnect, "since": ms}`, behind all that came before and before all that comes after.
"""

from collections.abc import Callable, Sequence
from typing import Any

import structlog

# channels_redis has no types.
from channels_redis.pubsub import (  # type: ignore[import-untyped]
    RedisPubSubChannelLayer,
    RedisPubSubLoopLayer,
    RedisSingleShardConnection,
)

from streaming.clock import SystemClock
from streaming.layer.cancelling import heeding_cancellation
from streaming.layer.channel_layer import RECONNECTED_MESSAGE, Message
from streaming.layer.redis_subscriptions import RedisSubscriptions
from streaming.layer.reset_connections import tell_resets_as_outages

_PUBLISH_ALL = "for place, channel in ipairs(KEYS) do redis.call('PUBLISH', channel, ARGV[place]) end"
"""One command for any number of messages: a pipeline's replies cost the client more than the messages themselves."""
_clock = SystemClock()
logger = structlog.get_logger(__name__)


class RedisLayer(RedisPubSubChannelLayer):  # type: ignore[misc]
    """A channel layer that tells each channel of a cut.

    `since` is when the channel's Redis was last heard of before, in ms since the epoch.
    """

    def __init__(self, *args: Any, on_reconnect: str = RECONNECTED_MESSAGE, **options: Any) -> None:
        super().__init__(*args, on_reconnect=on_reconnect, **options)

    async def hand_over(self, channel: str, handle: Callable[[Message], None]) -> None:
        """Call `handle` with each message that comes to `channel`, one of this process; nobody may `receive` on it.

        `handle` must neither wait nor raise.
        """
        self._get_layer().channels[channel] = _HandedOver(self.deserialize, handle)

    async def take_back(self, channel: str) -> None:
        """Call nobody any more with what comes to `channel`."""
        layer = self._get_layer()
        if layer.channels.pop(channel, None) is not None:
            await layer._get_shard(channel).unsubscribe(channel)  # noqa: SLF001 - as `receive` does when it is cancelled

    async def group_send_all(self, sends: Sequence[tuple[str, Message]]) -> None:
        """Send each message to its group; those that go to the same Redis in one call, in this order."""
        layer = self._get_layer()
        by_host: dict[_Host, list[tuple[str, bytes]]] = {}
        for group, message in sends:
            channel = layer._get_group_channel_name(group)  # noqa: SLF001 - as its `group_send` does
            host = layer._get_shard(channel)  # noqa: SLF001
            by_host.setdefault(host, []).append((channel, self.serialize(message)))
        for host, bodies in by_host.items():
            await host.publish_all(bodies)

    def _get_layer(self) -> RedisPubSubLoopLayer:
        layer = super()._get_layer()
        if not isinstance(layer._shards[0], _Host):  # noqa: SLF001 - it has just been made
            layer._shards = [_Host(shard.host, layer) for shard in layer._shards]  # noqa: SLF001
        return layer


class _HandedOver:
    """Stands where `channels_redis` keeps a channel's queue."""

    def __init__(self, read: Callable[[bytes], Message], handle: Callable[[Message], None]) -> None:
        self._read = read
        self._handle = handle

    def put_nowait(self, body: bytes) -> None:
        try:
            message = self._read(body)
        except Exception as error:  # noqa: BLE001 - whatever a serializer raises: anybody may have sent it
            logger.warning("a message of the channel layer could not be read", reason=repr(error))
            return
        if not isinstance(message, dict):
            logger.warning("a message of the channel layer is none", message_type=type(message).__name__)
            return
        self._handle(message)


class _Host(RedisSingleShardConnection):  # type: ignore[misc]
    """The connections to one Redis: one that listens, and those that send."""

    def _ensure_redis(self) -> None:
        is_new = self._redis is None
        super()._ensure_redis()
        if is_new:
            tell_resets_as_outages(self._redis.connection_pool)
            self._publish_together = self._redis.register_script(_PUBLISH_ALL)
            self._pubsub = RedisSubscriptions(
                self._redis.connection_pool, receive=self._receive, reconnected=self._tell_all, clock=_clock
            )

    def _ensure_receiver(self) -> None:
        """There is no task that receives."""

    async def publish_all(self, bodies: Sequence[tuple[str, bytes]]) -> None:
        """Publish each of them to its channel."""
        if not bodies:
            return
        channels, messages = zip(*bodies, strict=True)
        async with self._lock:
            self._ensure_redis()
            await heeding_cancellation(self._publish_together(keys=channels, args=messages))

    async def flush(self) -> None:
        listening = self._pubsub
        try:
            await super().flush()  # which waits for whoever is just subscribing
        finally:
            if listening is not None:
                await listening.close()

    def _receive(self, name: str, body: bytes) -> None:
        self._receive_message({"channel": name, "data": body})

    def _tell_all(self, since: int) -> None:
        logger.warning(
            "cut off from the channel layer for a while; what was sent is lost",
            seconds=(_clock.now_ms() - since) / 1000,
        )
        layer = self.channel_layer
        body = layer.channel_layer.serialize({"type": layer.on_reconnect, "since": since})
        for waiting in list(layer.channels.values()):
            waiting.put_nowait(body)
