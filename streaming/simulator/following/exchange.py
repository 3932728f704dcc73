"""An exchange on a socket of its own, whose market follows that of a simulated exchange which runs in the same loop.

It moves with the steps of that market and has no clock of its own: where the other is ticked by a test, so is this.
What its wire is like is told by those who derive from it.
"""

import http
import http.client
import logging
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Mapping
from typing import ClassVar
from urllib.parse import SplitResult, parse_qsl, urlsplit

import msgspec
from websockets.asyncio.server import ServerConnection, serve
from websockets.datastructures import Headers
from websockets.http11 import Request, Response

from streaming.simulator.candles.candles import SECOND
from streaming.simulator.faults import endpoint
from streaming.simulator.faults.faults import Fault, FaultKind, Faults
from streaming.simulator.faults.parameters import FaultParameterError
from streaming.simulator.following.connection import FollowingConnection
from streaming.simulator.following.fan_out import Feed, FeedFanOut, FeedKey
from streaming.simulator.following.market import FollowedMarket, FollowedStep
from streaming.simulator.following.pairs import Pair
from streaming.simulator.following.settings import FollowingSettings
from streaming.simulator.listening_server import ListeningServer
from streaming.simulator.market.market import Step
from streaming.simulator.server import SimulatedExchange

_CONTROL_PREFIX = "/simulator/"
_CLOSE_TIMEOUT = 2.0
_REMEMBERED = 1000
_ATTEMPTS_WITHIN = 600.0
JSON = {"Content-Type": "application/json"}

# websockets reports each REST answer as a handshake that was rejected.
_log = logging.getLogger(__name__)
_log.setLevel(logging.WARNING)


