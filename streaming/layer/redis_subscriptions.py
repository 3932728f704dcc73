"""What a process is subscribed to at one Redis, over a connection of its own, made anew whenever that ends.

redis-py makes the connection, as it knows of passwords, TLS and sentinels; what comes is taken from the socket at once.
Its own `PubSub` wakes a task for each message and passes it through a dozen calls, which costs a gateway more than all
that it does with the message itself.
"""

import asyncio
from collections.abc import Callable
from contextvars import Context
from functools import partial
from typing import Any

import hiredis
import structlog
from redis.asyncio.connection import AbstractConnection, ConnectionPool
from redis.exceptions import ConnectionError as RedisConnectionError

from streaming.clock import Clock, SystemClock
from streaming.outage import Outage

CHECK_SECONDS = 8.0
"""How often a connection is looked at: silent since the last look, it is asked; silent again, it is given up.

It is more than Redis may stand still for a moment, and less than TCP takes to tell of a host that vanished.
"""
_FIRST_PAUSE_SECONDS = 0.1
_LONGEST_PAUSE_SECONDS = 1.0
_TOO_SOON = "Redis ended the connection as soon as it was made"

Receive = Callable[[str, bytes], None]

logger = structlog.get_logger(__name__)


class RedisSubscriptions:
    """The channels of one Redis that a process hears.

    `receive` gets each message's channel and body; it must neither wait nor raise.

    `reconnected` is called when Redis has confirmed the subscribing after the connection was made anew: behind
    everything that came before, and ahead of everything that comes after. It gets the time when Redis was last heard
    of, in ms since the epoch.
    """

    def __init__(
        self,
        pool: ConnectionPool,
        *,
        receive: Receive,
        reconnected: Callable[[int], None],
        clock: Clock | None = None,
        check_seconds: float = CHECK_SECONDS,
    ) -> None:
        self._pool = pool
        self._receive = receive
        self._reconnected = reconnected
        self._clock = clock or SystemClock()
        self._check_seconds = check_seconds
        self._outage = Outage("redis", self._clock)
        self._channels: set[str] = set()
        self._asks_one_by_one = False
        self._unanswered = 0
        self._is_granted = False
        self._held: list[tuple[str, bytes]] = []
        self._stream: _Stream | None = None
        self._connecting: asyncio.Task[None] | None = None
        self._reconnecting: asyncio.Task[None] | None = None
        self._pause = 0.0
        self._is_closed = False
        self._heard_at = self._clock.now_ms()

    async def subscribe(self, channel: str) -> None:
        """Ask Redis for what is sent to `channel`; raise what redis-py raises where Redis can't be reached.

        It doesn't wait for Redis' answer. What is subscribed stays so when the connection is made anew.
        """
        while self._stream is None:  # a connection may end before who waits for it has its turn
            await self._connect()
        self._channels.add(channel)
        self._stream.send("SUBSCRIBE", channel)

    async def unsubscribe(self, channel: str) -> None:
        """Want nothing of `channel` any more."""
        self._channels.discard(channel)
        if self._stream is not None:
            self._stream.send("UNSUBSCRIBE", channel)

    async def close(self) -> None:
        """End the connection, and make no other."""
        self._is_closed = True
        tasks = [task for task in (self._reconnecting, self._connecting) if task is not None]
        for task in tasks:
            task.cancel()
        try:
            await asyncio.gather(*tasks, return_exceptions=True)
        finally:
            if self._stream is not None:
                self._stream.end()

    async def _connect(self) -> None:
        """Make the connection where there is none; all who ask meanwhile wait for the same one.

        In a context of its own: what comes later is handled in the one in which the connection was made.
        """
        if self._is_closed:
            raise RedisConnectionError("nothing is listened to any more")
        if self._stream is not None:  # another made it while this one paused
            return
        if self._connecting is None:
            self._connecting = asyncio.create_task(self._make_stream(), context=Context())
            self._connecting.add_done_callback(self._connected)
        await asyncio.shield(self._connecting)

    async def _make_stream(self) -> None:
        connection = self._pool.make_connection()  # type: ignore[no-untyped-call]
        await connection.connect()
        self._stream = _Stream(connection, self._take, self._lost, self._check_seconds)
        self._unanswered = 0
        if self._channels:
            self._subscribe_anew(self._stream)

    def _subscribe_anew(self, stream: "_Stream") -> None:
        """Ask for all in one command, so that nothing comes between; one by one where Redis refused that as a whole."""
        commands = [[channel] for channel in self._channels] if self._asks_one_by_one else [list(self._channels)]
        self._unanswered = len(commands)
        self._is_granted = False
        self._held.clear()
        for channels in commands:
            stream.send("SUBSCRIBE", *channels)

    def _connected(self, task: asyncio.Task[None]) -> None:
        self._connecting = None
        if not task.cancelled():
            task.exception()  # whoever waits is told of it; that nobody may wait any more is no fault

    def _lost(self, stream: "_Stream", reason: Exception | None) -> None:
        if self._stream is not stream:
            return
        self._stream = None
        if self._is_closed or not self._channels:
            return
        logger.warning(
            "the connection that listens to Redis has ended; connecting anew",
            reason=repr(reason) if reason else "Redis closed it",
        )
        if self._reconnecting is None or self._reconnecting.done():
            self._reconnecting = asyncio.create_task(self._reconnect())

    async def _reconnect(self) -> None:
        while self._stream is None:
            await asyncio.sleep(self._pause)
            self._pause = min(max(2 * self._pause, _FIRST_PAUSE_SECONDS), _LONGEST_PAUSE_SECONDS)
            try:
                await self._connect()
            except Exception as error:  # noqa: BLE001 - whatever it is: else this process would be deaf from now on
                self._outage.failed(error)

    def _take(self, answer: Any) -> None:
        kind = answer[0] if isinstance(answer, list) else None
        if kind == b"message":
            self._take_message(answer[1].decode(), answer[2])
        elif kind == b"subscribe":
            self._pause = 0.0
            self._outage.worked()
            self._answered(None)
        elif isinstance(answer, hiredis.ReplyError):
            logger.error("Redis refused what was asked of it", reason=str(answer))
            self._answered(answer)
            return  # where it has refused all, nothing that is sent comes
        if not self._unanswered:
            self._heard_at = self._clock.now_ms()

    def _take_message(self, channel: str, body: bytes) -> None:
        if self._unanswered:
            self._held.append((channel, body))
        else:
            self._receive(channel, body)

    def _answered(self, refusal: Exception | None) -> None:
        """Count the answers to what was asked for anew, which come before all others; of a command's many, the first.

        Redis confirms all that one command names before it goes on. After the last answer what can be had is had.
        """
        if not self._unanswered:
            return
        self._unanswered -= 1
        self._is_granted = self._is_granted or refusal is None
        if not self._unanswered and self._is_granted:
            self._had_anew()
        elif not self._unanswered and self._stream is not None:  # whatever is granted, is so another time, or alone
            self._asks_one_by_one = not self._asks_one_by_one
            self._stream.end(refusal)

    def _had_anew(self) -> None:
        self._asks_one_by_one = False
        self._reconnected(self._heard_at)
        for channel, body in self._held:
            self._receive(channel, body)
        self._held.clear()


