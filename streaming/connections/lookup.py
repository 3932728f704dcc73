"""Which connections a user has, and who is subscribed to a channel, at all gateways of the deployment.

It is asked within a gateway's process, on its event loop; a synchronous view asks by `async_to_sync`, which finds it.
"""

from collections.abc import Awaitable, Callable
from typing import Protocol

import msgspec


class ConnectionInfo(msgspec.Struct, frozen=True, kw_only=True):
    """One connection: where it is, since when (ms since the epoch), whose, and what it has.

    `latency_ms` is the round trip of the last ping, None where none was measured. `user_id` is None, and `username`
    empty, where nobody has logged in. `sent` are the frames that were sent, `conflated` the state frames that newer
    ones replaced before a slow reader took them, `waiting_bytes` is what waits for it now.
    """

    client_id: str
    gateway: str
    dialect: str
    address: str
    connected_since: int
    subscriptions: int
    latency_ms: float | None
    user_id: str | None = None
    username: str = ""
    sent: int = 0
    conflated: int = 0
    waiting_bytes: int = 0


class ConnectionLookup(Protocol):
    """What a gateway answers with; it never raises."""

    async def connections_of(self, user_id: str) -> list[ConnectionInfo]:
        """Return the user's connections at all gateways that answer in time, the oldest first."""

    async def subscribers_of(self, channel: str) -> frozenset[str]:
        """Return the ids of the users who are subscribed to a channel now."""


_find: Callable[[], Awaitable[ConnectionLookup]] | None = None


def declare_connection_lookup(find: Callable[[], Awaitable[ConnectionLookup]]) -> None:
    """Let `find` return the lookup of the event loop that it is asked in."""
    global _find  # noqa: PLW0603 - one for the process, as it has one gateway
    _find = find


async def connections_of(user_id: str) -> list[ConnectionInfo]:
    """Return the connections that the user has logged in, the oldest first.

    It takes until all known gateways have answered, at most WS_GATEWAY_POLL_TIMEOUT_SECONDS; what a gateway that
    doesn't answer serves is left out.
    """
    return await (await _connection_lookup()).connections_of(user_id)


async def subscribers_of(channel: str) -> frozenset[str]:
    """Return the ids of the users who are logged in and subscribed to a channel now, however they spelled it.

    `notifications` and `alerts` are each reader's own. A pattern counts for each name that it matches. It takes as long
    as `connections_of`.
    """
    return await (await _connection_lookup()).subscribers_of(channel)


async def _connection_lookup() -> ConnectionLookup:
    if _find is None:
        raise RuntimeError("connections can be looked up once the app `streaming` is ready")
    return await _find()
