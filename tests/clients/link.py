"""One connection through the proxy: a client, the gateway, and what is done to the bytes between them."""

import asyncio
import json
import re
import socket
import struct
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from tests.clients.websocket_frames import BINARY, TEXT, WireFrame, read_frame, server_frame

_END_OF_HEAD = b"\r\n\r\n"
_EXTENSIONS = re.compile(rb"\r\nSec-WebSocket-Extensions:[^\r]*", re.IGNORECASE)
_UPGRADE = re.compile(rb"\r\nUpgrade:\s*websocket", re.IGNORECASE)
_BLOCK = 65_536
_RESET = struct.pack("ii", 1, 0)  # SO_LINGER of no time: closing sends RST, and nothing before it


class Traffic:
    """What is done to all connections: `flowing` is cleared while nothing is forwarded."""

    def __init__(self) -> None:
        self.flowing = asyncio.Event()
        self.flowing.set()
        self.swallows = False
        self.seen: list[list[Any]] = []


class Link:
    """Forwards in both directions until one side ends, frame by frame where it is a WebSocket connection."""

    def __init__(self, client: asyncio.StreamReader, to_client: asyncio.StreamWriter, traffic: Traffic) -> None:
        self._client = client
        self._to_client = to_client
        self._traffic = traffic
        self._to_gateway: asyncio.StreamWriter | None = None
        self._is_websocket = False

    async def run(self, address: tuple[str, int]) -> None:
        """Forward to the gateway at `address`; whatever ends one side ends the other in the same way."""
        try:
            request = _EXTENSIONS.sub(b"", await self._client.readuntil(_END_OF_HEAD))  # payloads stay readable
            await self._traffic.flowing.wait()
            gateway, self._to_gateway = await asyncio.open_connection(*address)
            self._to_gateway.write(request)
            if _UPGRADE.search(request):
                await self._accept(gateway)
            await self._forward(gateway, self._to_gateway)
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            self.cut()

    def cut(self) -> None:
        """Reset both sides at once: no close frame, no farewell."""
        for writer in (self._to_client, self._to_gateway):
            if writer is not None:
                reset(writer)

    def inject(self, payload: bytes, *, binary: bool) -> None:
        """Give a WebSocket client a message that the gateway never sent."""
        if self._is_websocket:
            self._to_client.write(server_frame(BINARY if binary else TEXT, payload))

    async def _accept(self, gateway: asyncio.StreamReader) -> None:
        answer = await gateway.readuntil(_END_OF_HEAD)
        self._to_client.write(answer)
        if answer.startswith(b"HTTP/1.1 101"):
            self._is_websocket = True
            self._sent: list[Any] = []
            self._traffic.seen.append(self._sent)

    async def _forward(self, gateway: asyncio.StreamReader, to_gateway: asyncio.StreamWriter) -> None:
        if self._is_websocket:
            pumps = (self._pump_frames(self._client, self._from_client), self._pump_frames(gateway, self._from_gateway))
        else:
            pumps = (self._pump_bytes(self._client, to_gateway), self._pump_bytes(gateway, self._to_client))
        tasks = [asyncio.ensure_future(pump) for pump in pumps]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await self._close()

    async def _pump_frames(
        self, reader: asyncio.StreamReader, hand_over: Callable[[WireFrame], Awaitable[None]]
    ) -> None:
        with suppress(OSError, asyncio.IncompleteReadError):  # an end like any other: the other side gets it too
            while True:
                frame = await read_frame(reader)
                await self._traffic.flowing.wait()
                await hand_over(frame)

    async def _from_client(self, frame: WireFrame) -> None:
        assert self._to_gateway is not None
        if frame.opcode in (TEXT, BINARY):
            self._sent.append(_readable(frame.payload))
        self._to_gateway.write(frame.raw)
        await self._to_gateway.drain()

    async def _from_gateway(self, frame: WireFrame) -> None:
        if not self._traffic.swallows:
            self._to_client.write(frame.raw)
            await self._to_client.drain()

    async def _pump_bytes(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while block := await reader.read(_BLOCK):
                await self._traffic.flowing.wait()
                writer.write(block)
                await writer.drain()

    async def _close(self) -> None:
        for writer in (self._to_client, self._to_gateway):
            if writer is not None:
                writer.close()


def reset(writer: asyncio.StreamWriter) -> None:
    """Reset a connection (TCP)."""
    with suppress(OSError):  # it has just been closed
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
    writer.transport.abort()


def _readable(payload: bytes) -> Any:
    text = payload.decode(errors="replace")
    try:
        return json.loads(text)
    except ValueError:
        return text