class _Stream(asyncio.Protocol):
    """One connection, taken over from redis-py once that has made it and introduced itself."""

    def __init__(
        self,
        connection: AbstractConnection,
        answered: Callable[[Any], None],
        ended: Callable[["_Stream", Exception | None], None],
        check_seconds: float,
    ) -> None:
        self._pack = connection.pack_command
        self._reader = hiredis.Reader()
        self._answered = answered
        self._ended = ended
        self._is_silent = self._was_asked = self._is_ended = False
        self._why: Exception | None = None
        self._writer = _taken_over(connection, self)  # which closes the transport when nobody keeps it
        self._transport = self._writer.transport
        self._check_later = partial(asyncio.get_running_loop().call_later, check_seconds, self._check)
        self._next_check = self._check_later()

    def send(self, *words: str) -> None:
        """Send a command."""
        self._transport.write(b"".join(self._pack(*words)))

    def end(self, why: Exception | None = None) -> None:
        """End the connection, whatever has not been sent or taken yet."""
        self._is_ended = True
        self._why = why
        self._transport.abort()

    def data_received(self, data: bytes) -> None:
        """Take what came."""
        self._is_silent = self._was_asked = False
        self._reader.feed(data)
        while not self._is_ended and (answer := self._reader.gets()) is not False:
            self._answered(answer)

    def connection_lost(self, exc: Exception | None) -> None:
        """Say that it has ended, and why; `exc` is None where either side closed it."""
        self._next_check.cancel()
        self._ended(self, exc or self._why)

    def _check(self) -> None:
        if self._is_silent and self._was_asked:
            self.end(RedisConnectionError("Redis says nothing any more"))
            return
        if self._is_silent:
            self._was_asked = True
            self.send("PING")
        self._is_silent = True
        self._next_check = self._check_later()


def _taken_over(connection: AbstractConnection, protocol: asyncio.Protocol) -> asyncio.StreamWriter:
    """Return the writer of `connection`, whose transport from now on hands what comes to `protocol`.

    Raise where Redis has ended it meanwhile: who takes over later would not be told.
    """
    reader, writer = connection._reader, connection._writer  # noqa: SLF001
    connection._reader = connection._writer = None  # noqa: SLF001 - it is no longer its own
    if reader is None or writer is None:
        raise RedisConnectionError(_TOO_SOON)
    if reader.at_eof() or reader.exception() is not None or writer.transport.is_closing():
        writer.close()
        raise RedisConnectionError(_TOO_SOON)
    writer.transport.set_protocol(protocol)
    return writer
