"""The simulated exchange: streams and REST on one port, from a seed and a clock.

It runs inside the event loop that starts it and never holds it for long. Real Binance has a host for each API; here
`/api/v3/…` is REST, `/ws…` are raw streams, `/stream` combined ones, and anything else is 404.
"""

import asyncio
import http
import logging
from collections import deque
from time import perf_counter
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

import msgspec
from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.datastructures import Headers
from websockets.http11 import Request, Response

from streaming.clock import Clock, SystemClock
from streaming.simulator.candles import SECOND
from streaming.simulator.connection import ExchangeConnection
from streaming.simulator.connection_life import ConnectionLimits
from streaming.simulator.control import MAXIMUM_STREAMS
from streaming.simulator.fan_out import FanOut
from streaming.simulator.instruments import HALTED, INSTRUMENTS, Instrument
from streaming.simulator.listing import Listing
from streaming.simulator.market import Market
from streaming.simulator.rest import RestApi
from streaming.simulator.rest_weights import BanRules, RequestWeights

_MICROSECONDS = 1000  # in a millisecond
_TIME_SCALES = {"millisecond": 1, "microsecond": _MICROSECONDS}
_LONGEST_WORK = 0.01  # seconds of steps before others have their turn
_CLOSE_TIMEOUT = 2.0
_REMEMBERED = 1000

# websockets reports each REST answer as a handshake that was rejected.
_log = logging.getLogger(__name__)
_log.setLevel(logging.WARNING)


class ExchangeSettings(msgspec.Struct, frozen=True, kw_only=True):
    """How a simulated exchange behaves, beside its seed and clock."""

    speed: float = 1.0
    """The factor on trading and on the movement of prices; time itself isn't changed."""
    limits: ConnectionLimits = ConnectionLimits()
    weight_limit: int = 6000
    """REST request weight that may be used in a minute."""
    bans: BanRules = BanRules()
    """What becomes of who goes on after a 429."""
    warm_up: float = 10.0
    """Seconds of trading that lie behind when it starts."""
    tick_interval: float | None = 0.1
    """Seconds between looks at the clock; None where the market moves by `tick` alone."""
    instruments: tuple[Instrument, ...] = INSTRUMENTS
    """What trades."""
    halted: tuple[Instrument, ...] = HALTED
    """What is listed with status BREAK."""
    listed: tuple[object, ...] = ()
    """Further rows of `exchangeInfo`, sent as they are, with no market behind them (listing.py)."""


