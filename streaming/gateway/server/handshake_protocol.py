"""uvicorn's WebSocket protocol, which may also begin with a plain handshake that has been read already."""

import logging
from typing import Any, cast
from urllib.parse import unquote

from uvicorn.protocols.utils import ClientDisconnected, get_client_addr, get_path_with_query_string
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.protocol import State

from streaming.gateway.sending.transport import EXTENSION
from streaming.gateway.server.plain_handshake import PlainHandshake

_MOST_TOGETHER = 16_384


class HandshakeProtocol(WebSocketsSansIOProtocol):
    """One connection; the application, which is asked, answers its handshake, however that was read."""

    _handshake: PlainHandshake | None = None

    def take_over(self, transport: Any, handshake: PlainHandshake) -> None:
        """Begin with a connection's handshake, of which nothing is to be refused but by the application."""
        self.connection_made(transport)
        self._handshake = handshake
        self._expect_frames()
        self.handshake_initiated = True
        self.scope = self._scope_of(handshake)
        self.queue.put_nowait({"type": "websocket.connect"})
        task = self.loop.create_task(self.run_asgi())
        task.add_done_callback(self.on_task_complete)
        self.tasks.add(task)

    async def send(self, message: Any) -> None:
        """Take an ASGI message; waits while the socket is full."""
        if message["type"] == "websocket.accept" and self._handshake is not None:
            await self.writable.wait()
            if self.disconnected:
                raise ClientDisconnected
            self._accept(self._handshake, message)
        else:
            await super().send(message)
        if message["type"] == "websocket.accept":  # who accepts it has read them, and they are 1 KiB of each connection
            cast("list[Any]", self.scope["headers"]).clear()

    def _accept(self, handshake: PlainHandshake, message: Any) -> None:
        self._handshake = None
        is_logged = self.logger.isEnabledFor(logging.INFO)
        if is_logged:  # as uvicorn and the library log it
            path = get_path_with_query_string(self.scope)
            self.logger.info('%s - "WebSocket %s" [accepted]', get_client_addr(self.scope), path)
        if self.transport.is_closing():
            return
        headers = [*self.default_headers, *((name.lower(), value) for name, value in message.get("headers", ()))]
        if message.get("subprotocol"):
            headers.append((b"Sec-WebSocket-Protocol", message["subprotocol"].encode()))
        self.handshake_complete = True
        self.conn.state = State.OPEN
        if is_logged:
            self.logger.info("connection open")
        self._write_with_what_follows(handshake.answer(headers))
        self.start_keepalive()

    def _write_with_what_follows(self, data: bytes) -> None:
        """Write, together with what the application writes in the same turn of the loop: the welcome."""
        self.transport.set_write_buffer_limits(high=_MOST_TOGETHER)
        self.transport.write(data)
        self.loop.call_soon(self._write_at_once_again)

    def _write_at_once_again(self) -> None:
        if not self.transport.is_closing():
            self.transport.set_write_buffer_limits(high=0)

    def _expect_frames(self) -> None:
        """Let the library read frames from the beginning; until the handshake is answered, it may refuse it."""
        self.conn.state = State.OPEN
        self.conn.parser = self.conn.parse()
        next(self.conn.parser)
        self.conn.state = State.CONNECTING
        self.conn.accept_called = True

    def _scope_of(self, handshake: PlainHandshake) -> Any:
        raw_path, _, query = handshake.target.partition(b"?")
        offered = dict(handshake.headers).get(b"sec-websocket-protocol")
        return {
            "type": "websocket",
            "asgi": {"version": self.asgi_version, "spec_version": "2.4"},
            "http_version": "1.1",
            "scheme": self.scheme,
            "server": self.server,
            "client": self.client,
            "root_path": self.root_path,
            "path": self.root_path + unquote(raw_path.decode()),
            "raw_path": self.root_path.encode("ascii") + raw_path,
            "query_string": query,
            "headers": list(handshake.headers),
            "subprotocols": [] if offered is None else [name.strip() for name in offered.decode().split(",")],
            "state": self.app_state.copy(),
            "extensions": {"websocket.http.response": {}, EXTENSION: self},
        }
