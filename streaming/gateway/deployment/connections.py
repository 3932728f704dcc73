"""Which connections a user has, and who is subscribed to a channel, at all gateways: each answers for its own."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import msgspec

from streaming.connections.roll_call import ConnectionInfo
from streaming.fan_out.hub import Hub
from streaming.gateway.deployment.gateway_poll import GatewayPoll, OwnAnswer
from streaming.gateway.session.session import Session
from streaming.gateway.session.sessions import Sessions
from streaming.topics.registry import TopicRegistry
from streaming.topics.topic import UnknownChannelError

_encode = msgspec.msgpack.Encoder().encode
_decode_connections = msgspec.msgpack.Decoder(tuple[ConnectionInfo, ...]).decode
_decode_users = msgspec.msgpack.Decoder(frozenset[str]).decode


class GatewayRollCall:
    """Asks the other gateways, and answers them.

    `others` returns the process ids of the gateways that are known to be there now; `patience` (seconds) is how long
    they may take.
    """

    def __init__(
        self,
        hub: Hub,
        sessions: Sessions,
        process_id: str,
        *,
        registry: TopicRegistry,
        others: Callable[[], Iterable[str]],
        patience: float,
    ) -> None:
        self._sessions = sessions
        self._process_id = process_id
        self._registry = registry

        def poll(question: str, own: OwnAnswer) -> GatewayPoll:
            return GatewayPoll(hub, process_id, question=question, own=own, others=others, patience=patience)

        self._connections = poll("gateway.roll_call", self._own_connections)
        self._subscribers = poll("gateway.subscribers", self._own_subscribers)

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
        answers = await self._connections.ask(user_id=user_id)
        found = [connection for answer in answers for connection in _decode_connections(answer)]
        return sorted(found, key=lambda connection: (connection.connected_since, connection.client_id))

    async def subscribers_of(self, channel: str) -> frozenset[str]:
        """Return the ids of the users who are subscribed to a channel now, as `connections_of` asks."""
        answers = await self._subscribers.ask(channel=channel)
        return frozenset[str]().union(*map(_decode_users, answers))

    def _own_connections(self, question: Mapping[str, Any]) -> bytes:
        return _encode([self._info(session) for session in self._sessions.of_user(question["user_id"])])

    def _own_subscribers(self, question: Mapping[str, Any]) -> bytes:
        """Return the ids of the users here; a channel that only another version knows has none."""
        try:
            topic = self._registry.parse(question["channel"])
        except UnknownChannelError:
            return _encode(())
        hearing = (session for session in self._sessions if session.subscriptions.hears(topic))
        return _encode({session.identity.user_id for session in hearing if session.identity is not None})

    def _info(self, session: Session) -> ConnectionInfo:
        return ConnectionInfo(
            client_id=session.client_id,
            gateway=self._process_id,
            dialect=session.dialect.name,
            address=session.address,
            connected_since=session.opened_at,
            subscriptions=len(session.subscriptions.channels),
            latency_ms=session.vitality.quality.summary().latency_ms,
        )
