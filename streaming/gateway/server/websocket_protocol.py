"""One WebSocket connection of `serve`: uvicorn's protocol, held to RFC 6455, with what the gateway needs besides."""

from http import HTTPStatus
from typing import Any, ClassVar, cast

from uvicorn.protocols.utils import ClientDisconnected

from streaming.gateway.close_reasons import RATE_LIMITED
from streaming.gateway.errors import PING_TIMEOUT, CloseCode
from streaming.gateway.sending.transport import EXTENSION, FRAMES_MESSAGE, OnMeasured, OnMissed
from streaming.gateway.server.frame_writer import FrameWriter
from streaming.gateway.server.handshake_protocol import HandshakeProtocol
from streaming.gateway.server.http_limits import refusal_of_handshake
from streaming.gateway.server.keepalive import EarlyPings, KeepAlive, KeepAliveTimes
from streaming.gateway.server.kernel_send_buffer import reset
from streaming.gateway.server.message_queue import MessageQueue
from streaming.gateway.server.read_pacing import PacedReading
from streaming.gateway.server.writable_event import WritableEvent

_MAXIMUM_FRAGMENTS = 1000
_VERSION = "13"


class GatewayProtocol(HandshakeProtocol):
    """One WebSocket connection of `serve`. The application gets it as `scope["extensions"]["tidewire"]`.

    `abort_after` is how long (in seconds) a close frame may take to get out, `keepalive_times` and `early_pings` say
    when it is pinged, `frames_per_second` how many frames of any kind are taken of it, `flood_seconds` for how long it
    may send more.
    """

    # Of uvicorn's attributes, too: with more than 30 in its dictionary each connection would have a table of its own
    # for them, of 1.5 KiB, in place of one that all share.
    __slots__ = (
        "_frames_taken",
        "_reading",
        "close_timeout",
        "close_timer",
        "keepalive",
        "pending_ping_payload",
        "ping_interval",
        "ping_sent_at",
        "ping_timeout",
        "ping_timer",
        "pong_timer",
        "queue",
        "writable",
        "writer",
    )

    abort_after: ClassVar[float]
    keepalive_times: ClassVar[KeepAliveTimes]
    early_pings: ClassVar[EarlyPings]
    frames_per_second: ClassVar[int]
    flood_seconds: ClassVar[float]

    def __init__(self, *arguments: Any, **options: Any) -> None:
        self.writer = FrameWriter()
        super().__init__(*arguments, **options)
        self.queue = cast("Any", MessageQueue())
        self.writable = cast("Any", WritableEvent())
        self.keepalive = KeepAlive(
            self.loop, self.keepalive_times, self._ping, self.keepalive_timeout, early=self.early_pings
        )
        self.conn.debug = False  # or the library would log every frame and header, tokens and all
        self._reading = PacedReading(
            self.loop,
            self.frames_per_second,
            self._take,
            may_take=lambda: not self.read_paused,
            caught_up=self._read_on,
            patience=self.flood_seconds,
            too_much=self._end_flood,
        )
        self._frames_taken = 0

    @property
    def close_sent(self) -> bool:
        """Whether our close frame is out, behind which nothing may follow."""
        return self.writer.has_ended

    @close_sent.setter
    def close_sent(self, is_sent: bool) -> None:
        self.writer.has_ended = is_sent

    def connection_made(self, transport: Any) -> None:
        """Begin, with a socket to write to."""
        self.writer.connect(transport)
        transport.set_write_buffer_limits(high=0)  # what waits here can't be replaced by newer values any more
        super().connection_made(transport)

    def pause_writing(self) -> None:
        """Take no more frames: the socket is full."""
        self.writer.is_full = True
        super().pause_writing()

    def resume_writing(self) -> None:
        """Take frames again."""
        self.writer.is_full = False
        super().resume_writing()

    def connection_lost(self, exc: Exception | None) -> None:
        """End, and forget what was not taken yet."""
        self._reading.stop()
        self.writer.disconnect()
        super().connection_lost(exc)

    def handle_connect(self, event: Any) -> None:
        """Begin the handshake; the application's scope names this connection."""
        if len(event.headers.get_all("Host")) != 1:
            self._refuse(HTTPStatus.BAD_REQUEST, "A handshake has one Host header.")
        elif event.headers.get_all("Sec-WebSocket-Version") not in ([], [_VERSION]):
            self._refuse(HTTPStatus.UPGRADE_REQUIRED, f"This server speaks version {_VERSION}.")
        else:
            super().handle_connect(event)
        if hasattr(self, "scope"):  # not where the handshake was refused
            cast("dict[str, Any]", self.scope["extensions"])[EXTENSION] = self

    async def send(self, message: Any) -> None:
        """Take an ASGI message, or ready-made frames; waits while the socket is full."""
        if self.close_sent and self.initial_response is None:
            raise ClientDisconnected
        if message["type"] != FRAMES_MESSAGE:
            await super().send(message)
            if message["type"] == "websocket.close":
                self._take_before_reading_on()
                self._abort_soon()
            return
        while self.writer.write(message["data"]) is False:
            await self.wait_writable()

    async def wait_writable(self) -> None:
        """Wait while the socket is full, or until the peer has gone."""
        await self.writable.wait()

    def unwritten_bytes(self) -> int:
        """Return how much was written that the kernel hasn't taken yet."""
        return self.transport.get_write_buffer_size()

    async def receive(self) -> Any:
        """Return the next ASGI message; after the last one that waits, the peer is read on."""
        message = await super().receive()
        self._take_before_reading_on()
        return message

    def data_received(self, data: bytes) -> None:
        """Take bytes of the peer, no more at a time than leaves the others their turn."""
        if not self.handshake_initiated:
            self._receive_handshake(data)
            return
        self._reading.feed(data)
        self._take_before_reading_on()

    def handle_events(self) -> None:
        """Handle the frames that have come, and count them."""
        self._frames_taken = len(self.conn.events)
        super().handle_events()

    def handle_cont(self, event: Any) -> None:
        """Take a fragment; empty ones count too, or a message of them would grow without end."""
        if len(self.frames) >= _MAXIMUM_FRAGMENTS:
            self._fail(CloseCode.MESSAGE_TOO_BIG)
        else:
            super().handle_cont(event)

    def send_receive_event_to_app(self) -> None:
        """Hand a message on; text that is no UTF-8 ends the connection with 1007, as RFC 6455 asks."""
        if self.curr_msg_data_type == "text" and not _is_utf8(b"".join(self.frames)):
            self._fail(CloseCode.INVALID_DATA)
        else:
            super().send_receive_event_to_app()

    def handle_close(self, event: Any) -> None:
        """Answer the peer's close; a socket that is full is dropped a second later."""
        super().handle_close(event)
        self._abort_soon()

    def handle_parser_exception(self) -> None:
        """Close after a frame that RFC 6455 forbids; a socket that is full is dropped a second later."""
        super().handle_parser_exception()
        self._abort_soon()

    def abort(self) -> None:
        """Drop the connection at once, whatever its buffers and the kernel's hold."""
        reset(self.transport)

    def round_trip(self) -> float | None:
        """Return the round trip of the last answered ping in seconds, or None before the first."""
        return self.last_ping_rtt or None

    def observe_round_trips(self, on_measured: OnMeasured, on_missed: OnMissed) -> None:
        """Tell every measured round trip (in seconds) and every missed pong from now on."""
        self.keepalive.observe(on_measured, on_missed)

    def start_keepalive(self) -> None:
        """Begin to ping, where an interval is set."""
        if self.keepalive_times.interval > 0:
            self.keepalive.start()

    def stop_keepalive(self) -> None:
        """Ping no more."""
        self.keepalive.stop()

    def handle_pong(self, event: Any) -> None:
        """Take an answer to a ping; others are ignored."""
        self.last_ping_rtt = self.keepalive.answered(bytes(event.data)) or self.last_ping_rtt

    def handle_ping(self) -> None:
        """Answer a ping, but not into a full socket: a peer that asks and doesn't read would grow it without end."""
        if self.writable.is_set() or self.conn.close_sent is not None:  # the answer to a close goes out with it
            super().handle_ping()
        else:
            self.conn.data_to_send()

    def keepalive_timeout(self) -> None:
        """Close with 1011; a peer that is gone takes no more bytes, so the socket is dropped a second later."""
        self.queue.put_nowait(
            {"type": "websocket.disconnect", "code": PING_TIMEOUT}
        )  # uvicorn says 1005, as if it left
        super().keepalive_timeout()
        self._abort_soon()

    def shutdown(self) -> None:
        """Close with 1012; a stalled reader is dropped a second later, so that it can't hold up the stop.

        A handshake that is under way is answered 503, as requests are: uvicorn would say 500, as if it had failed.
        """
        if self.handshake_initiated and not (self.handshake_complete or self.initial_response):
            self._refuse(HTTPStatus.SERVICE_UNAVAILABLE, "The server is stopping.")
        else:
            super().shutdown()
        self._abort_soon()

    def _receive_handshake(self, data: bytes) -> None:
        """Answer also a handshake that the library can't parse, which uvicorn leaves unanswered."""
        super().data_received(data)
        if self.conn.handshake_exc is not None and not self.handshake_initiated:
            self._refuse_unreadable_handshake(data)

    def _take(self, data: bytes) -> int:
        self._frames_taken = 0
        super().data_received(data)
        return self._frames_taken

    def _take_before_reading_on(self) -> None:
        """Leave in the peer's socket what comes while something is still to be taken, or it would gather here."""
        if self._reading.is_behind and not self.read_paused:
            self.transport.pause_reading()
            self._reading.go_on()

    def _read_on(self) -> None:
        if not self.read_paused:
            self.transport.resume_reading()

    def _ping(self, payload: bytes) -> None:
        if self.close_sent or self.transport.is_closing():
            self.keepalive.stop()
            return
        self.conn.send_ping(payload)
        self.transport.write(b"".join(self.conn.data_to_send()))

    def _abort_soon(self) -> None:
        self.loop.call_later(self.abort_after, self._abort_if_stuck)

    def _abort_if_stuck(self) -> None:
        """Drop a socket that a second was not enough to write our close frame to: closing it would wait for ever."""
        if self.transport.get_write_buffer_size() > 0:
            reset(self.transport)

    def _end_flood(self) -> None:
        """Close a client that sends more than is taken of it; without a word before its handshake and after a close."""
        if self.handshake_complete and not (self.close_sent or self.transport.is_closing()):
            self._fail(CloseCode.RATE_LIMITED, RATE_LIMITED.reason)
        else:
            self.transport.close()

    def _fail(self, code: CloseCode, reason: str = "") -> None:
        self.frames = []
        self.conn.send_close(int(code), reason)
        self.handle_parser_exception()

    def _refuse(self, status: HTTPStatus, text: str) -> None:
        """Refuse a handshake that the library would take, or refuse otherwise than RFC 6455, 4.2.1 and 4.4 ask."""
        response = self.conn.reject(status, f"{text}\n")
        response.headers["Sec-WebSocket-Version"] = _VERSION
        self.conn.send_response(response)
        self.handshake_initiated = self.handshake_complete = self.close_sent = True
        self.transport.write(b"".join(self.conn.data_to_send()))
        self.transport.close()

    def _refuse_unreadable_handshake(self, request: bytes) -> None:
        """Answer 431; and 401 where it carries a token, which is a bad one however it can't be read."""
        self.transport.write(refusal_of_handshake(request).answer())
        self.transport.close()


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True
