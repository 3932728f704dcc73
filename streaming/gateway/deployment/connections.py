"""Which connections a user has, and who is subscribed to a channel, at all gateways: each answers for its own."""

from collections.abc import Mapping
from typing import Any

import msgspec

from streaming.connections.roll_call import ConnectionInfo
from streaming.gateway.deployment.gateway_poll import NewPoll
from streaming.gateway.session.session import Session
from streaming.gateway.session.sessions import Sessions
from streaming.topics.registry import TopicRegistry
from streaming.topics.topic import UnknownChannelError

_encode = msgspec.msgpack.Encoder().encode
_decode_connections = msgspec.msgpack.Decoder(tuple[ConnectionInfo, ...]).decode
_decode_users = msgspec.msgpack.Decoder(frozenset[str]).decode


class GatewayRollCall:
    """Asks the other gateways by polls of `new_poll`, and answers them."""

    def __init__(self, new_poll: NewPoll, sessions: Sessions, process_id: str, registry: TopicRegistry) -> None:
        self._sessions = sessions
        self._process_id = process_id
        self._registry = registry
        self._connections = new_poll(question="gateway.roll_call", own=self._own_connections)
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


def connection_info(session: Session, gateway: str) -> ConnectionInfo:
    """Return what is known of a session of a gateway."""
    return with_latency(connection_without_latency(session, gateway), session)


def connection_without_latency(session: Session, gateway: str) -> ConnectionInfo:
    """Return the same but for the round trip, which costs as much as all else: for who looks at many."""
    identity, outbox = session.identity, session.outbox
    return ConnectionInfo(
        client_id=session.client_id,
        gateway=gateway,
        dialect=session.dialect.name,
        address=session.address,
        connected_since=session.opened_at,
        subscriptions=len(session.subscriptions.channels),
        latency_ms=None,
        user_id=None if identity is None else identity.user_id,
        username="" if identity is None else identity.username,
        sent=outbox.sent,
        conflated=outbox.conflated,
        waiting_bytes=outbox.waiting_bytes,
    )


def with_latency(connection: ConnectionInfo, session: Session) -> ConnectionInfo:
    """Return a session's connection with the round trip of its last ping."""
    return msgspec.structs.replace(connection, latency_ms=session.vitality.quality.summary().latency_ms)
