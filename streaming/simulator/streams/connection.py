"""One client's WebSocket connection, on its socket: of streams, or of the WebSocket API."""

import asyncio
import socket
import struct
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple

from websockets.asyncio.server import ServerConnection
from websockets.exceptions import ConnectionClosedError
from websockets.frames import Frame, Opcode
from websockets.protocol import SEND_EOF, State

from streaming.clock import Clock
from streaming.simulator.faults.faults import FaultKind, Faults
from streaming.simulator.streams import control, wire
from streaming.simulator.streams.connection_life import ConnectionLife, ConnectionLimits, Due
from streaming.simulator.streams.fan_out import FanOut
from streaming.simulator.streams.handshake import StreamRequest

POLICY_VIOLATION = 1008
GOING_AWAY = 1001
_COUNTED = (Opcode.TEXT, Opcode.BINARY, Opcode.PING, Opcode.PONG)
_NO_LINGER = struct.pack("ii", 1, 0)  # closing the socket then resets the connection
_PONG_BEGINS = bytes([0x80 | Opcode.PONG])


class Venue(NamedTuple):
    """What all connections of an exchange share."""

    fan_out: FanOut
    clock: Clock
    limits: ConnectionLimits
    faults: Faults
    api: Callable[[str | bytes, StreamRequest], Awaitable[bytes]]
    """Answers a message on a connection of the WebSocket API."""


