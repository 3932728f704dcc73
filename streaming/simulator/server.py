"""The simulated exchange: streams and REST on one port, from a seed and a clock.

It runs inside the event loop that starts it and never holds it for long. Real Binance has a host for each API; here
`/api/v3/…` is REST, `/ws-api/v3` the WebSocket API, `/data/…` the public archive, `/ws…` are raw streams, `/stream`
combined ones, and anything else is 404. Where it may be controlled, `/simulator/…` tells what was made and takes
requests for faults.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from time import perf_counter
from urllib.parse import SplitResult, unquote, urlsplit

from websockets.asyncio.server import ServerConnection, serve
from websockets.datastructures import Headers
from websockets.http11 import Request, Response

from streaming.clock import Clock, SystemClock
from streaming.simulator.archive.archive import PREFIX as ARCHIVE_PREFIX
from streaming.simulator.archive.archive import Archive
from streaming.simulator.archive.faults import ArchiveFaults
from streaming.simulator.candles.candles import SECOND
from streaming.simulator.control_endpoint import PREFIX, ControlEndpoint
from streaming.simulator.faults.fault_injection import FaultInjector
from streaming.simulator.faults.faults import FOLLOWING_ONLY, Fault, FaultKind, Faults
from streaming.simulator.listening_server import ListeningServer
from streaming.simulator.market.market import Market, Step
from streaming.simulator.market.randomness import generator
from streaming.simulator.rest import web_socket_api
from streaming.simulator.rest.api import RestApi
from streaming.simulator.rest.listing import Listing
from streaming.simulator.rest.refusals import refused
from streaming.simulator.rest.weights import RequestWeights
from streaming.simulator.settings import ExchangeSettings
from streaming.simulator.streams.connection import ExchangeConnection, Venue
from streaming.simulator.streams.fan_out import FanOut
from streaming.simulator.streams.handshake import StreamRequest, not_found, response, stream_request

__all__ = ["ExchangeSettings", "SimulatedExchange"]

_LONGEST_WORK = 0.01  # seconds of steps before others have their turn
_CLOSE_TIMEOUT = 2.0
_OPEN_TIMEOUT = 120.0  # a large file of the archive may take long
_REMEMBERED = 1000
API_FORM = "api"
"""The `reason` of a SERVER_SHUTDOWN that is told to all connections as the WebSocket API tells it."""

# websockets reports each REST answer as a handshake that was rejected.
_log = logging.getLogger(__name__)
_log.setLevel(logging.WARNING)


class SimulatedExchange(ListeningServer):
    """A Binance-compatible exchange on a socket. `start` and `stop` it once each.

    For tests it tells the truth: `market` with each symbol's book, trades, candles and 24 hours, and each step of it
    to those who `observe`; what clients sent (`messages`) and asked for (`requests`), the newest last.
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
        super().__init__(host, port)
        self.seed = seed
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
        self._faults = Faults(self.clock, FOLLOWING_ONLY)
        disturbances = FaultInjector(self._faults, generator(seed, "faults"), self.settings.final_candle_delay)
        self._fan_out = FanOut(self.market, disturbances)
        self._venue = Venue(self._fan_out, self.clock, self.settings.limits, self._faults, self._answer_api)
        self._rest = RestApi(
            self.market,
            self.clock,
            RequestWeights(self.settings.weight_limit, self.settings.bans),
            Listing(self.market, self.settings.halted, self.settings.listed),
        )
        self.archive = Archive(self.market, self.clock, ArchiveFaults(self.settings.archive_faults))
        self._control = ControlEndpoint(self) if self.settings.control else None
        self._observers: list[Callable[[Step], None]] = []
        self._connections: dict[ExchangeConnection, None] = {}
        self._ticking = asyncio.Lock()
        self._ticker: asyncio.Task[None] | None = None

    @property
    def stream_url(self) -> str:
        """The base of the streams, without `/ws` or `/stream`."""
        return f"ws://{self.address}"

    @property
    def connections(self) -> tuple[ExchangeConnection, ...]:
        """The open stream connections, the oldest first; each knows its `stream_names`."""
        return tuple(self._connections)

    @property
    def active_faults(self) -> tuple[Fault, ...]:
        """The faults that are on now, in the order in which they were injected."""
        return self._faults.active

    def observe(self, callback: Callable[[Step], None]) -> None:
        """Have `callback` called with every step of the market from now on, after its events went out."""
        self._observers.append(callback)

    def stop_observing(self, callback: Callable[[Step], None]) -> None:
        """Have `callback`, which observes, called no more."""
        self._observers.remove(callback)

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
            open_timeout=_OPEN_TIMEOUT,
            ping_interval=None,
            close_timeout=_CLOSE_TIMEOUT,
            server_header="nginx",
            logger=_log,
        )
        if self.settings.tick_interval is not None:
            self._ticker = asyncio.create_task(self._keep_ticking(self.settings.tick_interval))
            self._ticker.add_done_callback(_report_failure)

    async def stop(self) -> None:
        """End all faults, close all connections (1001) and stop listening."""
        self._faults.end_all()
        self._flush()
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
                self._publish(step)
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

    async def inject(self, fault: Fault) -> None:
        """Let a fault happen, or be on from now; wait until what happens at once is done.

        See FaultKind. A fault on connections that are closed with a code is done when they begin to close.
        """
        self._faults.inject(fault)
        match fault.kind:
            case FaultKind.CUT:
                await self.cut()
            case FaultKind.CLOSE:
                for connection in self.connections:
                    connection.end(fault.code, fault.reason)
            case FaultKind.SERVER_SHUTDOWN:
                ends_at = self.clock.monotonic() + fault.delay
                for connection in self.connections:
                    connection.announce_shutdown(api=fault.reason == API_FORM, ends_at=ends_at)
            case FaultKind.FORGET:
                for connection in self.connections:
                    connection.unsubscribe([name for name in connection.stream_names if fault.concerns(name)])
            case _:
                pass

    def end_fault(self, kind: FaultKind) -> bool:
        """End a fault; return whether it was on."""
        was_on = self._faults.end(kind)
        self._flush()
        return was_on

    async def _keep_ticking(self, interval: float) -> None:
        while True:
            await asyncio.sleep(interval)
            await self.tick()

    def _publish(self, step: Step) -> None:
        self._fan_out.publish(step)
        for callback in self._observers:
            callback(step)

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
        if target.path.startswith(ARCHIVE_PREFIX):
            self.requests.append(request.path)
            file = await self.archive.answer(unquote(target.path))
            return response(file.status, file.body, file.headers)
        if self._control and target.path.startswith(PREFIX):
            answer = await self._control.answer(target)
            return response(answer.status, answer.body, {"Content-Type": "application/json"})
        return self._stream_response(connection, target)

    async def _rest_response(self, target: SplitResult, headers: Headers) -> Response:
        if fault := self._faults.get(FaultKind.REFUSE_REST):
            return refused(fault)
        microseconds = headers.get("X-MBX-TIME-UNIT", "").upper() == "MICROSECOND"
        answer = await self._rest.answer(target.path, target.query, microseconds=microseconds)
        if answer is None:
            return not_found()
        return response(answer.status, answer.body, answer.headers)

    async def _answer_api(self, message: str | bytes, request: StreamRequest) -> bytes:
        return await web_socket_api.answer(
            message,
            self._rest,
            now=self.clock.now_ms(),
            microseconds=request.time_scale != 1,
            shows_limits=request.shows_limits,
        )

    def _stream_response(self, connection: ServerConnection, target: SplitResult) -> Response | None:
        """Return the answer that refuses a stream connection; begin it and return None where nothing is against it."""
        asked = stream_request(target)
        if isinstance(asked, Response):
            return asked
        if fault := self._faults.get(FaultKind.REFUSE_STREAMS):
            return refused(fault)
        if isinstance(connection, ExchangeConnection):
            connection.begin(self._venue, asked)
        return None


def _report_failure(ticker: asyncio.Task[None]) -> None:
    if not ticker.cancelled() and (failure := ticker.exception()):
        _log.error("the simulated market stands still", exc_info=failure)
