"""The simulated node: JSON-RPC by HTTP and WebSocket on one port, from a seed and a clock.

`POST /` answers requests, `GET /` becomes a WebSocket with subscriptions; where it may be controlled, `/simulator/…`
moves the chain. It runs inside the event loop that starts it.
"""

import asyncio
import logging
from collections import deque
from typing import Any

import msgspec
from aiohttp import web

from streaming.clock import Clock, SystemClock
from wallets.simulator.chain.chain import SimulatedChain
from wallets.simulator.chain.growth import Growth
from wallets.simulator.chain.transactions import MinedBlock, SentTransaction
from wallets.simulator.connection import NodeConnection
from wallets.simulator.control import Control, ControlError
from wallets.simulator.rpc.errors import unsupported
from wallets.simulator.rpc.methods import Methods
from wallets.simulator.rpc.requests import answered
from wallets.simulator.settings import ChainSettings

_LARGEST_REQUEST = 5 * 2**20  # bytes, as geth's
_REMEMBERED = 1000
_MILLISECONDS = 1000
_SUBSCRIBING = frozenset({"eth_subscribe", "eth_unsubscribe"})
_log = logging.getLogger(__name__)


class SimulatedNode:
    """A node of a simulated chain on a socket. `start` and `stop` it once each.

    For tests it tells the truth: `chain`, and how what clients have asked begins (`requests`, the newest last).
    """

    def __init__(
        self,
        *,
        seed: int = 1,
        clock: Clock | None = None,
        host: str = "127.0.0.1",
        port: int = 0,
        settings: ChainSettings | None = None,
    ) -> None:
        self.clock: Clock = clock or SystemClock()
        self.settings = settings or ChainSettings()
        self.growth = Growth(seed, self.settings, self._now())
        self.requests: deque[str] = deque(maxlen=_REMEMBERED)
        self._host = host
        self._port = port
        self._methods = Methods(self.chain, self.settings.chain_id)
        self._control = Control(self.growth, self.cut)
        self._connections: set[NodeConnection] = set()
        self._runner: web.AppRunner | None = None
        self._ticker: asyncio.Task[None] | None = None
        self.chain.observe(self._tell)

    @property
    def chain(self) -> SimulatedChain:
        """The chain as it is."""
        return self.growth.chain

    @property
    def http_url(self) -> str:
        """Where it answers by HTTP."""
        return f"http://{self._host}:{self._port}"

    @property
    def websocket_url(self) -> str:
        """Where it answers by WebSocket."""
        return f"ws://{self._host}:{self._port}"

    async def start(self) -> None:
        """Listen, on a port of the system's choice where none was given; raise OSError where it is taken."""
        application = web.Application(client_max_size=_LARGEST_REQUEST)
        application.add_routes([web.post("/", self._answer_http), web.get("/", self._answer_websocket)])
        if self.settings.control:
            application.add_routes([web.get("/simulator/{action}", self._answer_control)])
        self._runner = web.AppRunner(application, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, self._host, self._port).start()
        self._port = self._runner.addresses[0][1]
        if self.settings.tick_interval is not None:
            self._ticker = asyncio.create_task(self._keep_ticking(self.settings.tick_interval))
            self._ticker.add_done_callback(_report_failure)

    async def stop(self) -> None:
        """Close all connections (1001) and stop listening."""
        if self._ticker is not None:
            self._ticker.cancel()
            await asyncio.wait([self._ticker])
        await asyncio.gather(*(connection.close() for connection in tuple(self._connections)))
        if self._runner is not None:
            await self._runner.cleanup()

    def tick(self) -> None:
        """Let the chain grow to what the clock shows, and tell who has subscribed."""
        self.growth.grow_until(self._now())

    def cut(self) -> int:
        """Reset all WebSockets now, without a close frame; return how many there were."""
        cut = tuple(self._connections)
        for connection in cut:
            connection.cut()
        return len(cut)

    def _now(self) -> int:
        return self.clock.now_ms() // _MILLISECONDS

    async def _keep_ticking(self, interval: float) -> None:
        while True:
            await asyncio.sleep(interval)
            self.tick()

    def _tell(self, happened: MinedBlock | SentTransaction) -> None:
        for connection in self._connections:
            connection.tell(happened)

    def _note(self, text: bytes) -> None:
        self.requests.append(text[:_REMEMBERED].decode(errors="replace"))

    async def _answer_http(self, request: web.Request) -> web.Response:
        text = await request.read()
        self._note(text)
        body = answered(text, self._answer_without_subscriptions)
        return web.Response(body=body or b"", content_type="application/json")

    def _answer_without_subscriptions(self, method: str, given: list[Any]) -> Any:
        if method in _SUBSCRIBING:
            raise unsupported("notifications not supported")
        return self._methods.answer(method, given)

    async def _answer_websocket(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(max_msg_size=_LARGEST_REQUEST)
        await socket.prepare(request)
        if request.transport is None:
            return socket
        connection = NodeConnection(socket, request.transport, self._methods.answer)
        self._connections.add(connection)
        try:
            await connection.serve(self._note)
        finally:
            self._connections.discard(connection)
        return socket

    async def _answer_control(self, request: web.Request) -> web.Response:
        try:
            if len(given := dict(request.query)) < len(request.query):
                return _json(400, {"error": "a parameter was given twice"})
            told = self._control.carry_out(request.match_info["action"], given)
        except ControlError as error:
            return _json(400, {"error": str(error)})
        return _json(200, told) if told is not None else _json(404, {"error": f"nothing at {request.path}"})


def _json(status: int, told: object) -> web.Response:
    return web.Response(status=status, body=msgspec.json.encode(told), content_type="application/json")


def _report_failure(ticker: asyncio.Task[None]) -> None:
    if not ticker.cancelled() and (failure := ticker.exception()):
        _log.error("the simulated chain stands still", exc_info=failure)