class ExchangeConnection(ServerConnection):
    """A connection of the exchange. Until `begin` it is only a request that may become one."""

    combined = False
    time_scale = 1
    messages_received = 0
    _life: ConnectionLife | None = None

    def begin(self, venue: Venue, request: StreamRequest) -> None:
        """Take it into service, with the streams that its URL names."""
        self._venue = venue
        self._request = request
        self._life = ConnectionLife(venue.limits, venue.clock.monotonic())
        self._names = dict.fromkeys(request.streams)
        self._ending: asyncio.Task[None] | None = None
        self._is_answered = False
        self._withheld_bytes = 0
        self._late_pongs: deque[tuple[float, bytes]] = deque()
        self.combined = request.combined
        self.time_scale = request.time_scale

    @property
    def stream_names(self) -> list[str]:
        """What it subscribed to, in that order, known streams or not."""
        return list(self._names)

    def subscribe(self, names: list[str]) -> None:
        """Add streams."""
        self._names.update(dict.fromkeys(names))
        self._venue.fan_out.subscribe(self, names)

    def unsubscribe(self, names: list[str]) -> None:
        """Remove streams."""
        for name in names:
            self._names.pop(name, None)
        self._venue.fan_out.unsubscribe(self, names)

    async def serve(self, journal: deque[str | bytes]) -> None:
        """Answer control messages, noting them in `journal`, until the connection ends; then leave its streams."""
        self._venue.fan_out.subscribe(self, self._names)
        try:
            async for message in self:
                journal.append(message)
                await self._answer(message)
        except ConnectionClosedError as closed:
            self.logger.debug("a client went without a word: %s", closed)
        finally:
            self.unsubscribe(self.stream_names)

    def deliver(self, frame: bytes, *, binary: bool = False) -> None:
        """Add a frame to what `flush` writes."""
        if self.protocol.state is not State.OPEN or self._ending is not None:
            return
        if self._is_frozen:
            self._withheld_bytes += len(frame)
            if self._withheld_bytes > self._venue.limits.unsent_bytes:
                return
        if binary:
            self.protocol.send_binary(frame)
        else:
            self.protocol.send_text(frame)

    def announce_shutdown(self, *, api: bool, ends_at: float) -> None:
        """Say that the server shuts down, in the form of its streams or of the WebSocket API; end it at `ends_at`."""
        event = {"e": "serverShutdown", "E": self._venue.clock.now_ms() * self.time_scale}
        if api or self._request.is_api:
            self.deliver(wire.encode({"event": event}))
        elif self.combined:
            self.deliver(wire.wrapped("!serverShutdown", wire.encode(event)))
        else:
            self.deliver(wire.encode(event))
        self.flush()
        if self._life is not None:
            self._life.end_at(ends_at)

    def flush(self) -> None:
        """Write what was delivered; never waits. A client that doesn't read is cut off rather than remembered."""
        if self.transport.is_closing() or self._is_frozen:
            return
        self.send_data()
        unsent = max(self.transport.get_write_buffer_size(), self._withheld_bytes)
        self._withheld_bytes = 0
        if unsent > self._venue.limits.unsent_bytes:
            self.cut()

    def send_data(self) -> None:
        """Write what the protocol has to send, but no pong that is to be late, and nothing at all while frozen."""
        if self._life is None:
            super().send_data()
            return
        if self._is_frozen and self._is_answered:
            return
        self._is_answered = True
        frames = self._without_late_pongs(self.protocol.data_to_send())
        if self.transport.is_closing():
            return
        if written := b"".join(frames):
            self.transport.write(written)
        if SEND_EOF in frames and self.transport.can_write_eof():
            self.transport.write_eof()

    def cut(self) -> None:
        """End the connection without a word: the client sees a TCP reset."""
        connection: socket.socket | None = self.transport.get_extra_info("socket")
        if connection is not None and not self.transport.is_closing():
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
        self.transport.abort()

    def end(self, code: int, reason: str) -> None:
        """Begin to close the connection; it is aborted where the client doesn't answer in time."""
        if self._ending is None:
            self._ending = self.loop.create_task(self.close(code, reason))

    def look_after(self, now: float) -> None:
        """Do what is due at `now`, a reading of the monotonic clock: pong, ping, or end."""
        if self._life is None or self.protocol.state is not State.OPEN or self._ending is not None or self._is_frozen:
            return
        self._send_late_pongs(now)
        lifetime = self._venue.faults.get(FaultKind.LIFETIME)
        match self._life.due(now, lifetime.delay if lifetime else None):
            case Due.PING:
                payload = str(self._venue.clock.now_ms()).encode()
                self._life.pinged(payload, now)
                self.protocol.send_ping(payload)
                self.flush()
            case Due.PONG_TIMEOUT:
                self.end(POLICY_VIOLATION, "Pong timeout")
            case Due.END_OF_LIFE:
                self.end(GOING_AWAY, "")
            case Due.NOTHING:
                pass

    def process_event(self, event: Any) -> None:
        """Count what comes in, note pongs, and give the rest its way."""
        super().process_event(event)
        if isinstance(event, Frame) and event.opcode in _COUNTED:
            self._count(event)

    @property
    def _is_frozen(self) -> bool:
        """Whether nothing goes out; one that was told to end still does."""
        return self._ending is None and self._venue.faults.get(FaultKind.FREEZE) is not None

    async def _answer(self, message: str | bytes) -> None:
        if self._request.is_api:
            answer = await self._venue.api(message, self._request)
        elif self._venue.limits.closes_on_invalid_json and not control.is_json(message):
            self.end(POLICY_VIOLATION, "Invalid request")
            return
        else:
            answer = control.answer(message, self)
        if self._venue.faults.get(FaultKind.UNANSWERED) is None:
            self.deliver(answer)
        self.flush()

    def _count(self, frame: Frame) -> None:
        if self._life is None:
            return
        self.messages_received += 1
        if frame.opcode is Opcode.PONG:
            self._life.ponged(bytes(frame.data))
        if self._request.is_api:  # whose requests have weights instead
            return
        if not self._life.admits_message(self._venue.clock.monotonic()) and not self._is_frozen:
            self.end(POLICY_VIOLATION, "Too many requests")

    def _without_late_pongs(self, frames: list[bytes]) -> list[bytes]:
        """Return `frames` (one each, as the protocol makes them) but keep pongs back where they are to be late."""
        fault = self._venue.faults.get(FaultKind.LATE_PONG)
        if fault is None:
            return frames
        due = self._venue.clock.monotonic() + fault.delay
        self._late_pongs.extend((due, frame) for frame in frames if frame.startswith(_PONG_BEGINS))
        return [frame for frame in frames if not frame.startswith(_PONG_BEGINS)]

    def _send_late_pongs(self, now: float) -> None:
        while self._late_pongs and self._late_pongs[0][0] <= now:
            self.transport.write(self._late_pongs.popleft()[1])
