"""A tap on the wire before the exchange: what each client sends, frame by frame, with the time at which it came."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

TEXT, CLOSE, PING, PONG = 0x1, 0x8, 0x9, 0xA
COUNTED = frozenset({TEXT, 0x2, PING, PONG})
"""What the exchange counts as a message."""
_SHORT, _MEDIUM = 126, 127


class Sent(NamedTuple):
    """A frame that a client sent; `at` in monotonic seconds."""

    at: float
    opcode: int
    payload: bytes

    @property
    def request(self) -> dict[str, Any]:
        """The control message in it."""
        request: dict[str, Any] = json.loads(self.payload)
        return request


class Conversation:
    """One connection of a client: its HTTP request, and its frames where it became a WebSocket."""

    def __init__(self) -> None:
        self.began = time.monotonic()
        self.head = ""
        self.frames: list[Sent] = []
        self.is_open = True
        self._buffer = bytearray()

    @property
    def request_line(self) -> str:
        """Such as `GET /stream HTTP/1.1`."""
        return self.head.partition("\r\n")[0]

    @property
    def headers(self) -> dict[str, str]:
        """The headers of the request, their names in lower case."""
        lines = [line.partition(":") for line in self.head.split("\r\n")[1:]]
        return {name.strip().lower(): value.strip() for name, _, value in lines if name}

    @property
    def is_socket(self) -> bool:
        """True where the request asks for a WebSocket."""
        return "upgrade" in self.headers

    @property
    def requests(self) -> list[dict[str, Any]]:
        """The control messages, in order."""
        return [frame.request for frame in self.frames if frame.opcode == TEXT]

    def take(self, data: bytes) -> None:
        """Take bytes of the client."""
        self._buffer += data
        if not self.head:
            head, end, rest = bytes(self._buffer).partition(b"\r\n\r\n")
            if not end:
                return
            self.head, self._buffer = head.decode("latin-1"), bytearray(rest)
        while self.is_socket and (frame := self._next_frame()) is not None:
            self.frames.append(frame)

    def _next_frame(self) -> Sent | None:
        """Return the next whole frame, unmasked (RFC 6455, 5.2)."""
        buffer = self._buffer
        if len(buffer) < 2:
            return None
        length, start = buffer[1] & 0x7F, 2
        extended = {_SHORT: 2, _MEDIUM: 8}.get(length, 0)
        if extended:
            length = int.from_bytes(buffer[2 : 2 + extended], "big")
            start += extended
        end = start + 4 + length
        if len(buffer) < start + 4 or len(buffer) < end:
            return None
        mask = buffer[start : start + 4]
        payload = bytes(byte ^ mask[index % 4] for index, byte in enumerate(buffer[start + 4 : end]))
        frame = Sent(time.monotonic(), buffer[0] & 0x0F, payload)
        del buffer[:end]
        return frame


class Tap:
    """What was heard, connection by connection, in the order in which they began."""

    def __init__(self) -> None:
        self.conversations: list[Conversation] = []
        self.port = 0

    @property
    def stream_url(self) -> str:
        """The base address of the streams, through the tap."""
        return f"ws://127.0.0.1:{self.port}"

    @property
    def rest_url(self) -> str:
        """The base address of REST, through the tap."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def sockets(self) -> list[Conversation]:
        """The WebSocket connections."""
        return [one for one in self.conversations if one.is_socket]

    @property
    def rest(self) -> list[Conversation]:
        """The other requests."""
        return [one for one in self.conversations if one.head and not one.is_socket]

    def requests(self, method: str) -> list[dict[str, Any]]:
        """Return the control messages of `method`, of all connections."""
        return [request for one in self.sockets for request in one.requests if request["method"] == method]

    def names(self, method: str) -> list[str]:
        """Return the streams that were named in messages of `method`, in order."""
        return [name for request in self.requests(method) for name in request["params"]]


def most_in_a_second(frames: list[Sent]) -> int:
    """Return the most messages, as the exchange counts them, that came in any second."""
    times = [frame.at for frame in frames if frame.opcode in COUNTED]
    return max((sum(0 <= other - at < 1.0 for other in times) for at in times), default=0)


@asynccontextmanager
async def tapping(port: int) -> AsyncIterator[Tap]:
    """Listen in front of the exchange at `port` of this machine, until the end of the `async with`."""
    tap = Tap()
    talks: set[asyncio.Task[None]] = set()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        conversation = Conversation()
        tap.conversations.append(conversation)
        task = asyncio.current_task()
        assert task is not None
        talks.add(task)
        try:
            await _carry(conversation, reader, writer, port)
        finally:
            conversation.is_open = False
            talks.discard(task)

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    tap.port = server.sockets[0].getsockname()[1]
    try:
        yield tap
    finally:
        server.close()
        for task in list(talks):
            task.cancel()
        await asyncio.gather(*talks, return_exceptions=True)
        await server.wait_closed()


async def _carry(
    conversation: Conversation, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, port: int
) -> None:
    """Carry bytes both ways until both ends are done; an end that is reset resets the other one."""
    try:
        there_reader, there_writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        writer.transport.abort()
        return
    try:
        await asyncio.gather(
            _pump(reader, there_writer, conversation), _pump(there_reader, writer, None), return_exceptions=False
        )
    except OSError:
        writer.transport.abort()
        there_writer.transport.abort()
    finally:
        for end in (writer, there_writer):
            end.close()


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, conversation: Conversation | None) -> None:
    while data := await reader.read(1 << 16):
        if conversation is not None:
            conversation.take(data)
        writer.write(data)
        await writer.drain()
    if writer.can_write_eof() and not writer.is_closing():
        writer.write_eof()
