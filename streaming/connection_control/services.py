"""Ending a client's connection: logged where staff's other acts are, and done once that is stored."""

from functools import partial
from typing import Any

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.db import transaction

from streaming.connections.control import disconnect_sync
from streaming.connections.lookup import ConnectionInfo


@transaction.atomic
def connection_disconnect(*, operator_id: int, connection: ConnectionInfo) -> None:
    """Log that a member of staff ends a connection, and have its gateway close it after the commit.

    A gateway that can't be reached then is logged, and the connection stays: whoever looks sees it, and tries again.
    """
    LogEntry.objects.create(
        user_id=operator_id,
        action_flag=CHANGE,
        change_message=f"Told {connection.gateway} to end {connection.client_id}, {connection.dialect}.",
        **_concerned(connection),
    )
    transaction.on_commit(partial(disconnect_sync, connection))


def _concerned(connection: ConnectionInfo) -> dict[str, Any]:
    """Return what the entry is about: the user, in whose history it stands, or else the connection alone."""
    if connection.user_id is None:
        return {"object_id": connection.client_id, "object_repr": connection.client_id}
    kind = ContentType.objects.get_for_model(get_user_model())
    return {"content_type": kind, "object_id": connection.user_id, "object_repr": connection.username}
