"""The edge of the gateway: one consumer for each connection, between ASGI and a session."""

import asyncio
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any, cast

from channels.consumer import AsyncConsumer
from channels.exceptions import StopConsumer

from streaming.gateway.deployment.connection_log import refused_handshake_log
from streaming.gateway.dialects.base import Dialect, LoginMoment
from streaming.gateway.handshake.endpoints import Endpoint
from streaming.gateway.handshake.handshake import (
    HandshakeRefusedError,
    address_of,
    host_is_allowed,
    refusal,
    refuse_handshake,
)
from streaming.gateway.handshake.origins import origin_is_allowed
from streaming.gateway.login.admission import Seat, TooManyConnectionsError
from streaming.gateway.login.authentication import credential_of
from streaming.gateway.login.checking import LoginUnavailableError
from streaming.gateway.runtime import Runtime, current_runtime
from streaming.gateway.sending.transport import Send, transport_for
from streaming.gateway.session.peer import Peer
from streaming.gateway.session.session import Session
from streaming.identity.identity import AuthenticationError, Identity
from streaming.tracing.correlation import correlated
from streaming.tracing.http_requests import request_id_of


class GatewayConsumer(AsyncConsumer):
    """Opens a session for a connection at an endpoint, hands it frames, and ends it.

    It has no channel of its own (the hub has the process's), and so takes message after message itself: Channels makes
    a task for each, to wait for either. It overrides `dispatch`, which in Channels hops to a thread on every message
    for the sake of the ORM; the ORM is only used for logins here, asynchronously.
    """

    channel_layer_alias = None  # type: ignore[assignment]  # None is Channels' own way to say: no layer

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self._session: Session | None = None
        self._seat: Seat | None = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Run until the connection ends, however it does; then the session has ended as well."""
        self.scope, self.base_send = scope, send
        try:
            while True:
                await self.dispatch(await receive())
        except StopConsumer:
            return
        finally:
            if self._session is not None:
                self._session.disconnected()
            if self._seat is not None:
                self._seat.give_back()

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
        """Accept the connection, or refuse it by HTTP."""
        with correlated(request_id_of(self.scope["headers"])):
            await self._connect(await current_runtime())

    async def _connect(self, runtime: Runtime) -> None:
        try:
            session = await self._new_session(runtime)
        except HandshakeRefusedError as refused:
            self._note_refused(runtime, refused.status)
            await refuse_handshake(self.scope, self._send, refused)
            return
        await self._send({"type": "websocket.accept", "subprotocol": session.dialect.subprotocol})
        self._session = session
        runtime.open(session)

    async def receive(self, message: dict[str, Any]) -> None:
        """Hand a frame to the session; the next one is read when it has room for more."""
        if self._session is not None:
            self._session.receive(message.get("text"))
            if self._session.tasks:  # what it has begun answers before what comes next, unless it needs somebody else
                await asyncio.sleep(0)
            await self._session.has_room()

    async def disconnect(self, message: dict[str, Any]) -> None:
        """End the connection, and with it the session."""
        if self._session is not None:
            self._session.told_code = message.get("code")
        raise StopConsumer

    def _note_refused(self, runtime: Runtime, status: HTTPStatus) -> None:
        runtime.statistics.session_counts.refused[status] += 1
        if runtime.settings.log_connections:
            refused_handshake_log(status, address=address_of(self.scope, runtime.settings.trusted_proxies))

    @property
    def _send(self) -> Send:
        return cast("Send", self.base_send)

    async def _new_session(self, runtime: Runtime) -> Session:
        """Check host, origin, number of connections and login, in this order; raise `HandshakeRefusedError`."""
        if not host_is_allowed(self.scope, runtime.settings.allowed_hosts):
            raise refusal(HTTPStatus.BAD_REQUEST, "Host not allowed")
        if not origin_is_allowed(self.scope, runtime.settings.allowed_origins):
            raise refusal(HTTPStatus.FORBIDDEN, "Origin not allowed")
        try:
            self._seat = runtime.admission.admit(address_of(self.scope, runtime.settings.trusted_proxies))
            dialect = self._endpoint.choose(runtime.dialects, tuple(self.scope.get("subprotocols") or ()))
            identity = await self._authenticate(runtime, dialect)
            if identity is not None:
                self._seat.log_in(identity.user_id)
        except TooManyConnectionsError:
            raise refusal(HTTPStatus.TOO_MANY_REQUESTS, "Too many connections") from None
        return runtime.session(Peer(transport_for(self.scope, self._send), dialect, identity, self._seat))

    async def _authenticate(self, runtime: Runtime, dialect: Dialect) -> Identity | None:
        credential = credential_of(self.scope)
        if (credential is None or not credential.secret) and dialect.login is LoginMoment.IN_HANDSHAKE:
            raise self._endpoint.refuse_login(None)
        if credential is None:
            return None
        try:
            return await runtime.credential_check.identity_of(credential)
        except AuthenticationError as error:
            raise self._endpoint.refuse_login(error.code) from None
        except LoginUnavailableError:
            raise refusal(HTTPStatus.SERVICE_UNAVAILABLE, "Login unavailable") from None


class UnknownPathConsumer(AsyncConsumer):
    """Refuses a handshake at a path where no endpoint is."""

    channel_layer_alias = None  # type: ignore[assignment]  # None is Channels' own way to say: no layer

    async def dispatch(self, message: dict[str, Any]) -> None:
        """Refuse with 404."""
        if message["type"] == "websocket.connect":
            with correlated(request_id_of(self.scope["headers"])):
                not_found = refusal(HTTPStatus.NOT_FOUND, "Not found")
                await refuse_handshake(self.scope, cast("Send", self.base_send), not_found)
        raise StopConsumer
