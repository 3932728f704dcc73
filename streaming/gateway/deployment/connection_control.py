"""All connections of all gateways, as operators see and end them: each gateway answers for its own."""

import asyncio
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
import structlog

from streaming.connections.control import FoundConnection, SelectedConnections
from streaming.connections.lookup import ConnectionInfo
from streaming.connections.selection import ConnectionSelection
from streaming.fan_out.hub import Hub
from streaming.gateway import close_reasons
from streaming.gateway.deployment.connections import ServedConnection, connection_info
from streaming.gateway.deployment.gateway_poll import NewPoll
from streaming.gateway.session.session import Session
from streaming.gateway.session.session_state import SessionState
from streaming.gateway.session.sessions import Sessions
from streaming.layer.channel_layer import Message
from streaming.layer.groups import process_group

DISCONNECT_MESSAGE = "gateway.disconnect"
_SEND_SECONDS = 2.0

logger = structlog.get_logger(__name__)


class _Own(msgspec.Struct, frozen=True, kw_only=True):
    """What one gateway has of what was asked for."""

    gateway: str
    items: tuple[ConnectionInfo, ...]
    found: int
    open: int


_encode = msgspec.msgpack.Encoder().encode
_decode_selection = msgspec.msgpack.Decoder(ConnectionSelection).decode
_decode_own = msgspec.msgpack.Decoder(_Own).decode


class GatewayConnectionControl:
    """Asks the other gateways by polls of `new_poll`, and answers them; closes what it serves itself."""

    def __init__(self, new_poll: NewPoll, hub: Hub, sessions: Sessions, process_id: str) -> None:
        self._hub = hub
        self._sessions = sessions
        self._process_id = process_id
        self._selected = new_poll(question="gateway.connections", own=self._own_selected)
        self._one = new_poll(question="gateway.connection", own=self._own_one)

    async def start(self) -> None:
        """Listen to questions, to the answers to one's own, and to who ends connections."""
        await self._selected.start()
        await self._one.start()
        await self._hub.listen(process_group(self._process_id), DISCONNECT_MESSAGE, self._hear_disconnect)

    async def stop(self) -> None:
        """Answer no more; calling it twice is harmless."""
        await self._selected.stop()
        await self._one.stop()

    async def select(self, selection: ConnectionSelection) -> SelectedConnections:
        """Return the open connections of all gateways that are selected; never raises."""
        polled = await self._selected.ask(selection=_encode(selection))
        parts = [_decode_own(answer) for answer in polled.answers]
        return SelectedConnections(
            items=tuple(selection.first(connection for part in parts for connection in part.items)),
            found=sum(part.found for part in parts),
            open=sum(part.open for part in parts),
            answered=tuple(sorted(part.gateway for part in parts)),
            unanswered=polled.unanswered,
        )

    async def find(self, client_id: str) -> FoundConnection:
        """Return the open connection of a client, wherever it is; never raises."""
        polled = await self._one.ask(client_id=client_id)
        found = [connection for answer in polled.answers for connection in _decode_own(answer).items]
        return FoundConnection(connection=found[0] if found else None, unanswered=polled.unanswered)

    async def disconnect(self, connection: ConnectionInfo) -> None:
        """Close a connection here, or tell its gateway to; a layer that is away is logged, not raised."""
        if connection.gateway == self._process_id:
            self._close(connection.client_id)
            return
        client_id = connection.client_id
        try:
            async with asyncio.timeout(_SEND_SECONDS):
                await self._hub.send(
                    process_group(connection.gateway), {"type": DISCONNECT_MESSAGE, "client_id": client_id}
                )
        except Exception as error:  # noqa: BLE001 - whatever a layer raises: whoever looks sees the connection is there
            logger.warning("a gateway could not be told to end a connection", client_id=client_id, reason=repr(error))

    def _own_selected(self, question: Mapping[str, Any]) -> bytes:
        selection = _decode_selection(question["selection"])
        served = [ServedConnection(session, self._process_id) for session in self._open()]
        found = [connection for connection in served if selection.finds(connection)]
        chosen = (connection_info(connection.session, self._process_id) for connection in selection.first(found))
        return self._own(chosen, found=len(found), count=len(served))

    def _own_one(self, question: Mapping[str, Any]) -> bytes:
        session = self._open_session(question["client_id"])
        found = () if session is None else (connection_info(session, self._process_id),)
        return self._own(found, found=len(found), count=len(found))

    def _own(self, items: Iterable[ConnectionInfo], *, found: int, count: int) -> bytes:
        return _encode(_Own(gateway=self._process_id, items=tuple(items), found=found, open=count))

    def _open(self) -> Iterable[Session]:
        return (session for session in self._sessions if session.state is SessionState.OPEN)

    def _open_session(self, client_id: str) -> Session | None:
        session = self._sessions.get(client_id)
        return session if session is not None and session.state is SessionState.OPEN else None

    def _hear_disconnect(self, message: Message) -> None:
        self._close(message["client_id"])

    def _close(self, client_id: str) -> None:
        session = self._sessions.get(client_id)
        if session is not None:
            session.close(*close_reasons.DISCONNECTED.told)
