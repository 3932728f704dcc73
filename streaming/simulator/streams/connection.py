"""One client's WebSocket connection, on its socket: of streams, or of the WebSocket API."""

from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple

from websockets.exceptions import ConnectionClosedError
from websockets.frames import Frame, Opcode

from streaming.clock import Clock
from streaming.simulator.faults.faults import FaultKind, Faults
from streaming.simulator.faulty_connection import FaultyConnection
from streaming.simulator.streams import control, wire
from streaming.simulator.streams.connection_life import ConnectionLife, ConnectionLimits, Due
from streaming.simulator.streams.fan_out import FanOut
from streaming.simulator.streams.handshake import StreamRequest

POLICY_VIOLATION = 1008
GOING_AWAY = 1001
_COUNTED = (Opcode.TEXT, Opcode.BINARY, Opcode.PING, Opcode.PONG)


class Venue(NamedTuple):
    """What all connections of an exchange share."""

    fan_out: FanOut
    clock: Clock
    limits: ConnectionLimits
    faults: Faults
    api: Callable[[str | bytes, StreamRequest], Awaitable[bytes]]
    """Answers a message on a connection of the WebSocket API."""


class ExchangeConnection(FaultyConnection):
    """A connection of the exchange. Until `begin` it is only a request that may become one."""

    combined = False
    time_scale = 1
    messages_received = 0
    _life: ConnectionLife | None = None

    def begin(self, venue: Venue, request: StreamRequest) -> None:
        """Take it into service, with the streams that its URL names."""
        self.take_into_service(venue.clock, venue.faults, venue.limits.unsent_bytes)
        self._venue = venue
        self._request = request
        self._life = ConnectionLife(venue.limits, venue.clock.monotonic())
        self._names = dict.fromkeys(request.streams)
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

    def look_after(self, now: float) -> None:
        """Do what is due at `now`, a reading of the monotonic clock: pong, ping, or end."""
        if self._life is None or not self.is_living or self.is_frozen:
            return
        self.send_late_pongs(now)
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
        if not self._life.admits_message(self._venue.clock.monotonic()) and not self.is_frozen:
            self.end(POLICY_VIOLATION, "Too many requests")
