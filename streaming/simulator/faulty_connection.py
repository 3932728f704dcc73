"""A client's WebSocket connection that faults act on: frozen, cut, late with pongs, or too slow a reader."""

import asyncio
import socket
import struct
from collections import deque

from websockets.asyncio.server import ServerConnection
from websockets.frames import Opcode
from websockets.protocol import SEND_EOF, State

from streaming.clock import Clock
from streaming.simulator.faults.faults import FaultKind, Faults

_NO_LINGER = struct.pack("ii", 1, 0)  # closing the socket then resets the connection
_PONG_BEGINS = bytes([0x80 | Opcode.PONG])


class FaultyConnection(ServerConnection):
    """A connection of a simulated exchange. Until `take_into_service` it is only a request that may become one."""

    _is_in_service = False

    def take_into_service(self, clock: Clock, faults: Faults, unsent_bytes: int) -> None:
        """Let faults act on it; a client that leaves more than `unsent_bytes` unread is cut off."""
        self._is_in_service = True
        self._clock = clock
        self._faults = faults
        self._unsent_bytes = unsent_bytes
        self._ending: asyncio.Task[None] | None = None
        self._is_answered = False
        self._withheld_bytes = 0
        self._late_pongs: deque[tuple[float, bytes]] = deque()

    @property
    def is_living(self) -> bool:
        """Whether it is open, and wasn't told to end."""
        return self._is_in_service and self.protocol.state is State.OPEN and self._ending is None

    @property
    def is_frozen(self) -> bool:
        """Whether nothing goes out; one that was told to end still does."""
        return self._ending is None and self._faults.get(FaultKind.FREEZE) is not None

    def deliver(self, frame: bytes, *, binary: bool = False) -> None:
        """Add a frame to what `flush` writes."""
        if not self.is_living:
            return
        if self.is_frozen:
            self._withheld_bytes += len(frame)
            if self._withheld_bytes > self._unsent_bytes:
                return
        if binary:
            self.protocol.send_binary(frame)
        else:
            self.protocol.send_text(frame)

    def flush(self) -> None:
        """Write what was delivered; never waits. A client that doesn't read is cut off rather than remembered."""
        if self.transport.is_closing() or self.is_frozen:
            return
        self.send_data()
        unsent = max(self.transport.get_write_buffer_size(), self._withheld_bytes)
        self._withheld_bytes = 0
        if unsent > self._unsent_bytes:
            self.cut()

    def send_data(self) -> None:
        """Write what the protocol has to send, but no pong that is to be late, and nothing at all while frozen."""
        if not self._is_in_service:
            super().send_data()
            return
        if self.is_frozen and self._is_answered:
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

    def send_late_pongs(self, now: float) -> None:
        """Send the pongs that are due at `now`, a reading of the monotonic clock."""
        while self._late_pongs and self._late_pongs[0][0] <= now:
            self.transport.write(self._late_pongs.popleft()[1])

    def _without_late_pongs(self, frames: list[bytes]) -> list[bytes]:
        """Return `frames` (one each, as the protocol makes them) but keep pongs back where they are to be late."""
        fault = self._faults.get(FaultKind.LATE_PONG)
        if fault is None:
            return frames
        due = self._clock.monotonic() + fault.delay
        self._late_pongs.extend((due, frame) for frame in frames if frame.startswith(_PONG_BEGINS))
        return [frame for frame in frames if not frame.startswith(_PONG_BEGINS)]
