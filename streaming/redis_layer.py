"""The channel layer over Redis, which tells its channels when it hears again after it was cut off.

Redis keeps nothing for who isn't there, so what was sent meanwhile is gone. `channels_redis` documents `on_reconnect`
for this, and never heeds it: redis-py connects and subscribes anew without a word. Here each channel gets
`{"type": on_reconnect, "since": ms}`, behind all that came before and before all that comes after.
"""

from collections.abc import Callable
from typing import Any

import structlog

# channels_redis has no types.
from channels_redis.pubsub import (  # type: ignore[import-untyped]
    RedisPubSubChannelLayer,
    RedisPubSubLoopLayer,
    RedisSingleShardConnection,
)
from redis.asyncio.client import PubSub
from redis.asyncio.connection import Connection, ConnectionPool

from streaming.clock import SystemClock
from streaming.hub import RECONNECTED_MESSAGE

_clock = SystemClock()
logger = structlog.get_logger(__name__)


class RedisLayer(RedisPubSubChannelLayer):  # type: ignore[misc]
    """See the module. `since` is when the channel's Redis was last heard of before, in ms since the epoch."""

    def __init__(self, *args: Any, on_reconnect: str = RECONNECTED_MESSAGE, **options: Any) -> None:
        super().__init__(*args, on_reconnect=on_reconnect, **options)

    def _get_layer(self) -> RedisPubSubLoopLayer:
        layer = super()._get_layer()
        if not isinstance(layer._shards[0], _Host):  # noqa: SLF001 - it has just been made
            layer._shards = [_Host(shard.host, layer) for shard in layer._shards]  # noqa: SLF001
        return layer


class _Host(RedisSingleShardConnection):  # type: ignore[misc]
    """The connections to one Redis: one that listens, and those that send."""

    def __init__(self, host: dict[str, Any], layer: RedisPubSubLoopLayer) -> None:
        super().__init__(host, layer)
        self._heard_at = _clock.now_ms()

    def _ensure_redis(self) -> None:
        is_new = self._redis is None
        super()._ensure_redis()
        if is_new:
            self._pubsub = _Listening(self._redis.connection_pool, self._tell_all)

    def _receive_message(self, message: dict[str, Any] | None) -> None:
        if message is not None:
            self._heard_at = _clock.now_ms()
            super()._receive_message(message)

    def _tell_all(self) -> None:
        seconds = (_clock.now_ms() - self._heard_at) / 1000
        logger.warning("cut off from the channel layer for a while; what was sent is lost", seconds=seconds)
        layer = self.channel_layer
        body = layer.channel_layer.serialize({"type": layer.on_reconnect, "since": self._heard_at})
        for waiting in layer.channels.values():
            waiting.put_nowait(body)


class _Listening(PubSub):
    """What is subscribed on one connection; `heard_again` is called once Redis has confirmed it after a new connect."""

    def __init__(self, pool: ConnectionPool, heard_again: Callable[[], None]) -> None:
        super().__init__(pool)
        self._heard_again = heard_again
        self._is_anew = False

    async def on_connect(self, connection: Connection) -> None:
        """Subscribe anew; it isn't called for the first connection."""
        self._is_anew = True
        await super().on_connect(connection)

    async def get_message(  # the signature is redis-py's
        self,
        ignore_subscribe_messages: bool = False,
        timeout: float | None = 0.0,  # noqa: ASYNC109
    ) -> Any:
        """Wait for as long as it takes: `channels_redis` asks ten times a second, and each time costs something."""
        return await super().get_message(ignore_subscribe_messages, timeout=None)

    async def handle_message(self, response: Any, ignore_subscribe_messages: bool = False) -> Any:
        """Take what came; the first answer to the subscribing says that all of it is done."""
        if self._is_anew and response is not None and response[0] in (b"subscribe", "subscribe"):
            self._is_anew = False
            self._heard_again()
        return await super().handle_message(response, ignore_subscribe_messages)  # type: ignore[no-untyped-call]
