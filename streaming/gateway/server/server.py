"""uvicorn with what a gateway needs besides: connections of our own, and a stop that always ends."""

import asyncio
import contextlib
import signal
from collections.abc import Awaitable, Callable, Generator
from types import FrameType
from typing import Any, cast

import msgspec
import uvicorn

from streaming.configuration.setting_fields import setting
from streaming.gateway.server.body_budgets import BodyBudgets
from streaming.gateway.server.http_limits import HttpLimits
from streaming.gateway.server.http_protocol import GatewayHttpProtocol
from streaming.gateway.server.keepalive import EarlyPings, KeepAliveTimes
from streaming.gateway.server.new_connection import NewConnection
from streaming.gateway.server.stopped_requests import answered_when_stopped
from streaming.gateway.server.websocket_protocol import GatewayProtocol
from streaming.workers.ticks import until_tick
from streaming.workers.waiting import wait_for

_STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM)
_TICK_SECONDS = 1.0
_TICKS = 10
"""So many of uvicorn's own ticks pass in one of ours: with each tenth it renews the date that answers carry."""
_FRAMES_PER_SECOND = 1000
_FRAMES_PER_MESSAGE = 10
"""So many frames are taken for each message within the limit, so that who exceeds that is noticed and told."""


class GatewayServer(uvicorn.Server):
    """A server that ends with exit code 0 on SIGINT and SIGTERM, having closed its sessions first."""

    def __init__(
        self,
        config: uvicorn.Config,
        before_shutdown: Callable[[], Awaitable[None]],
        told_to_stop: Callable[[], None] | None = None,
    ) -> None:
        self._stopping = asyncio.Event()
        super().__init__(config)
        self._before_shutdown = before_shutdown
        self._told_to_stop = told_to_stop

    @property
    def should_exit(self) -> bool:
        """Whether it is to stop; setting it ends the wait for the next tick."""
        return self._stopping.is_set()

    @should_exit.setter
    def should_exit(self, value: bool) -> None:
        if value:
            self._stopping.set()
        else:
            self._stopping.clear()

    async def main_loop(self) -> None:
        """Look once a second whether to stop, where uvicorn looks ten times: that wakes a server that rests."""
        ticks = 0
        while not await self.on_tick(ticks):
            ticks += _TICKS
            await wait_for(self._stopping, until_tick(_TICK_SECONDS))

    async def shutdown(self, sockets: Any = None) -> None:
        """Take no more connections, close the sessions with the protocol's codes, then stop as uvicorn does."""
        for server in self.servers:
            server.close()
        await self._before_shutdown()
        await super().shutdown(sockets)

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        """Stop on a signal without raising it again afterwards: being told to stop is no failure."""
        loop = asyncio.get_running_loop()
        for number in _STOP_SIGNALS:
            loop.add_signal_handler(number, self.handle_exit, number, None)
        try:
            yield
        finally:
            for number in _STOP_SIGNALS:
                loop.remove_signal_handler(number)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Begin to stop, on a signal."""
        if self._told_to_stop is not None:
            self._told_to_stop()
        super().handle_exit(sig, frame)


def _frames_for(messages_per_second: int) -> int:
    return max(_FRAMES_PER_SECOND, _FRAMES_PER_MESSAGE * messages_per_second)


class ServerLimits(msgspec.Struct, frozen=True, kw_only=True):
    """Sizes in bytes, times in seconds.

    `frames_per_second` bounds what one client makes the server do: messages, their fragments, pings and pongs. One that
    sends more for `flood_seconds` in a row is closed. `shutdown_timeout` is how long a stop waits for requests that are
    under way; then it leaves them.
    """

    maximum_message_bytes: int = setting("WS_MAXIMUM_MESSAGE_BYTES")
    frames_per_second: int = setting("WS_MESSAGES_PER_SECOND", _frames_for)
    flood_seconds: float = setting("WS_RATE_LIMIT_CLOSE_SECONDS")
    pings: KeepAliveTimes = msgspec.field(default_factory=KeepAliveTimes)
    abort_after: float = setting("WS_ABORT_AFTER_SECONDS")
    request_timeout: float = setting("WS_REQUEST_TIMEOUT_SECONDS")
    shutdown_timeout: int = 4
    http: HttpLimits = msgspec.field(default_factory=HttpLimits)


def server_config(application: Any, limits: ServerLimits) -> uvicorn.Config:
    """Return uvicorn's configuration for the gateway. Compression is off: it would cost 40 KiB a connection."""
    attributes = {
        "abort_after": limits.abort_after,
        "keepalive_times": limits.pings,
        "early_pings": EarlyPings(),
        "frames_per_second": limits.frames_per_second,
        "flood_seconds": limits.flood_seconds,
    }
    protocol = type("LimitedGatewayProtocol", (GatewayProtocol,), attributes)
    http_attributes = {
        "request_timeout": limits.request_timeout,
        "limits": limits.http,
        "bodies": BodyBudgets(limits.http),
    }
    http = type("LimitedHttpProtocol", (GatewayHttpProtocol,), http_attributes)
    new_connection = type("LimitedNewConnection", (NewConnection,), {"http": http, "websocket": protocol})
    return uvicorn.Config(
        answered_when_stopped(application),
        loop="uvloop",
        http=cast("Any", new_connection),
        ws=cast("Any", protocol),
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,  # whom to believe about addresses, TRUSTED_PROXY_COUNT says
        ws_max_size=limits.maximum_message_bytes,
        ws_ping_interval=None,  # GatewayProtocol pings by itself
        ws_per_message_deflate=False,
        timeout_graceful_shutdown=limits.shutdown_timeout,
    )
