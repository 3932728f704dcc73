"""The client's side of a WebSocket, as little as may be: the handshake, frames in and out, pings, the end.

A library would cost more for each frame than the servers that are measured, so this speaks to the socket by itself.
"""

import asyncio
import base64
import hashlib
import os
from typing import cast

from benchmarks.servers.server_frames import CLOSE, PING, PONG, TEXT, FrameReader, client_frame

_GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
_HEAD_END = b"\r\n\r\n"
_ENDED_WITHOUT_CODE = 1006


class WebSocketClient(asyncio.Protocol):
    """One connection; what is read in its frames, its kind decides. `ended` says how it ended, once it has."""

    def __init__(self, path: str, host: str) -> None:
        self._path = path
        self._host = host
        self._frames = FrameReader()
        self._head: bytes | None = b""
        self._key = base64.b64encode(os.urandom(16))
        self.ended = ""
        self.close_code = _ENDED_WITHOUT_CODE
        self.close_reason = ""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask for the WebSocket."""
        self._transport = cast("asyncio.Transport", transport)  # uvloop's is of no class of asyncio's
        self._transport.write(
            f"GET {self._path} HTTP/1.1\r\nHost: {self._host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {self._key.decode()}\r\n\r\n".encode()
        )

    def connection_lost(self, exc: Exception | None) -> None:
        """Note how it ended."""
        self._end(repr(exc) if exc else "the server hung up")

    def say(self, text: str) -> None:
        """Send a text."""
        self._transport.write(client_frame(TEXT, text.encode()))

    def close(self) -> None:
        """Say good-bye, and drop the connection without waiting for an answer."""
        self.ended = self.ended or "closed"
        self._transport.write(client_frame(CLOSE, b"\x03\xe8"))
        self._transport.close()

    def _read_head(self, data: bytes) -> bytes | None:
        """Return what follows the answer to the handshake; None while it isn't whole, or where it is a refusal."""
        assert self._head is not None
        head, end, rest = (self._head + data).partition(_HEAD_END)
        if not end:
            self._head = head
            return None
        accept = base64.b64encode(hashlib.sha1(self._key + _GUID).digest())  # noqa: S324 - RFC 6455, 4.2.2
        if not head.startswith(b"HTTP/1.1 101") or accept not in head:
            self._end(head.split(b"\r\n")[0].decode())
            self._transport.abort()
            return None
        self._head = None
        self._let_in()
        return rest

    def _let_in(self) -> None:
        """Note that the server has taken the handshake."""

    def _control(self, first: int, payload: bytes) -> None:
        if first == PING:
            self._transport.write(client_frame(PONG, payload))
        elif first == CLOSE:
            if payload:
                self.close_code, self.close_reason = int.from_bytes(payload[:2], "big"), payload[2:].decode()
            self._end(f"closed with {self.close_code} {self.close_reason}")

    def _end(self, how: str) -> None:
        self.ended = self.ended or how
