"""One client of the load: it reads whatever a WebSocket server sends, and counts it.

It looks at nothing of a frame but its head and two numbers in its text: more would cost more than the servers that are
measured.
"""

import asyncio
import time
from collections.abc import MutableSequence

import msgspec

from benchmarks.load.web_socket_client import WebSocketClient
from benchmarks.servers.server_frames import CLOSE

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


class Client(WebSocketClient):
    """One connection; to `latencies` it adds the age, in seconds, of every `sample_every`-th frame that it counts."""

    def __init__(self, speech: Speech, host: str, latencies: MutableSequence[float], sample_every: int) -> None:
        super().__init__(speech.path, host)
        self._speech = speech
        self._latencies = latencies
        self._sample_every = sample_every
        self._sequence_size = len(speech.sequence)
        self._stamp_size = len(speech.stamp)
        loop = asyncio.get_running_loop()
        self.welcomed: asyncio.Future[None] = loop.create_future()
        self.subscribed: asyncio.Future[None] = loop.create_future()
        self.frames = 0
        self.missing = 0
        self.disordered = 0
        self.last_sequence = NO_SEQUENCE

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

    def _let_in(self) -> None:
        if not self._speech.welcome:
            self.welcomed.set_result(None)

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

    def _end(self, how: str) -> None:
        super()._end(how)
        for waiting in (self.welcomed, self.subscribed):
            if not waiting.done():
                waiting.set_exception(ConnectionError(how))
                waiting.exception()  # somebody may wait for the other one only
