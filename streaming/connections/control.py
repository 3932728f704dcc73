"""All clients' connections, as operators see and end them, at all gateways of the deployment.

It is asked within a gateway's process, on its event loop.
"""

from collections.abc import Callable
from typing import Protocol

import msgspec
import structlog
from asgiref.sync import async_to_sync

from streaming.connections.lookup import ConnectionInfo
from streaming.connections.selection import ConnectionSelection

DISCONNECTED_BY_OPERATOR = "Disconnected by an operator"

logger = structlog.get_logger(__name__)


class SelectedConnections(msgspec.Struct, frozen=True, kw_only=True):
    """The connections that were selected, of `found` that the words find, of all that are `open`.

    That is at the gateways that have answered in time; the others are `unanswered`. Gateways are process ids.
    """

    items: tuple[ConnectionInfo, ...]
    found: int
    open: int
    answered: tuple[str, ...]
    unanswered: tuple[str, ...]


class FoundConnection(msgspec.Struct, frozen=True, kw_only=True):
    """The connection of an id, None where no gateway of those that have answered in time has it."""

    connection: ConnectionInfo | None
    unanswered: tuple[str, ...]


class ConnectionControl(Protocol):
    """What a gateway does for operators; it never raises."""

    async def select(self, selection: ConnectionSelection) -> SelectedConnections:
        """Return the open connections of all gateways that are selected."""

    async def find(self, client_id: str) -> FoundConnection:
        """Return the open connection of a client, wherever it is."""

    async def disconnect(self, connection: ConnectionInfo) -> None:
        """Tell the gateway of a connection to close it; a layer that is away is logged."""


def _no_gateway() -> ConnectionControl | None:
    return None


_known: Callable[[], ConnectionControl | None] = _no_gateway


def declare_connection_control(known: Callable[[], ConnectionControl | None]) -> None:
    """Let `known` return the control of the event loop that it is asked in; None where no gateway has started there."""
    global _known  # noqa: PLW0603 - one for the process, as it has one gateway
    _known = known


def connection_control() -> ConnectionControl | None:
    """Return the control of this event loop's gateway; None where there is none."""
    return _known()


@async_to_sync
async def disconnect_sync(connection: ConnectionInfo) -> None:
    """Close a connection, from a thread that works for a gateway's event loop."""
    control = connection_control()
    if control is None:
        logger.warning("no gateway here can end a connection", client_id=connection.client_id)
        return
    await control.disconnect(connection)
