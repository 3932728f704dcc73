"""The connection to the exchange's streams: one combined socket, kept for ever.

A thin shell: when to connect, what to ask for and how fast are decided by `Reconnecting`, `Subscriptions` and `Pacer`.
The reader never waits: it parses a frame and hands the message on.
"""

import asyncio
from collections.abc import Callable
from random import Random

import structlog
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidStatus, WebSocketException

from streaming.clock import Clock
from streaming.events.system import ExchangeEvent
from streaming.loopback import is_loopback
from streaming.market import messages, parser
from streaming.market.messages import Received
from streaming.market.upstream.limits import ConnectionLimits
from streaming.market.upstream.news import ConnectionNews, ConnectionState
from streaming.market.upstream.pacing import Pacer
from streaming.market.upstream.reconnecting import Reconnecting
from streaming.market.upstream.subscriptions import Subscriptions
from streaming.market.waiting import wait_for

__all__ = ["ConnectionLimits", "ConnectionNews", "ConnectionState", "ExchangeConnection"]

logger = structlog.get_logger(__name__)

Handler = Callable[[Received], None]


class UnansweredError(Exception):
    """The exchange did not answer a request, however often it was repeated."""


class ExchangeConnection:
    """See the module. `handle` is called with every message; it must neither wait nor block.

    `observe` is called whenever `state` or `active` has changed, and `tell` with what happens to the connection, when
    `state` says so already.
    """

    def __init__(
        self,
        addresses: tuple[str, ...],
        handle: Handler,
        observe: Callable[[], None],
        tell: Callable[[ConnectionNews], None] = lambda _: None,
        *,
        limits: ConnectionLimits,
        clock: Clock,
        random: Random,
    ) -> None:
        self._handle = handle
        self._observe = observe
        self._tell = tell
        self._limits = limits
        self._reconnecting = Reconnecting(addresses, limits=limits.reconnect, clock=clock, random=random)
        self._subscriptions = Subscriptions(limits.subscriptions, clock)
        self._pacer = Pacer(limits.send_interval, clock)
        self._changed = asyncio.Event()
        self.state = ConnectionState.CONNECTING
        self.connections = 0
        self.unreadable = 0
        self.unknown = 0

    @property
    def active(self) -> tuple[str, ...]:
        """The streams that the exchange has acknowledged, sorted."""
        return self._subscriptions.active

    @property
    def address(self) -> str:
        """The base address in use."""
        return self._reconnecting.address

    def want(self, streams: frozenset[str]) -> None:
        """Make `streams` what the exchange is to send; what is no longer wanted ends after its linger."""
        self._subscriptions.want(streams)
        self._changed.set()

    async def run(self) -> None:
        """Keep a connection until cancelled; however one ends, another follows."""
        while True:
            await asyncio.sleep(self._reconnecting.wait)
            self._reconnecting.attempting()
            address, attempt = self._reconnecting.address, self._reconnecting.attempt
            self._tell(ConnectionNews(event=ExchangeEvent.CONNECTING, attempt=attempt))
            try:
                await self._run_once(f"{address}/stream", attempt)
            except InvalidStatus as error:
                status = error.response.status_code
                self._reconnecting.refused(status, next(iter(error.response.headers.get_all("Retry-After")), None))
                self._say_lost(address, attempt, f"HTTP {status}")
            except (OSError, WebSocketException, UnansweredError) as error:  # OSError includes TimeoutError
                self._reconnecting.lost()
                self._say_lost(address, attempt, str(error) or type(error).__name__)

    async def _run_once(self, url: str, attempt: int) -> None:
        """Connect and serve; always ends by raising."""
        limits = self._limits
        async with connect(
            url,
            open_timeout=limits.open_timeout,
            close_timeout=limits.close_timeout,
            ping_interval=limits.ping_interval,
            ping_timeout=limits.ping_timeout,
            max_size=limits.maximum_frame_bytes,
            proxy=None if is_loopback(url) else True,
            compression=None,
        ) as socket:
            self.connections += 1
            self._reconnecting.connected()
            self._set_state(ConnectionState.LIVE)
            self._tell(ConnectionNews(event=ExchangeEvent.CONNECTED, attempt=attempt))
            logger.info("connected to the exchange", url=url)
            await self._serve(socket)

    async def _serve(self, socket: ClientConnection) -> None:
        """Read and send until one of the two fails; raise the failure of the first."""
        tasks = {asyncio.create_task(self._read(socket)), asyncio.create_task(self._send(socket))}
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        for task in done:
            task.result()

    async def _read(self, socket: ClientConnection) -> None:
        while True:
            received = parser.parse_frame(await socket.recv(decode=False))
            self._reconnecting.data_received()
            try:
                self._take(received)
            except Exception:
                logger.exception("a message of the exchange could not be handled", stream=received.stream)

    def _take(self, received: Received) -> None:
        match received.message:
            case messages.Answer(request_id=request_id):
                self._subscriptions.accepted(request_id)
                self._changed.set()
                self._observe()
            case messages.Refusal(request_id=request_id, code=code, message=message):
                self._subscriptions.refused(request_id, f"{code} {message}")
                self._changed.set()
            case messages.Unknown(event=event):
                self.unknown += 1
                logger.debug("an unknown message of the exchange", exchange_event=event, stream=received.stream)
            case messages.Unreadable(reason=reason):
                self.unreadable += 1
                logger.warning("an unreadable message of the exchange", reason=reason, stream=received.stream)
            case _:
                self._handle(received)

    async def _send(self, socket: ClientConnection) -> None:
        while True:
            self._changed.clear()
            self._subscriptions.expire()
            if self._subscriptions.is_exhausted:
                raise UnansweredError("the exchange does not answer requests")
            await asyncio.sleep(self._pacer.wait)
            request = self._subscriptions.next_request()
            if request is None:
                await wait_for(self._changed, self._subscriptions.wait)
                continue
            self._pacer.sent()
            await socket.send(request, text=True)

    def _say_lost(self, address: str, attempt: int, reason: str) -> None:
        event = ExchangeEvent.DISCONNECTED if self.state is ConnectionState.LIVE else ExchangeEvent.ERROR
        self._subscriptions.reset()
        self._set_state(ConnectionState.RECONNECTING)
        self._tell(ConnectionNews(event=event, attempt=attempt, reason=reason))
        if self._reconnecting.has_failed:
            self._tell(ConnectionNews(event=ExchangeEvent.RECONNECT_FAILED, attempt=attempt, reason=reason))
        seconds = round(self._reconnecting.wait, 3)
        logger.warning("the exchange is not connected", address=address, reason=reason, next_attempt_in=seconds)

    def _set_state(self, state: ConnectionState) -> None:
        if state is not self.state:
            self.state = state
            self._observe()
