"""The edge of the gateway: one consumer for each connection, between ASGI and a session."""

from collections.abc import Awaitable, Callable
from typing import Any, cast

import msgspec
from channels.consumer import AsyncConsumer
from channels.exceptions import StopConsumer

from streaming.gateway.authentication import configured_authenticator, credential_of, origin_is_allowed
from streaming.gateway.identity import AuthenticationError, Identity
from streaming.gateway.runtime import Runtime, current_runtime
from streaming.gateway.session import Session
from streaming.gateway.transport import Scope, Send, transport_for

RESPONSE_EXTENSION = "websocket.http.response"


class GatewayConsumer(AsyncConsumer):
    """Opens a session for a connection, hands it frames, and ends it.

    It has no channel of its own (the hub has the process's), and it overrides `dispatch`, which in Channels hops to a
    thread on every message for the sake of the ORM; the ORM is only used in the handshake here, asynchronously.
    """

    channel_layer_alias = None  # type: ignore[assignment]  # None is Channels' own way to say: no layer
    _session: Session | None = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Run until the connection ends, however it does; then the session has ended as well."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            if self._session is not None:
                self._session.disconnected()

    async def dispatch(self, message: dict[str, Any]) -> None:
        """Hand an ASGI message to its method."""
        await self._handlers()[message["type"]](message)

    def _handlers(self) -> dict[str, Callable[[dict[str, Any]], Awaitable[None]]]:
        return {
            "websocket.connect": self.connect,
            "websocket.receive": self.receive,
            "websocket.disconnect": self.disconnect,
        }

    async def connect(self, message: dict[str, Any]) -> None:
        """Accept the connection, or refuse it by HTTP: 403 for its origin, 401 for a bad token."""
        runtime = await current_runtime()
        if not origin_is_allowed(self.scope, runtime.settings.allowed_origins):
            await self._refuse(403, "Origin not allowed")
            return
        try:
            identity = await self._authenticate()
        except AuthenticationError:
            await self._refuse(401, "Authentication failed")
            return
        await self._send({"type": "websocket.accept"})
        self._session = self._open(runtime, identity)

    async def receive(self, message: dict[str, Any]) -> None:
        """Hand a frame to the session; the next one is read when it has room for more."""
        if self._session is not None:
            self._session.receive(message.get("text"))
            await self._session.subscriptions.has_room()

    async def disconnect(self, message: dict[str, Any]) -> None:
        """End the connection, and with it the session."""
        raise StopConsumer

    @property
    def _send(self) -> Send:
        return cast("Send", self.base_send)

    def _open(self, runtime: Runtime, identity: Identity | None) -> Session:
        session = runtime.session(runtime.market_dialect, transport_for(self.scope, self._send), identity)
        session.open()
        return session

    async def _authenticate(self) -> Identity | None:
        credential = credential_of(self.scope)
        return None if credential is None else await configured_authenticator()(credential)

    async def _refuse(self, status: int, detail: str) -> None:
        await refuse_handshake(self.scope, self._send, status, detail)


class UnknownPathConsumer(AsyncConsumer):
    """Refuses a handshake at a path where no endpoint is."""

    channel_layer_alias = None  # type: ignore[assignment]  # None is Channels' own way to say: no layer

    async def dispatch(self, message: dict[str, Any]) -> None:
        """Refuse with 404."""
        if message["type"] == "websocket.connect":
            await refuse_handshake(self.scope, cast("Send", self.base_send), 404, "Not found")
        raise StopConsumer


async def refuse_handshake(scope: Scope, send: Send, status: int, detail: str) -> None:
    """Answer a handshake by HTTP; a server that can't is told to close, which it does with 403."""
    if RESPONSE_EXTENSION not in scope.get("extensions", {}):
        await send({"type": "websocket.close"})
        return
    headers = [(b"content-type", b"application/json")]
    await send({"type": f"{RESPONSE_EXTENSION}.start", "status": status, "headers": headers})
    await send({"type": f"{RESPONSE_EXTENSION}.body", "body": msgspec.json.encode({"detail": detail})})
