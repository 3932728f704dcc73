"""One HTTP connection of `serve`: uvicorn's protocol, held to RFC 6455 where it becomes a WebSocket, to time and size.

A request that is too long is answered by 414 (RFC 9110, 15.5.15), 431 (RFC 6585, 5) or 413 as soon as that is known.
What its sender still writes is read and thrown away for a while, as a connection that is closed over unread bytes is
reset, and the answer with it (RFC 9112, 9.6).
"""

from asyncio import TimerHandle
from typing import Any, ClassVar

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from streaming.gateway.server import http_limits
from streaming.gateway.server.body_budgets import BodyBudgets, HeldBodies
from streaming.gateway.server.http_limits import HttpLimits, Refusal
from streaming.gateway.server.request_deadline import RequestDeadline, TimedFlowControl
from streaming.identity.addresses import client_address, network_of

_PIECE_BYTES = 4096
"""Parsed at a time, so that a head without an end is noticed that soon."""
_THROWN_AWAY_BYTES = 4 * 1_048_576
_THROWN_AWAY_SECONDS = 2.0


class RequestRefusedError(Exception):
    """Ends the parser's work on a request; the connection knows how it is refused."""


class GatewayHttpProtocol(HttpToolsProtocol):
    """One HTTP connection, which may become a WebSocket; not from HTTP/1.0 (RFC 6455, 4.2.1).

    `request_timeout` is how long (in seconds) a whole request may take to come while it is read, or whoever sends none
    could stay for ever; `limits` is how large it may be, `bodies` what all connections together may hold of bodies.
    """

    request_timeout: ClassVar[float]
    limits: ClassVar[HttpLimits]
    bodies: ClassVar[BodyBudgets]

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._deadline = RequestDeadline(self.loop, self._give_up)
        self._last_reading: TimerHandle | None = None
        self._refusal: Refusal | None = None
        self._takes_no_more = False
        self._answering: RequestResponseCycle | None = None
        self._is_in_body = False
        self._has_advanced = False
        self._unfinished_bytes = self._head_bytes = self._headers = 0
        self._body_bytes = self._body_limit = self._thrown_away_bytes = 0
        self._held = HeldBodies(self.bodies)
        self._network = ""

    def connection_made(self, transport: Any) -> None:
        """Wait for a request."""
        super().connection_made(transport)
        self.flow = TimedFlowControl(transport, self._deadline)
        self._deadline.begin(self.request_timeout)

    def take_over(self, transport: Any, data: bytes, *, until: float) -> None:
        """Begin with a connection's first bytes; its first request is waited for `until` then, by the loop's time."""
        self._deadline.begin(until - self.loop.time())
        self.connection_made(transport)
        self.data_received(data)

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no more."""
        self._deadline.end()
        if self._last_reading is not None:
            self._last_reading.cancel()
        self._held.let_go()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take bytes of the peer, until a request is refused or becomes a WebSocket."""
        for start in range(0, len(data), _PIECE_BYTES):
            if self._takes_no_more:
                self._throw_away(len(data) - start)
                return
            self._has_advanced = False
            piece = data[start : start + _PIECE_BYTES]
            super().data_received(piece)
            self._count_unfinished(len(piece))

    def on_message_begin(self) -> None:
        """Wait for the rest of a request."""
        self._deadline.begin(self.request_timeout)
        self._head_bytes = self._headers = 0
        super().on_message_begin()

    def on_url(self, url: bytes) -> None:
        """Take a part of the target."""
        super().on_url(url)
        if len(self.url) > self.limits.maximum_target_bytes:
            self._refuse(http_limits.refusal_of_target(self.url))

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header; one that comes behind the body counts and is heard no more (RFC 9110, 6.5.1)."""
        self._headers += 1
        self._head_bytes += len(name) + len(value) + len(b": \r\n")
        if self._headers > self.limits.maximum_headers:
            self._refuse(http_limits.TOO_MANY_HEADERS)
        if self._head_bytes + len(self.url) > self.limits.maximum_head_bytes:
            self._refuse(http_limits.HEAD_TOO_LARGE)
        if not self._is_in_body:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Give the request to the application, unless it says of itself that its body is too large."""
        self._has_advanced = self._is_in_body = True
        self._body_bytes = 0
        self._body_limit = self.limits.body_bytes_at(self.url)
        if any(name == b"content-length" and int(value) > self._body_limit for name, value in self.headers):
            self._is_in_body = False
            self._refuse(http_limits.BODY_TOO_LARGE)
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Take a part of the body, however it comes."""
        self._has_advanced = True
        if not self._body_bytes:
            self._network = self._network_of_client()
        if self._body_bytes + len(body) > self._body_limit:
            self._refuse(http_limits.BODY_TOO_LARGE)
        if not self._held.take(self._network, len(body), behind=self._body_bytes):
            self._refuse(http_limits.TOO_MANY_BODIES)
        self._body_bytes += len(body)
        super().on_body(body)

    def on_message_complete(self) -> None:
        """Take the end of a request, which came in time."""
        self._has_advanced = True
        self._is_in_body = False
        self._deadline.end()
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """Go on with the next request."""
        self._held.let_go()
        super().on_response_complete()

    def handle_websocket_upgrade(self) -> None:
        """Hand the connection on."""
        self._takes_no_more = True
        super().handle_websocket_upgrade()

    def send_400_response(self, msg: str) -> None:
        """Answer a request that the parser has given up, in the shape of all errors."""
        refusal = self._refusal or http_limits.NOT_HTTP
        self._takes_no_more = True
        self._deadline.end()
        if not self._is_another_answered():
            self._end_with(refusal)

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        self._answering = cycle
        super()._start_asgi_task(cycle, app)

    def _should_upgrade(self) -> bool:
        return self.parser.get_http_version() != "1.0" and super()._should_upgrade()

    def _refuse(self, refusal: Refusal) -> None:
        self._refusal = refusal
        raise RequestRefusedError(refusal.message)

    def _count_unfinished(self, count: int) -> None:
        """Refuse what goes on for longer than a head, be it a header, a trailer or what belongs to a chunk."""
        self._unfinished_bytes = 0 if self._has_advanced else self._unfinished_bytes + count
        if self._unfinished_bytes > self.limits.maximum_head_bytes and not self._takes_no_more:
            self._refusal = http_limits.HEAD_TOO_LARGE
            self.send_400_response("")

    def _is_another_answered(self) -> bool:
        """Return whether an earlier request of this connection is being answered, and end it behind that answer."""
        cycle = self._answering
        if cycle is None or cycle.response_complete or (self._is_in_body and cycle is self.cycle):
            return False
        cycle.keep_alive = False
        return True

    def _end_with(self, refusal: Refusal) -> None:
        """Answer, and read on for a moment; the application hears that its client has gone."""
        if self._is_in_body:
            self.cycle.disconnected = True
            self.cycle.message_event.set()
            if self.cycle.response_started:
                self.transport.close()
                return
        self.transport.write(refusal.answer())
        self.transport.write_eof()
        self.flow.resume_reading()
        self._last_reading = self.loop.call_later(_THROWN_AWAY_SECONDS, self.transport.close)

    def _throw_away(self, count: int) -> None:
        self._thrown_away_bytes += count
        if self._thrown_away_bytes > _THROWN_AWAY_BYTES:
            self.flow.pause_reading()

    def _network_of_client(self) -> str:
        forwarded_for = [value.decode("latin-1") for name, value in self.headers if name == b"x-forwarded-for"]
        peer = self.client[0] if self.client else ""
        return network_of(client_address(forwarded_for, peer, self.limits.trusted_proxies))

    def _give_up(self) -> None:
        self.transport.close()