class SimulatedExchange:
    """A Binance-compatible exchange on a socket. `start` and `stop` it once each.

    For tests it tells the truth: `market` with each symbol's book, trades, candles and 24 hours; what clients sent
    (`messages`) and asked for (`requests`), the newest last.
    """

    def __init__(
        self,
        *,
        seed: int = 1,
        clock: Clock | None = None,
        host: str = "127.0.0.1",
        port: int = 0,
        settings: ExchangeSettings | None = None,
    ) -> None:
        self.clock: Clock = clock or SystemClock()
        self.settings = settings or ExchangeSettings()
        began = self.clock.now_ms() - round(self.settings.warm_up * SECOND)
        self.market = Market(
            seed=seed,
            start=began // SECOND * SECOND,
            speed=self.settings.speed,
            instruments=self.settings.instruments,
        )
        self.messages: deque[str | bytes] = deque(maxlen=_REMEMBERED)
        self.requests: deque[str] = deque(maxlen=_REMEMBERED)
        self._host = host
        self._port = port
        self._fan_out = FanOut(self.market)
        self._rest = RestApi(
            self.market,
            self.clock,
            RequestWeights(self.settings.weight_limit, self.settings.bans),
            Listing(self.market, self.settings.halted, self.settings.listed),
        )
        self._connections: dict[ExchangeConnection, None] = {}
        self._ticking = asyncio.Lock()
        self._ticker: asyncio.Task[None] | None = None
        self._server: Server | None = None

    @property
    def port(self) -> int:
        """The port it listens on; once started, never 0."""
        if self._server is None:
            return self._port
        port: int = next(iter(self._server.sockets)).getsockname()[1]
        return port

    @property
    def rest_url(self) -> str:
        """The base of the REST API, without `/api`."""
        return f"http://{self._host}:{self.port}"

    @property
    def stream_url(self) -> str:
        """The base of the streams, without `/ws` or `/stream`."""
        return f"ws://{self._host}:{self.port}"

    @property
    def connections(self) -> tuple[ExchangeConnection, ...]:
        """The open stream connections, the oldest first; each knows its `stream_names`."""
        return tuple(self._connections)

    def subscribed_streams(self) -> set[str]:
        """Return the names that some connection subscribed to, known streams or not."""
        return self._fan_out.names

    async def start(self) -> None:
        """Open the market and listen; raise OSError where the port is taken."""
        for _ in self.market.open_each():
            await asyncio.sleep(0)
        await self.tick()
        self._server = await serve(
            self._serve,
            self._host,
            self._port,
            process_request=self._process_request,
            create_connection=ExchangeConnection,
            compression=None,
            ping_interval=None,
            close_timeout=_CLOSE_TIMEOUT,
            server_header="nginx",
            logger=_log,
        )
        if self.settings.tick_interval is not None:
            self._ticker = asyncio.create_task(self._keep_ticking(self.settings.tick_interval))
            self._ticker.add_done_callback(_report_failure)

    async def stop(self) -> None:
        """Close all connections (1001) and stop listening."""
        if self._ticker is not None:
            self._ticker.cancel()
            await asyncio.wait([self._ticker])
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()

    async def tick(self) -> None:
        """Move the market on to what the clock shows, and tell everybody."""
        async with self._ticking:
            began = perf_counter()
            for step in self.market.steps_until(self.clock.now_ms()):
                self._fan_out.publish(step)
                if perf_counter() - began > _LONGEST_WORK:
                    self._flush()
                    await asyncio.sleep(0)
                    began = perf_counter()
            self._flush()
        now = self.clock.monotonic()
        for connection in self.connections:
            connection.look_after(now)

    async def cut(self) -> None:
        """Reset all stream connections now, without a close frame, and wait until they are gone."""
        cut = self.connections
        for connection in cut:
            connection.cut()
        await asyncio.gather(*(connection.wait_closed() for connection in cut))

    async def _keep_ticking(self, interval: float) -> None:
        while True:
            await asyncio.sleep(interval)
            await self.tick()

    def _flush(self) -> None:
        for connection in self.connections:
            connection.flush()

    async def _serve(self, connection: ServerConnection) -> None:
        if not isinstance(connection, ExchangeConnection):
            raise TypeError(f"not a connection of the exchange: {connection!r}")
        self._connections[connection] = None
        try:
            await connection.serve(self.messages)
        finally:
            del self._connections[connection]

    async def _process_request(self, connection: ServerConnection, request: Request) -> Response | None:
        """Answer plain HTTP, and let a WebSocket handshake go on (None)."""
        target = urlsplit(request.path)
        if target.path.startswith("/api/"):
            self.requests.append(request.path)
            return await self._rest_response(target, request.headers)
        streams = _streams_of(target)
        if streams is None:
            return _response(http.HTTPStatus.NOT_FOUND, b"404 page not found", {"Content-Type": "text/plain"})
        scale = _TIME_SCALES.get(parse_qs(target.query).get("timeUnit", ["millisecond"])[0].lower())
        if scale is None or len(streams) > MAXIMUM_STREAMS:
            return _response(http.HTTPStatus.BAD_REQUEST, b"Bad Request", {"Content-Type": "text/plain"})
        if isinstance(connection, ExchangeConnection):
            connection.begin(
                self._fan_out,
                self.clock,
                self.settings.limits,
                combined=target.path.startswith("/stream"),
                time_scale=scale,
                streams=streams,
            )
        return None

    async def _rest_response(self, target: SplitResult, headers: Headers) -> Response:
        microseconds = headers.get("X-MBX-TIME-UNIT", "").upper() == "MICROSECOND"
        answer = await self._rest.answer(target.path, target.query, microseconds=microseconds)
        if answer is None:
            return _response(http.HTTPStatus.NOT_FOUND, b"404 page not found", {"Content-Type": "text/plain"})
        return _response(http.HTTPStatus(answer.status), answer.body, answer.headers)


def _report_failure(ticker: asyncio.Task[None]) -> None:
    if not ticker.cancelled() and (failure := ticker.exception()):
        _log.error("the simulated market stands still", exc_info=failure)


def _streams_of(target: SplitResult) -> list[str] | None:
    """Return the streams that a URL names, None where there is nothing at its path."""
    if target.path in ("/ws", "/ws/"):
        return []
    if target.path.startswith("/ws/"):
        return _names(unquote(target.path.removeprefix("/ws/")))
    if target.path in ("/stream", "/stream/"):
        return _names(parse_qs(target.query).get("streams", [""])[0])
    return None


def _names(text: str) -> list[str]:
    return [name for name in text.split("/") if name]


def _response(status: http.HTTPStatus, body: bytes, headers: dict[str, str]) -> Response:
    complete = Headers({"Connection": "close", "Content-Length": str(len(body)), **headers})
    return Response(status.value, status.phrase, complete, body)
