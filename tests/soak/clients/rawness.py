"""Connections on bare sockets, for what no WebSocket library would do to its server."""

import asyncio
import base64
import socket
from collections.abc import Sequence
from urllib.parse import urlsplit

from tests.soak.clients.dialects import subscription

_HEADERS = 4000  # of 1 kB each
_SMALL = 4096  # bytes that the socket takes ahead


async def half_shaken(url: str, *, seconds: float) -> None:
    """Begin a handshake, never finish it, and go without a word."""
    _, writer = await _connect(url)
    try:
        writer.write(b"GET /ws HTTP/1.1\r\nHost: soak\r\nUpgrade: websoc")
        await writer.drain()
        await asyncio.sleep(seconds)
    finally:
        writer.transport.abort()


async def endless_head(base: str, address: str) -> None:
    """Send request headers until the server has had enough, at most a few MB, from an `address` of the loopback."""
    parts = urlsplit(base)
    _, writer = await asyncio.open_connection(parts.hostname, parts.port, local_addr=(address, 0))
    try:
        writer.write(b"GET / HTTP/1.1\r\n")
        for number in range(_HEADERS):
            writer.write(f"X-{number}: {'x' * 1000}\r\n".encode())
            await writer.drain()
    except OSError:
        return  # as it should: it was cut off
    finally:
        writer.transport.abort()


async def half_open(url: str, channels: Sequence[str], *, seconds: float) -> None:
    """Shake hands, subscribe, read nothing at all any more, and vanish by a reset after `seconds`."""
    reader, writer = await _connect(url)
    try:
        writer.write(_handshake(url))
        await reader.readuntil(b"\r\n\r\n")
        writer.write(_masked(subscription(channels).encode()))
        await writer.drain()
        writer.transport.pause_reading()  # type: ignore[attr-defined]
        await asyncio.sleep(seconds)
    finally:
        writer.transport.abort()


async def _connect(url: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    parts = urlsplit(url)
    plain = socket.socket()
    plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _SMALL)
    plain.setblocking(False)
    try:
        await asyncio.get_running_loop().sock_connect(plain, (parts.hostname, parts.port))
    except BaseException:
        plain.close()
        raise
    return await asyncio.open_connection(sock=plain, limit=_SMALL)


def _handshake(url: str) -> bytes:
    parts = urlsplit(url)
    key = base64.b64encode(b"sixteen bytes ..").decode()
    lines = (
        f"GET {parts.path} HTTP/1.1", f"Host: {parts.netloc}", "Upgrade: websocket", "Connection: Upgrade",
        f"Sec-WebSocket-Key: {key}", "Sec-WebSocket-Version: 13", "", "",
    )  # fmt: skip
    return "\r\n".join(lines).encode()


def _masked(payload: bytes) -> bytes:
    """Return a text frame with the mask 0, which leaves the payload as it is."""
    size = len(payload)
    length = bytes([0x80 | size]) if size < 126 else bytes([0x80 | 126]) + size.to_bytes(2)
    return bytes([0x81]) + length + bytes(4) + payload
