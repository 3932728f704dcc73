"""Takes a person who was deleted out of the audit, so that the chain still shows every other change.

Of the rows of what the person did, name and address are blanked. Their hashes are no longer those of what they say, but
the next rows still hold them. What they say now is sealed anew: a row `user.erase`, of the chain like any other, holds
a digest of all of them, which `verification` computes again.
"""

import hashlib
from datetime import datetime
from typing import Protocol

import msgspec
from django.db import transaction

from trading.audit.chain import record_hash
from trading.audit.services import Actor, audit_append, audit_lock, record_of
from trading.models import AuditEntry

ACTION = "user.erase"
_BATCH = 1000


class Seal(Protocol):
    """A hash that goes on."""

    def update(self, data: bytes, /) -> None:
        """Add to it."""

    def hexdigest(self) -> str:
        """Return it as text."""


def new_seal() -> Seal:
    """Return what seals rows: SHA-256 (FIPS 180-4) over their hashes, in the order of their numbers."""
    return hashlib.sha256()


def seal(entry: AuditEntry, digest: Seal) -> None:
    """Add a row, as it is without the person."""
    record = msgspec.structs.replace(record_of(entry), actor="", address="")
    digest.update(record_hash(record).encode())


@transaction.atomic(savepoint=False)
def person_erase(*, user_id: int, actor: Actor, now: datetime) -> int:
    """Blank who did what a user did, and from where, and add the row that seals it; return how many rows were changed.

    Call it last in a transaction: until that ends, nobody else can add a row.
    """
    audit_lock()
    digest, count = new_seal(), 0
    rows = AuditEntry.objects.filter(actor_id=user_id)
    for entry in rows.order_by("number").iterator(_BATCH):
        seal(entry, digest)
        count += 1
    rows.without_person()
    after = {"rows": count, "digest": digest.hexdigest()}
    audit_append(actor=actor, action=ACTION, owner_id=user_id, target=str(user_id), after=after, now=now)
    return count
