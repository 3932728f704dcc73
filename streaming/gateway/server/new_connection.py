"""A connection of which nothing has been read yet: its first bytes tell what it becomes."""

import asyncio
from typing import Any, ClassVar, cast

from uvicorn import Config
from uvicorn.server import ServerState

from streaming.gateway.server.http_protocol import GatewayHttpProtocol
from streaming.gateway.server.plain_handshake import plain_handshake
from streaming.gateway.server.websocket_protocol import GatewayProtocol


class NewConnection(asyncio.Protocol):
    """Becomes a WebSocket where a plain handshake comes, else an HTTP connection, which may become one as well.

    One that sends nothing is closed when `http` would close it, whose time to wait counts from here on.
    """

    http: ClassVar[type[GatewayHttpProtocol]]
    websocket: ClassVar[type[GatewayProtocol]]

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        self._config = config
        self._state = server_state
        self._app_state = app_state
        self._loop = _loop or asyncio.get_running_loop()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Wait for the first bytes."""
        self._transport = cast("asyncio.Transport", transport)  # uvloop's is of no class of asyncio's
        self._state.connections.add(cast("Any", self))
        self._deadline = self._loop.call_later(self.http.request_timeout, transport.close)

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no more."""
        self._stop_waiting()

    def shutdown(self) -> None:
        """Close, as the server stops."""
        self._transport.close()

    def data_received(self, data: bytes) -> None:
        """Become what the first bytes ask for."""
        self._stop_waiting()
        handshake = plain_handshake(data, self.http.limits)
        if handshake is None:
            http = self.http(self._config, self._state, self._app_state, self._loop)
            self._transport.set_protocol(http)
            http.take_over(self._transport, data, until=self._deadline.when())
        else:
            websocket = self.websocket(self._config, self._state, self._app_state, self._loop)
            self._transport.set_protocol(websocket)
            websocket.take_over(self._transport, handshake)

    def _stop_waiting(self) -> None:
        self._deadline.cancel()
        self._state.connections.discard(cast("Any", self))
