"""One open socket: frames in and out, each way bounded, and its heartbeat. It lives until it raises."""

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Never

from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from tidewire_client.connection.heartbeat import Beat, Heartbeat
from tidewire_client.errors import ConnectionClosedError, ConnectionLostError, ProtocolBrokenError

_MOST_UNSENT = 2000
"""So many messages may wait for a server that reads none: commands, subscriptions, pings."""
_ABNORMAL = 1006


class Connection:
    """An open socket. `read` and `write` are to run side by side, as long as it is open."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._unsent: deque[str] = deque()
        self._wanted = asyncio.Event()

    def send(self, text: str) -> None:
        """Let `text` go after all that was given before. Where the server takes nothing, the connection is cut."""
        if len(self._unsent) >= _MOST_UNSENT:
            self._socket.transport.abort()
            return
        self._unsent.append(text)
        self._wanted.set()

    async def read(self, receive: Callable[[str | bytes], None]) -> Never:
        """Hand each message to `receive`, until the connection is closed; raise `ConnectionClosedError`."""
        try:
            while True:
                receive(await self._socket.recv())
        except ConnectionClosed as closed:
            raise _end_of(closed) from None

    async def write(self) -> Never:
        """Send what there is to send, until the connection is closed; raise `ConnectionClosedError`."""
        try:
            while True:
                while self._unsent:
                    await self._socket.send(self._unsent.popleft())
                self._wanted.clear()
                await self._wanted.wait()
        except ConnectionClosed as closed:
            raise _end_of(closed) from None

    async def close(self, seconds: float) -> None:
        """Say goodbye, and cut the connection where that takes more than `seconds`. Safe to call twice."""
        try:
            async with asyncio.timeout(seconds):
                await self._socket.close(1000, "Client disconnect")
        except TimeoutError:
            self._socket.transport.abort()
        finally:
            if not self._socket.close_code:  # cancelled, or the other end is silent
                self._socket.transport.abort()

    def cut(self) -> None:
        """End the connection without a goodbye, for an other end that is silent. Safe to call twice."""
        self._socket.transport.abort()


async def keep_heartbeat(
    heartbeat: Heartbeat, answered: asyncio.Event, *, ping: Callable[[], None], missed: Callable[[], None]
) -> Never:
    """Ping as `heartbeat` says, tell of each pong that is missed; raise `ConnectionLostError` after too many.

    `answered` is set at each pong, for that changes what is due.
    """
    clock = asyncio.get_running_loop().time
    while True:
        answered.clear()
        try:
            async with asyncio.timeout_at(heartbeat.due_at()):
                await answered.wait()
            continue
        except TimeoutError:
            beat = heartbeat.due(clock())
        if beat is Beat.PING:
            ping()
        elif beat is not None:
            missed()
        if beat is Beat.LOST:
            raise ConnectionLostError("No answer to pings")


def _end_of(closed: ConnectionClosed) -> ConnectionClosedError:
    if closed.rcvd is not None:
        return ConnectionClosedError(closed.rcvd.code, closed.rcvd.reason)
    if closed.sent is not None:
        return ProtocolBrokenError(f"{closed.sent.code} {closed.sent.reason}".rstrip())
    return ConnectionClosedError(_ABNORMAL)