class FollowingExchange(ListeningServer, ABC):
    """An exchange that follows `exchange`, which has started. `start` and `stop` it once each, before that one stops.

    For tests it tells the truth: `market` with each pair's book, trades and candles; what clients sent (`messages`)
    and asked for (`requests`), the newest last.
    """

    name: ClassVar[str]
    feed_path: ClassVar[str]
    rest_path: ClassVar[str]
    market: FollowedMarket
    _compression: ClassVar[str | None] = None
    """What frames are compressed by, where a client offers it."""

    def __init__(
        self,
        exchange: SimulatedExchange,
        *,
        host: str,
        port: int,
        settings: FollowingSettings,
        without: frozenset[FaultKind],
    ) -> None:
        super().__init__(host, port)
        self.clock = exchange.clock
        self.followed = exchange
        self.settings = settings
        self.messages: deque[str | bytes] = deque(maxlen=_REMEMBERED)
        self.requests: deque[str] = deque(maxlen=_REMEMBERED)
        self.faults = Faults(exchange.clock, without)
        self.fan_out = FeedFanOut(self._open_feed, self.faults)
        self._connections: dict[FollowingConnection, None] = {}
        self._attempts: deque[float] = deque()

    @property
    def feed_url(self) -> str:
        """The address of the feed."""
        return f"ws://{self.address}{self.feed_path}"

    @property
    def connections(self) -> tuple[FollowingConnection, ...]:
        """The open stream connections, the oldest first; each knows its `keys`."""
        return tuple(self._connections)

    @property
    def active_faults(self) -> tuple[Fault, ...]:
        """The faults that are on now, in the order in which they were injected."""
        return self.faults.active

    def now_ms(self) -> int:
        """Return the time by its own clock, in ms since the epoch."""
        return self.clock.now_ms() + self.settings.clock_ahead * SECOND

    async def start(self) -> None:
        """Begin to follow, and listen; raise OSError where the port is taken."""
        ahead = self.settings.clock_ahead * SECOND
        self.market = FollowedMarket(self.followed.market, self._pairs(), self.settings.lag, ahead)
        self._server = await serve(
            self._serve,
            self._host,
            self._port,
            process_request=self._process_request,
            create_connection=self._connection_class(),
            compression=self._compression,
            ping_interval=None,
            close_timeout=_CLOSE_TIMEOUT,
            server_header="cloudflare",
            logger=_log,
        )
        self.followed.observe(self._take)

    async def stop(self) -> None:
        """End all faults, close all connections (1001) and stop listening."""
        self.faults.end_all()
        if self._server is not None:
            self.followed.stop_observing(self._take)
            self._flush()
            self._server.close()
            await self._server.wait_closed()

    async def inject(self, fault: Fault) -> None:
        """Let a fault happen, or be on from now; raise UnfitFaultError for one that this exchange can't have.

        A fault on connections that are closed with a code is done when they begin to close.
        """
        self.faults.inject(fault)
        match fault.kind:
            case FaultKind.CUT:
                cut = self.connections
                for connection in cut:
                    connection.cut()
                for connection in cut:
                    await connection.wait_closed()
            case FaultKind.CLOSE:
                for connection in self.connections:
                    connection.end(fault.code, fault.reason)
            case FaultKind.LOSE:
                self.fan_out.lose(fault.streams)
            case _:
                pass

    def end_fault(self, kind: FaultKind) -> bool:
        """End a fault; return whether it was on."""
        was_on = self.faults.end(kind)
        self._flush()
        return was_on

    @abstractmethod
    def _pairs(self) -> Mapping[str, Pair]:
        """Return what trades here, by the names of the feed."""

    @abstractmethod
    def _connection_class(self) -> type[FollowingConnection]:
        """Return what a client's connection is made of."""

    @abstractmethod
    def _open_feed(self, key: FeedKey) -> Feed:
        """Return what a subscription brings."""

    @abstractmethod
    async def _rest_response(self, target: SplitResult) -> Response:
        """Answer a request to any other address."""

    def _publish(self, step: FollowedStep) -> None:
        """Send what a step brought."""
        self.fan_out.publish(step)

    def _take(self, step: Step) -> None:
        stands_still = self.faults.get(FaultKind.STANDSTILL) is not None
        for followed in self.market.take(step, stands_still=stands_still):
            self._publish(followed)
        now = self.clock.monotonic()
        for connection in self.connections:
            connection.look_after(now, step.time)
        self._flush()

    def _flush(self) -> None:
        for connection in self.connections:
            connection.flush()

    async def _serve(self, connection: ServerConnection) -> None:
        if not isinstance(connection, FollowingConnection):
            raise TypeError(f"not a connection of the exchange: {connection!r}")
        self._connections[connection] = None
        try:
            await connection.serve(self.messages)
        finally:
            del self._connections[connection]

    async def _process_request(self, connection: ServerConnection, request: Request) -> Response | None:
        """Answer plain HTTP, and let a WebSocket handshake go on (None)."""
        target = urlsplit(request.path)
        if self.settings.control and target.path.startswith(_CONTROL_PREFIX):
            return await self._control_response(target)
        if target.path == self.feed_path:
            return self._stream_response(connection)
        self.requests.append(request.path)
        if fault := self.faults.get(FaultKind.REFUSE_REST):
            return page(fault.status, fault.retry_after)
        return await self._rest_response(target)

    def _stream_response(self, connection: ServerConnection) -> Response | None:
        if fault := self.faults.get(FaultKind.REFUSE_STREAMS):
            return page(fault.status, fault.retry_after)
        if not self._admits_attempt(self.clock.monotonic()):
            return page(http.HTTPStatus.TOO_MANY_REQUESTS)
        if isinstance(connection, FollowingConnection):
            connection.begin(self)
        return None

    def _admits_attempt(self, now: float) -> bool:
        while self._attempts and self._attempts[0] <= now - _ATTEMPTS_WITHIN:
            self._attempts.popleft()
        self._attempts.append(now)
        return len(self._attempts) <= self.settings.connection_attempts

    async def _control_response(self, target: SplitResult) -> Response:
        path = target.path.removeprefix(_CONTROL_PREFIX).rstrip("/").split("/")
        if path[0] != "faults":
            return json_response({"error": f"nothing at {target.path}"}, http.HTTPStatus.NOT_FOUND)
        try:
            found = await endpoint.answer(self, path[1:], parse_qsl(target.query, keep_blank_values=True))
        except FaultParameterError as error:
            return json_response({"error": str(error)}, http.HTTPStatus.BAD_REQUEST)
        if found is None:
            return json_response({"error": f"nothing at {target.path}"}, http.HTTPStatus.NOT_FOUND)
        return json_response(found)


def response(body: bytes, headers: Mapping[str, str], status: int = http.HTTPStatus.OK) -> Response:
    """Return an HTTP answer after which the connection ends."""
    complete = Headers({"Connection": "close", "Content-Length": str(len(body)), **headers})
    return Response(status, http.client.responses.get(status, "Unknown"), complete, body)


def json_response(value: object, status: int = http.HTTPStatus.OK) -> Response:
    """Return an HTTP answer in JSON."""
    return response(msgspec.json.encode(value), JSON, status)


def page(status: int, retry_after: int | None = None) -> Response:
    """Return the page with which what stands before an exchange refuses."""
    headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
    body = b"<html><body><h1>%d</h1></body></html>" % status
    return response(body, {"Content-Type": "text/html", **headers}, status)
