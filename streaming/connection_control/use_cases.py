"""Seeing all connections and ending one, for commands and REST: for staff."""

from typing import Annotated

import msgspec

from streaming.commands.access import StaffPermission
from streaming.commands.errors import CommandRefusedError
from streaming.commands.outcome import CommandErrorCode
from streaming.commands.parameters import Parameters
from streaming.commands.use_cases import Caller, HubOfProcess, UseCase, command_of
from streaming.connection_control.services import connection_disconnect
from streaming.connections.control import ConnectionControl, SelectedConnections, connection_control
from streaming.connections.lookup import ConnectionInfo
from streaming.connections.selection import ConnectionSelection, ConnectionSort, words_of
from streaming.times import WrittenTime

_LONGEST_FILTER = 100
_LONGEST_ID = 100


class ConnectionsQuery(Parameters, frozen=True, kw_only=True):
    """Which connections to return; each word of `filter` is in a user's name, an address, a dialect, gateway or id."""

    filter: Annotated[str, msgspec.Meta(max_length=_LONGEST_FILTER)] = ""
    sort: ConnectionSort = ConnectionSort.SINCE
    descending: bool = False
    limit: Annotated[int, msgspec.Meta(ge=1, le=500)] = 100


class ConnectionId(Parameters, frozen=True, kw_only=True):
    """One connection, by the id that its client was told."""

    id: Annotated[str, msgspec.Meta(max_length=_LONGEST_ID)]


class ListedConnection(msgspec.Struct, frozen=True, kw_only=True):
    """A connection; `user` is null for somebody who hasn't logged in, `latency_ms` where nothing was measured.

    `sent` counts frames since its beginning, `conflated` those that newer ones replaced as its reader was slow;
    `waiting_bytes` is what waits for it now.
    """

    id: str
    user: str | None
    address: str
    dialect: str
    gateway: str
    since: WrittenTime
    subscriptions: int
    sent: int
    conflated: int
    waiting_bytes: int
    latency_ms: float | None


class ConnectionsAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """The connections that were asked for: `items` are the first of `total`; `cut` says that there are more.

    All numbers are of the gateways that have answered in time, of which `open` connections there are altogether;
    `unanswered` are those that have not: what they serve isn't known.
    """

    items: tuple[ListedConnection, ...]
    total: int
    cut: bool
    open: int
    gateways: tuple[str, ...]
    unanswered: tuple[str, ...]


async def _select(_: Caller, hub: HubOfProcess, given: ConnectionsQuery) -> SelectedConnections:
    selection = ConnectionSelection(
        words=words_of(given.filter), sort=given.sort, descending=given.descending, limit=given.limit
    )
    return await (await _control(hub)).select(selection)


async def _find(_: Caller, hub: HubOfProcess, given: ConnectionId) -> ConnectionInfo:
    found = await (await _control(hub)).find(given.id)
    if found.connection is not None:
        return found.connection
    if found.unanswered:
        silent = ", ".join(found.unanswered)
        message = f"Not every gateway has answered: {silent}; try again"
        raise CommandRefusedError(CommandErrorCode.UNAVAILABLE, message)
    raise CommandRefusedError(CommandErrorCode.NOT_FOUND, "There is no such connection; it may have ended by itself")


async def _control(hub: HubOfProcess) -> ConnectionControl:
    """Return what the process's gateway does for operators; raise `CommandRefusedError` where it has none."""
    await hub()  # which starts the gateway where nobody has connected yet
    control = connection_control()
    if control is None:
        raise CommandRefusedError(CommandErrorCode.UNAVAILABLE, "This process serves no connections")
    return control


def _list(caller: Caller, _: ConnectionsQuery, selected: SelectedConnections) -> ConnectionsAnswer:
    """List the connections of all clients at all gateways."""
    return ConnectionsAnswer(
        items=tuple(_listed(caller, connection) for connection in selected.items),
        total=selected.found,
        cut=selected.found > len(selected.items),
        open=selected.open,
        gateways=selected.answered,
        unanswered=selected.unanswered,
    )


def _disconnect(caller: Caller, _: ConnectionId, connection: ConnectionInfo) -> ListedConnection:
    """End a client's connection, and return it as it was. Its client may connect again."""
    connection_disconnect(operator_id=caller.user_id, connection=connection)
    return _listed(caller, connection)


def _listed(caller: Caller, connection: ConnectionInfo) -> ListedConnection:
    return ListedConnection(
        id=connection.client_id,
        user=None if connection.user_id is None else connection.username,
        address=connection.address,
        dialect=connection.dialect,
        gateway=connection.gateway,
        since=caller.write_time(connection.connected_since),
        subscriptions=connection.subscriptions,
        sent=connection.sent,
        conflated=connection.conflated,
        waiting_bytes=connection.waiting_bytes,
        latency_ms=connection.latency_ms,
    )


_THROTTLE = "THROTTLE_CONNECTIONS"
MAY_SEE = StaffPermission("accounts.view_user")  # names and addresses are told of those whom the admin shows, too
MAY_DISCONNECT = StaffPermission("streaming.disconnect_client")

CONNECTIONS = UseCase(
    parameters=ConnectionsQuery,
    act=_list,
    gather=_select,
    answer=ConnectionsAnswer,
    access=MAY_SEE,
    throttle=_THROTTLE,
)
DISCONNECT = UseCase(
    parameters=ConnectionId,
    act=_disconnect,
    gather=_find,
    answer=ListedConnection,
    access=MAY_DISCONNECT,
    changes=True,
)

COMMANDS = (command_of("ops.connections", CONNECTIONS), command_of("ops.disconnect", DISCONNECT))
