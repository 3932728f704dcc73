"""Clients that never read, and enough for them to leave unread."""

import asyncio
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from decimal import Decimal
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from streaming.events import Depth, Level, Source
from streaming.topics.topic import MarketKind, Topic
from tests.alerts.firing.stage import Bridging, now_ms
from tests.deployments import Deployment
from tests.waiting import LIMIT_SECONDS
from tests.wire.client import connected

UNREAD = Topic(MarketKind.DEPTH, "SOLUSDT")
"""What only those who never read have subscribed: a state, for which nobody is closed."""
_LEVELS = 500
_BOOK_BYTES = 2 * _LEVELS * len("[1,1]")
"""A book's least size on the wire."""
_PAUSE_SECONDS = 0.01
_HANDSHAKE = (
    "GET /ws HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)
_SUBSCRIBE = b'{"type":"subscribe","channels":["depth:SOLUSDT"]}'


@asynccontextmanager
async def stalled_readers(alone: Deployment, count: int) -> AsyncIterator[Sequence[socket.socket]]:
    """Connect clients that subscribe, and read no more; their windows are as small as the kernel allows."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        await asyncio.gather(*(_subscribe(one, urlsplit(alone.http_url).port or 0) for one in sockets))
        yield sockets
    finally:
        for one in sockets:
            one.close()


async def _subscribe(client: socket.socket, port: int) -> None:
    loop = asyncio.get_running_loop()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    client.setblocking(False)
    await loop.sock_connect(client, ("127.0.0.1", port))
    await loop.sock_sendall(client, _HANDSHAKE.encode())
    await _read_until(client, b"\r\n\r\n")
    await loop.sock_sendall(client, bytes((0x81, 0x80 | len(_SUBSCRIBE), 0, 0, 0, 0)) + _SUBSCRIBE)
    await _read_until(client, b'"subscribed"')


async def _read_until(client: socket.socket, end: bytes) -> None:
    answer = b""
    async with asyncio.timeout(LIMIT_SECONDS):
        while end not in answer:
            answer += await asyncio.get_running_loop().sock_recv(client, 4096)


@asynccontextmanager
async def flooding(alone: Deployment, count: int) -> AsyncIterator[None]:
    """Publish without end what `count` clients of a gateway don't read; begin once all their sockets are full."""
    async with Bridging(alone.environment) as bridge, connected(_staff_url(alone)) as staff:
        await staff.subscribe("ops.gateways")
        has_ended = asyncio.Event()
        task = asyncio.create_task(_flood(bridge, has_ended))
        try:
            await staff.next(partial(_tells_of_full_sockets, alone.processes["gateway"].id, count), seconds=60)
            yield
        finally:
            has_ended.set()
            await task


def _staff_url(alone: Deployment) -> str:
    return f"{alone.socket_url}?token={alone.token('admin')}"


def _tells_of_full_sockets(process: int, count: int, frame: dict[str, Any]) -> bool:
    """Return whether the gateway of that process number tells that it holds a book for each of so many clients.

    What a socket still takes is not held, unless for a moment, and never replaced.
    """
    if (frame.get("channel"), frame["type"]) != ("ops.gateways", "event"):
        return False
    own = [one for one in frame["data"]["gateways"] if f"-{process}-" in one["id"]]
    return any(one["conflated"] >= count and one["waiting_bytes"] >= count * _BOOK_BYTES for one in own)


async def _flood(bridge: Bridging, has_ended: asyncio.Event) -> None:
    levels = tuple(Level(Decimal(number), Decimal(1)) for number in range(1, _LEVELS + 1))
    while not has_ended.is_set():
        book = Depth(symbol=UNREAD.symbol, time=now_ms(), source=Source.SIMULATOR, bids=levels, asks=levels)
        await bridge.publish(UNREAD, book)
        await asyncio.sleep(_PAUSE_SECONDS)
