"""Requests written byte by byte, and what is answered to them."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import msgspec


class RawAnswer(msgspec.Struct, frozen=True):
    """An answer as it came; `status` is 0 where nothing did."""

    head: str
    body: bytes

    @property
    def status(self) -> int:
        return int(self.head.split()[1]) if self.head else 0

    @property
    def error(self) -> Any:
        """What stands in `{"error": …}`."""
        return json.loads(self.body)["error"]


def head(line: str, *fields: str) -> bytes:
    """Return a request's head, with a Host and the end of the connection behind the answer."""
    return "\r\n".join([line, "Host: localhost", "Connection: close", *fields, "", ""]).encode()


def handshake(host: str) -> bytes:
    """Return the opening handshake of a socket of the market, which names `host`."""
    lines = ["GET /ws HTTP/1.1", f"Host: {host}", "Upgrade: websocket", "Connection: Upgrade"]
    lines += ["Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA=="]
    return "\r\n".join([*lines, "", ""]).encode()


@asynccontextmanager
async def connection(port: int) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """Connect, and hang up in the end."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        yield reader, writer
    finally:
        writer.close()
        await asyncio.gather(writer.wait_closed(), return_exceptions=True)


async def answer_of(reader: asyncio.StreamReader, *, seconds: float = 10) -> RawAnswer:
    """Return all that comes until the server ends the connection."""
    async with asyncio.timeout(seconds):
        came = await reader.read()
    beginning, _, body = came.partition(b"\r\n\r\n")
    return RawAnswer(beginning.decode("latin-1"), body)


async def ask(port: int, request: bytes) -> RawAnswer:
    """Write a request, and return its answer."""
    async with connection(port) as (reader, writer):
        writer.write(request)
        return await answer_of(reader)
