"""Which connections a user has, and who is subscribed to a channel, at all gateways: each answers for its own."""

from collections.abc import Mapping
from typing import Any

import msgspec

from streaming.connections.lookup import ConnectionInfo
from streaming.gateway.deployment.gateway_poll import NewPoll
from streaming.gateway.session.session import Session
from streaming.gateway.session.sessions import Sessions
from streaming.topics.registry import TopicRegistry
from streaming.topics.topic import UnknownChannelError

_USER_CONNECTIONS = "gateway.roll_call"
"""As a version calls it that may run beside this one during an upgrade."""

_encode = msgspec.msgpack.Encoder().encode
_decode_connections = msgspec.msgpack.Decoder(tuple[ConnectionInfo, ...]).decode
_decode_users = msgspec.msgpack.Decoder(frozenset[str]).decode


class GatewayConnectionLookup:
    """Asks the other gateways by polls of `new_poll`, and answers them."""

    def __init__(self, new_poll: NewPoll, sessions: Sessions, process_id: str, registry: TopicRegistry) -> None:
        self._sessions = sessions
        self._process_id = process_id
        self._registry = registry
        self._connections = new_poll(question=_USER_CONNECTIONS, own=self._own_connections)
        self._subscribers = new_poll(question="gateway.subscribers", own=self._own_subscribers)

    async def start(self) -> None:
        """Listen to questions, and to the answers to one's own."""
        await self._connections.start()
        await self._subscribers.start()

    async def stop(self) -> None:
        """Answer no more; calling it twice is harmless."""
        await self._connections.stop()
        await self._subscribers.stop()

    async def connections_of(self, user_id: str) -> list[ConnectionInfo]:
        """Return the user's connections at all gateways that answer in time, the oldest first; never raises."""
        polled = await self._connections.ask(user_id=user_id)
        found = [connection for answer in polled.answers for connection in _decode_connections(answer)]
        return sorted(found, key=lambda connection: (connection.connected_since, connection.client_id))

    async def subscribers_of(self, channel: str) -> frozenset[str]:
        """Return the ids of the users who are subscribed to a channel now, as `connections_of` asks."""
        polled = await self._subscribers.ask(channel=channel)
        return frozenset[str]().union(*map(_decode_users, polled.answers))

    def _own_connections(self, question: Mapping[str, Any]) -> bytes:
        sessions = self._sessions.of_user(question["user_id"])
        return _encode([connection_info(session, self._process_id) for session in sessions])

    def _own_subscribers(self, question: Mapping[str, Any]) -> bytes:
        """Return the ids of the users here; a channel that only another version knows has none."""
        try:
            topic = self._registry.parse(question["channel"])
        except UnknownChannelError:
            return _encode(())
        hearing = (session for session in self._sessions if session.subscriptions.hears(topic))
        return _encode({session.identity.user_id for session in hearing if session.identity is not None})


class ServedConnection:
    """A session of a gateway as it is looked for among thousands: read when asked, without a copy of all it has."""

    __slots__ = ("gateway", "session")

    def __init__(self, session: Session, gateway: str) -> None:
        self.session = session
        self.gateway = gateway

    @property
    def client_id(self) -> str:
        return self.session.client_id

    @property
    def dialect(self) -> str:
        return self.session.dialect.name

    @property
    def address(self) -> str:
        return self.session.address

    @property
    def connected_since(self) -> int:
        return self.session.opened_at

    @property
    def user_id(self) -> str | None:
        return None if self.session.identity is None else self.session.identity.user_id

    @property
    def username(self) -> str:
        return "" if self.session.identity is None else self.session.identity.username

    @property
    def subscriptions(self) -> int:
        return len(self.session.subscriptions.channels)

    @property
    def sent(self) -> int:
        return self.session.outbox.sent

    @property
    def waiting_bytes(self) -> int:
        return self.session.outbox.waiting_bytes


def connection_info(session: Session, gateway: str) -> ConnectionInfo:
    """Return what is known of a session of a gateway."""
    served = ServedConnection(session, gateway)
    return ConnectionInfo(
        client_id=served.client_id,
        gateway=served.gateway,
        dialect=served.dialect,
        address=served.address,
        connected_since=served.connected_since,
        subscriptions=served.subscriptions,
        latency_ms=session.liveness.quality.summary().latency_ms,
        user_id=served.user_id,
        username=served.username,
        sent=served.sent,
        conflated=session.outbox.conflated,
        waiting_bytes=served.waiting_bytes,
    )
