"""The fence of a worker that must be single: what it stores is stored only while the lease is still its own.

The lease's row is looked at last, and locked until the commit: it is renewed meanwhile by nobody, and taken by nobody.
A process that is frozen in between would keep all others from it for as long: PostgreSQL ends its transaction.
"""

from collections.abc import Coroutine
from typing import Any, Protocol

import msgspec
from django.db import connection

from streaming.database.compiled_query import CompiledQuery, Given
from streaming.models import Lease

_LONGEST_IDLE = "10s"
"""For a process that says nothing in the middle of a transaction: it is frozen, and another is to take over."""

_OURS = CompiledQuery(
    Lease,
    lambda: (
        Lease.objects.select_for_update()
        .filter(name=Given("name"), holder=Given("holder"), token=Given("token"))
        .order_by()
        .values_list("pk")
    ),
)


class Fence(msgspec.Struct, frozen=True, kw_only=True):
    """The lease of whoever stores: its holder's fencing number."""

    name: str
    holder: str
    token: int


class LeaseLostError(Exception):
    """Another holds the lease by now: what was to be stored is another's work, and nothing of it was."""


class FencedWork(Protocol):
    """Works until it is cancelled, or its lease is another's."""

    def __call__(self, epoch: int, /, *, fence: Fence | None) -> Coroutine[Any, Any, None]:
        """Do it; `epoch` numbers whoever may."""


def lease_hold(fence: Fence | None) -> None:
    """Lock the lease until the commit; raise `LeaseLostError` where another has it. Without a fence there is none."""
    if fence is None:
        return
    idle_limit()
    if not _OURS.rows(name=fence.name, holder=fence.holder, token=fence.token):
        raise LeaseLostError(fence.name)


def idle_limit() -> None:
    """Let the database end this transaction where its process is frozen in it; SQLite can't."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL idle_in_transaction_session_timeout TO {_LONGEST_IDLE!r}")
