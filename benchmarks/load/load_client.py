"""One client of the load: it reads whatever a WebSocket server sends, and counts it.

A library would cost more for each frame than the servers that are measured. So this speaks to the socket by itself, and
looks at nothing of a frame but its head and two numbers in its text.
"""

import asyncio
import base64
import hashlib
import os
import time
from collections.abc import MutableSequence
from typing import cast

import msgspec

from benchmarks.servers.server_frames import CLOSE, PING, PONG, TEXT, FrameReader, client_frame

_GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
_HEAD_END = b"\r\n\r\n"
_MICROSECONDS = 1_000_000
NO_SEQUENCE = -1


class Speech(msgspec.Struct, frozen=True, kw_only=True):
    """How a server is spoken to, and what is read in its frames.

    A client has been welcomed with the first frame that contains `welcome` (empty: with the handshake's answer). Asked
    to subscribe it sends the texts of `subscribe`, and is subscribed with the frame that contains `subscribed` (empty:
    at once). Texts in `answers` are answered. Behind `sequence` and `stamp` stand a frame's number, one more than the
    last one's, and when it was made (monotonic microseconds, the same clock in all processes of the machine), each
    followed by a comma. Frames without `sequence` are not counted.
    """

    path: str = "/"
    welcome: bytes = b""
    subscribe: tuple[str, ...] = ()
    subscribed: bytes = b""
    answers: dict[bytes, str] = {}
    sequence: bytes = b'"tradeId":'
    stamp: bytes = b'"quantity":'


class Client(asyncio.Protocol):
    """One connection; to `latencies` it adds the age, in seconds, of every `sample_every`-th frame that it counts."""

    def __init__(self, speech: Speech, host: str, latencies: MutableSequence[float], sample_every: int) -> None:
        self._speech = speech
        self._host = host
        self._latencies = latencies
        self._sample_every = sample_every
        self._frames = FrameReader()
        self._head: bytes | None = b""
        self._key = base64.b64encode(os.urandom(16))
        self._sequence_size = len(speech.sequence)
        self._stamp_size = len(speech.stamp)
        loop = asyncio.get_running_loop()
        self.welcomed: asyncio.Future[None] = loop.create_future()
        self.subscribed: asyncio.Future[None] = loop.create_future()
        self.ended = ""
        self.frames = 0
        self.missing = 0
        self.disordered = 0
        self.last_sequence = NO_SEQUENCE

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask for the WebSocket."""
        self._transport = cast("asyncio.Transport", transport)  # uvloop's is of no class of asyncio's
        self._transport.write(
            f"GET {self._speech.path} HTTP/1.1\r\nHost: {self._host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {self._key.decode()}\r\n\r\n".encode()
        )

    def connection_lost(self, exc: Exception | None) -> None:
        """Note how it ended."""
        self._end(repr(exc) if exc else "the server hung up")

    def data_received(self, data: bytes) -> None:
        """Take what the server sends."""
        if self._head is not None:
            rest = self._read_head(data)
            if rest is None:
                return
            data = rest
        speech, now = self._speech, 0.0
        for first, payload in self._frames.read(data):
            if first >= CLOSE:
                self._control(first, payload)
                continue
            at = payload.find(speech.sequence)
            if at < 0:
                self._hear(payload)
                continue
            begin = at + self._sequence_size
            self._count(int(payload[begin : payload.index(b",", begin)]))
            if self.frames % self._sample_every == 0:
                now = now or time.monotonic()
                begin = payload.index(speech.stamp) + self._stamp_size
                made = int(payload[begin : payload.index(b",", begin)])
                self._latencies.append(now - made / _MICROSECONDS)

    def subscribe(self) -> None:
        """Send what subscribes."""
        for text in self._speech.subscribe:
            self.say(text)
        if not self._speech.subscribed:
            self.subscribed.set_result(None)

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
        if not self._speech.welcome:
            self.welcomed.set_result(None)
        return rest

    def _hear(self, payload: bytes) -> None:
        """Take a frame that is none of those counted."""
        speech = self._speech
        if speech.welcome and speech.welcome in payload and not self.welcomed.done():
            self.welcomed.set_result(None)
        elif speech.subscribed and speech.subscribed in payload and not self.subscribed.done():
            self.subscribed.set_result(None)
        elif payload in speech.answers:
            self.say(speech.answers[payload])

    def _count(self, sequence: int) -> None:
        expected = self.last_sequence + 1
        self.frames += 1
        if sequence != expected and self.last_sequence != NO_SEQUENCE:
            if sequence > expected:
                self.missing += sequence - expected
            else:
                self.disordered += 1
        self.last_sequence = sequence

    def _control(self, first: int, payload: bytes) -> None:
        if first == PING:
            self._transport.write(client_frame(PONG, payload))
        elif first == CLOSE:
            self._end(f"closed with {int.from_bytes(payload[:2], 'big')} {payload[2:].decode()}")

    def _end(self, how: str) -> None:
        self.ended = self.ended or how
        for waiting in (self.welcomed, self.subscribed):
            if not waiting.done():
                waiting.set_exception(ConnectionError(how))
                waiting.exception()  # somebody may wait for the other one only
