"""The channel layer over Redis, which tells its channels when it hears again after it was cut off.

Redis keeps nothing for who isn't there, so what was sent meanwhile is gone. `channels_redis` documents `on_reconnect`
for this, and never heeds it: redis-py connects and subscribes anew without a word. Here each channel gets
`{"type": on_reconnect, "since": ms}`, behind all that came before and before all that comes after.
"""

import asyncio
import math
from collections.abc import Awaitable, Callable
from functools import partial
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
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError

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
            self._pubsub = _Listening(self._redis.connection_pool, self._hear, self._tell_all)

    def _hear(self) -> None:
        self._heard_at = _clock.now_ms()

    def _tell_all(self) -> None:
        seconds = (_clock.now_ms() - self._heard_at) / 1000
        logger.warning("cut off from the channel layer for a while; what was sent is lost", seconds=seconds)
        layer = self.channel_layer
        body = layer.channel_layer.serialize({"type": layer.on_reconnect, "since": self._heard_at})
        for waiting in layer.channels.values():
            waiting.put_nowait(body)


class _Listening(PubSub):
    """What is subscribed on one connection. One task reads, while another may subscribe.

    `heard` is called for each answer, `heard_again` once Redis has confirmed the subscribing after a new connect, and
    before `heard` is called for that answer.
    """

    def __init__(self, pool: ConnectionPool, heard: Callable[[], None], heard_again: Callable[[], None]) -> None:
        super().__init__(pool)
        self._heard = heard
        self._heard_again = heard_again
        self._is_anew = False
        self._connecting = asyncio.Lock()
        self._connector: asyncio.Task[Any] | None = None

    async def connect(self) -> None:
        """Connect where that is needed, one task at a time: redis-py would let each make a connection of its own."""
        task = asyncio.current_task()
        if self._connector is task:
            return  # what is subscribed anew is part of connecting
        async with self._connecting:
            self._connector = task
            try:
                await super().connect()  # type: ignore[no-untyped-call]
            finally:
                self._connector = None

    async def on_connect(self, connection: Connection) -> None:
        """Subscribe anew; it isn't called for the first connection."""
        self._is_anew = self.subscribed
        await super().on_connect(connection)

    async def get_message(  # the signature is redis-py's
        self,
        ignore_subscribe_messages: bool = False,
        timeout: float | None = 0.0,  # noqa: ASYNC109
    ) -> Any:
        """Wait for as long as it takes: `channels_redis` asks ten times a second, and each time costs something."""
        return await super().get_message(ignore_subscribe_messages, timeout=None)

    async def parse_response(self, block: bool = True, timeout: float = 0) -> Any:  # noqa: ASYNC109 - redis-py's
        """Read an answer, once nobody connects any more."""
        connection: Connection | None = self.connection
        if connection is not None and (self._connecting.locked() or not connection.is_connected):
            await self.connect()
        return await super().parse_response(block, timeout)

    async def handle_message(self, response: Any, ignore_subscribe_messages: bool = False) -> Any:
        """Take what came; the first answer to the subscribing says that all of it is done."""
        if self._is_anew and response is not None and response[0] in (b"subscribe", "subscribe"):
            self._is_anew = False
            self._heard_again()
        if not self._is_anew:
            self._heard()
        return await super().handle_message(response, ignore_subscribe_messages)  # type: ignore[no-untyped-call]

    async def _execute(self, conn: Any, command: Callable[..., Awaitable[Any]], *args: Any, **options: Any) -> Any:
        return await super()._execute(conn, partial(self._once, conn, command), *args, **options)  # type: ignore[no-untyped-call]

    async def _reconnect(self, *_: Any, **__: Any) -> None:
        """Connect after a failure; redis-py's would first end the connection, which may be another task's new one."""
        await self.connect()

    async def _once(self, conn: Any, command: Callable[..., Awaitable[Any]], *args: Any, **options: Any) -> Any:
        """Read or write; where that fails, end the connection, unless it is a newer one by then."""
        stream = conn._reader  # noqa: SLF001 - nothing else tells one connection from the next
        try:
            return await _answer(command, *args, **options)
        except (RedisConnectionError, RedisTimeoutError):
            if conn._reader is stream:  # noqa: SLF001
                await conn.disconnect(nowait=True)
            raise


async def _answer(command: Callable[..., Awaitable[Any]], *args: Any, **options: Any) -> Any:
    """Return what `command` does; raise where it had all the time there is, and ended without an answer.

    A connection that TCP's keep-alive ends has ETIMEDOUT, which is a `TimeoutError`. redis-py takes it for the end of
    its own wait, though that has none, and the next read would end so at once, and the next, for ever.
    """
    response = await command(*args, **options)
    if response is None and options.get("timeout") == math.inf:
        raise RedisConnectionError("the connection to Redis timed out")
    return response
