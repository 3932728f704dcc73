"""One client's WebSocket connection, on its socket."""

import asyncio
import socket
import struct
from collections import deque
from typing import Any

from websockets.asyncio.server import ServerConnection
from websockets.exceptions import ConnectionClosedError
from websockets.frames import Frame, Opcode
from websockets.protocol import State

from streaming.clock import Clock
from streaming.simulator import control
from streaming.simulator.connection_life import ConnectionLife, ConnectionLimits, Due
from streaming.simulator.fan_out import FanOut

POLICY_VIOLATION = 1008
GOING_AWAY = 1001
_COUNTED = (Opcode.TEXT, Opcode.BINARY, Opcode.PING, Opcode.PONG)
_NO_LINGER = struct.pack("ii", 1, 0)  # closing the socket then resets the connection


class ExchangeConnection(ServerConnection):
    """A connection of the exchange. Until `begin` it is only a request that may become one."""

    combined = False
    time_scale = 1
    messages_received = 0
    _life: ConnectionLife | None = None

    def begin(
        self,
        fan_out: FanOut,
        clock: Clock,
        limits: ConnectionLimits,
        *,
        combined: bool,
        time_scale: int,
        streams: list[str],
    ) -> None:
        """Take it into service, with the streams that its URL names.

        `combined` wraps events; a `time_scale` of 1000 gives times in microseconds.
        """
        self._fan_out = fan_out
        self._clock = clock
        self._limits = limits
        self._life = ConnectionLife(limits, clock.monotonic())
        self._names = dict.fromkeys(streams)
        self._ending: asyncio.Task[None] | None = None
        self.combined = combined
        self.time_scale = time_scale

    @property
    def stream_names(self) -> list[str]:
        """What it subscribed to, in that order, known streams or not."""
        return list(self._names)

    def subscribe(self, names: list[str]) -> None:
        """Add streams."""
        self._names.update(dict.fromkeys(names))
        self._fan_out.subscribe(self, names)

    def unsubscribe(self, names: list[str]) -> None:
        """Remove streams."""
        for name in names:
            self._names.pop(name, None)
        self._fan_out.unsubscribe(self, names)

    async def serve(self, journal: deque[str | bytes]) -> None:
        """Answer control messages, noting them in `journal`, until the connection ends; then leave its streams."""
        self._fan_out.subscribe(self, self._names)
        try:
            async for message in self:
                journal.append(message)
                self.deliver(control.answer(message, self))
                self.flush()
        except ConnectionClosedError as closed:
            self.logger.debug("a client went without a word: %s", closed)
        finally:
            self.unsubscribe(self.stream_names)

    def deliver(self, frame: bytes) -> None:
        """Add a text frame to what `flush` writes."""
        if self.protocol.state is State.OPEN and self._ending is None:
            self.protocol.send_text(frame)

    def flush(self) -> None:
        """Write what was delivered; never waits. A client that doesn't read is cut off rather than remembered."""
        if self.protocol.state is not State.OPEN:
            return
        if written := b"".join(self.protocol.data_to_send()):
            self.transport.write(written)
        if self.transport.get_write_buffer_size() > self._limits.unsent_bytes:
            self.cut()

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
        """Do what is due at `now`, a reading of the monotonic clock: ping, or end."""
        if self._life is None or self.protocol.state is not State.OPEN or self._ending is not None:
            return
        match self._life.due(now):
            case Due.PING:
                payload = str(self._clock.now_ms()).encode()
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

    def _count(self, frame: Frame) -> None:
        if self._life is None:
            return
        self.messages_received += 1
        if frame.opcode is Opcode.PONG:
            self._life.ponged(bytes(frame.data))
        if not self._life.admits_message(self._clock.monotonic()):
            self.end(POLICY_VIOLATION, "Too many requests")
