"""A WebSocket client with framing of its own, which writes whatever bytes a test wants and shows what came back."""

import asyncio
import base64
import hashlib
import json
import os
import struct
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Self

from tests.waiting import LIMIT_SECONDS

_GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
_SHORT, _MEDIUM = 126, 127


class Opcode(IntEnum):
    """RFC 6455, 5.2."""

    CONTINUATION = 0x0
    TEXT = 0x1
    BINARY = 0x2
    CLOSE = 0x8
    PING = 0x9
    PONG = 0xA


@dataclass(frozen=True)
class Frame:
    """One frame as the server sent it."""

    opcode: int
    payload: bytes
    is_final: bool = True
    reserved: int = 0
    is_masked: bool = False


@dataclass(frozen=True)
class Ending:
    """How the server ended a connection: the close frame's code and reason; None and "" where it sent none."""

    code: int | None = None
    reason: str = ""


NO_CODE = 1005
DROPPED = Ending()


@dataclass(frozen=True)
class Answer:
    """An HTTP answer; header names are lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes = b""


def frame_bytes(
    opcode: int, payload: bytes = b"", *, final: bool = True, reserved: int = 0, masked: bool = True
) -> bytes:
    """Return a client's frame. `reserved` are the three bits RSV1 to RSV3, as a number."""
    first = (0x80 if final else 0) | reserved << 4 | opcode
    mask_bit = 0x80 if masked else 0
    if len(payload) < _SHORT:
        head = struct.pack("!BB", first, mask_bit | len(payload))
    elif len(payload) < 2**16:
        head = struct.pack("!BBH", first, mask_bit | _SHORT, len(payload))
    else:
        head = struct.pack("!BBQ", first, mask_bit | _MEDIUM, len(payload))
    if not masked:
        return head + payload
    mask = os.urandom(4)
    return head + mask + bytes(byte ^ mask[index % 4] for index, byte in enumerate(payload))


def close_payload(code: int, reason: bytes = b"") -> bytes:
    """Return what a close frame carries."""
    return struct.pack("!H", code) + reason


def accept_key(key: str) -> str:
    """Return what the server must answer to a key (RFC 6455, 4.2.2)."""
    return base64.b64encode(hashlib.sha1(key.encode() + _GUID).digest()).decode()  # noqa: S324 - the RFC's choice


def handshake_headers() -> dict[str, str]:
    """Return the headers of a good handshake."""
    return {
        "Host": "localhost",
        "Upgrade": "websocket",
        "Connection": "Upgrade",
        "Sec-WebSocket-Key": base64.b64encode(os.urandom(16)).decode(),
        "Sec-WebSocket-Version": "13",
    }


class Peer:
    """One TCP connection to a server."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    @classmethod
    async def reach(cls, port: int) -> Self:
        """Connect by TCP, and no more."""
        return cls(*await asyncio.open_connection("127.0.0.1", port))

    async def request(
        self, headers: Mapping[str, str], *, method: str = "GET", target: str = "/ws", version: str = "HTTP/1.1"
    ) -> Answer:
        """Write a request; return its answer, with its body where it is no handshake."""
        lines = [f"{method} {target} {version}", *(f"{name}: {value}" for name, value in headers.items())]
        self.writer.write("\r\n".join([*lines, "", ""]).encode())
        async with asyncio.timeout(LIMIT_SECONDS):
            head = (await self.reader.readuntil(b"\r\n\r\n")).decode()
            status, *fields = head.strip().split("\r\n")
            pairs = [field.split(":", 1) for field in fields]
            answer = Answer(int(status.split()[1]), {name.lower(): value.strip() for name, value in pairs})
            length = int(answer.headers.get("content-length", 0))
            return Answer(answer.status, answer.headers, await self.reader.readexactly(length))

    def write(self, data: bytes) -> None:
        """Write bytes."""
        self.writer.write(data)

    def send(self, opcode: int, payload: bytes = b"", **options: Any) -> None:
        """Write one frame."""
        self.write(frame_bytes(opcode, payload, **options))

    def send_json(self, message: Any) -> None:
        """Write one text frame."""
        self.send(Opcode.TEXT, json.dumps(message).encode())

    async def frame(self, *, answers_pings: bool = False) -> Frame:
        """Return the next frame but the server's own pings; raise `EOFError` or `ConnectionError` at the end."""
        async with asyncio.timeout(LIMIT_SECONDS):
            while (frame := await self.any_frame()).opcode == Opcode.PING:
                if answers_pings:
                    self.write(frame_bytes(Opcode.PONG, frame.payload))
        return frame

    async def any_frame(self) -> Frame:
        """Return the next frame, whatever it is and whenever it comes."""
        first, second = await self.reader.readexactly(2)
        length = second & 0x7F
        if length == _SHORT:
            (length,) = struct.unpack("!H", await self.reader.readexactly(2))
        elif length == _MEDIUM:
            (length,) = struct.unpack("!Q", await self.reader.readexactly(8))
        payload = await self.reader.readexactly(length)
        return Frame(first & 0x0F, payload, bool(first & 0x80), first >> 4 & 0x7, bool(second & 0x80))

    async def message(self, *, answers_pings: bool = False) -> Any:
        """Return what the next frame says, which must be one whole text frame."""
        frame = await self.frame(answers_pings=answers_pings)
        assert (frame.opcode, frame.is_final, frame.reserved, frame.is_masked) == (Opcode.TEXT, True, 0, False), frame
        return json.loads(frame.payload)

    async def is_answered(self) -> bool:
        """Ask for a pong by a message, and return whether the next frame is it; the server's own pings are answered."""
        self.send_json({"type": "ping"})
        return bool((await self.message(answers_pings=True))["type"] == "pong")

    async def ending(self) -> Ending:
        """Read to the end of the connection; fail where a frame follows the close frame."""
        ending = DROPPED
        try:
            while True:
                frame = await self.frame()
                assert ending is DROPPED, frame
                if frame.opcode == Opcode.CLOSE:
                    ending = _ending(frame.payload)
        except (EOFError, ConnectionError):
            return ending

    async def told_ending(self) -> Ending:
        """Read up to the close frame, and return what it says; the server would wait a good while for its answer."""
        try:
            while (frame := await self.frame()).opcode != Opcode.CLOSE:
                continue
        except (EOFError, ConnectionError):
            return DROPPED
        return _ending(frame.payload)

    async def end(self) -> None:
        """Close the TCP connection."""
        self.writer.close()
        await asyncio.gather(self.writer.wait_closed(), return_exceptions=True)


def _ending(payload: bytes) -> Ending:
    if not payload:
        return Ending(NO_CODE)
    return Ending(struct.unpack("!H", payload[:2])[0], payload[2:].decode())


@asynccontextmanager
async def raw_connection(port: int) -> AsyncIterator[Peer]:
    """Connect by TCP, and end it afterwards."""
    peer = await Peer.reach(port)
    try:
        yield peer
    finally:
        await peer.end()


@asynccontextmanager
async def connected(port: int, target: str = "/ws") -> AsyncIterator[Peer]:
    """Connect, shake hands, and take the welcome."""
    async with raw_connection(port) as peer:
        headers = handshake_headers()
        answer = await peer.request(headers, target=target)
        assert answer.status == 101
        assert answer.headers["sec-websocket-accept"] == accept_key(headers["Sec-WebSocket-Key"])
        assert (await peer.message())["type"] == "connected"
        yield peer
