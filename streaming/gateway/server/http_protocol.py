"""One HTTP connection of `serve`: uvicorn's protocol, held to RFC 6455 where it becomes a WebSocket, and to time."""

from asyncio import TimerHandle
from typing import Any, ClassVar

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol


class GatewayHttpProtocol(HttpToolsProtocol):
    """One HTTP connection, which may become a WebSocket; not from HTTP/1.0 (RFC 6455, 4.2.1).

    `request_timeout` is how long (in seconds) a whole request may take to come, or whoever sends none could stay for
    ever.
    """

    request_timeout: ClassVar[float]
    _deadline: TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        """Wait for a request."""
        super().connection_made(transport)
        self._wait_for_request()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no more."""
        self._stop_waiting()
        super().connection_lost(exc)

    def on_message_begin(self) -> None:
        """Wait for the rest of a request."""
        self._wait_for_request()
        super().on_message_begin()

    def on_message_complete(self) -> None:
        """Take the end of a request, which came in time."""
        self._stop_waiting()
        super().on_message_complete()

    def _should_upgrade(self) -> bool:
        return self.parser.get_http_version() != "1.0" and super()._should_upgrade()

    def _wait_for_request(self) -> None:
        if self._deadline is None:
            self._deadline = self.loop.call_later(self.request_timeout, self._give_up)

    def _give_up(self) -> None:
        """Hang up, unless it is us who don't read on: while the request before it is answered, say."""
        self._deadline = None
        if self.flow.read_paused:
            self._wait_for_request()
        else:
            self.transport.close()

    def _stop_waiting(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None
