"""What an app says of backups: which rows belong in none, and what is set right once one was restored.

A backup is older than what the world remembers: tokens that were refused since, numbers that readers of Redis have
seen, what was sent. What would come back to life is left out where its rows say nothing else, or set right.
"""

from datetime import datetime
from typing import Protocol

import msgspec


class SetRight(Protocol):
    """Changes what must not be as it was when the backup was made, within the caller's transaction."""

    def __call__(self, *, made_at: datetime, now: datetime) -> int:
        """Do so for a backup of `made_at` that is restored `now`, which is later; return of how many rows."""


class AfterRestore(msgspec.Struct, frozen=True):
    """What is set right; `what` says of how many in words that follow the number, such as `leases are free`."""

    what: str
    set_right: SetRight
