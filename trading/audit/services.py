"""Adds to the audit, in the transaction of what is told of."""

from collections.abc import Mapping
from datetime import datetime

import msgspec
from django.db import transaction

from trading.audit.chain import GENESIS, AuditRecord, canonical_json, canonical_time, record_hash
from trading.models import ActorSource, AuditEntry, AuditHead, TradingAccount

HEAD_ID = 1
_LONGEST = {"actor": 150, "address": 45, "target": 64, "reason": 500}
"""What is longer is cut: it is what others wrote."""


class Actor(msgspec.Struct, frozen=True, kw_only=True):
    """Who does something, and from where: `address` is the network address, empty for this machine."""

    user_id: int | None
    name: str
    source: ActorSource
    address: str = ""


@transaction.atomic(savepoint=False)
def audit_append(
    *,
    actor: Actor,
    action: str,
    now: datetime,
    account: TradingAccount | None = None,
    owner_id: int | None = None,
    target: str = "",
    reason: str = "",
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
) -> AuditEntry:
    """Add a row: `action` such as `order.place`, on `target`, concerning `owner_id` (by default the account's owner).

    Call it last in a transaction: until that ends, nobody else can add a row.
    """
    head = _locked_head()
    record = AuditRecord(
        previous_hash=head.hash,
        number=head.number + 1,
        at=canonical_time(now),
        actor_id=actor.user_id,
        source=actor.source.value,
        action=action,
        owner_id=account.owner_id if owner_id is None and account is not None else owner_id,
        account="" if account is None else account.pk,
        before=canonical_json(before),
        after=canonical_json(after),
        **_cut(actor=actor.name, address=actor.address, target=target, reason=reason),
    )
    entry = AuditEntry(**{**msgspec.structs.asdict(record), "at": now}, hash=record_hash(record))
    entry.save()
    AuditHead.objects.filter(pk=HEAD_ID).update(number=entry.number, hash=entry.hash)
    return entry


def record_of(entry: AuditEntry) -> AuditRecord:
    """Return what is hashed of a stored row."""
    columns = {name: getattr(entry, name) for name in AuditRecord.__struct_fields__}
    return AuditRecord(**{**columns, "at": canonical_time(entry.at)})


def audit_lock() -> None:
    """Let nobody add a row until the transaction ends."""
    _locked_head()


def _locked_head() -> AuditHead:
    heads = AuditHead.objects.select_for_update()
    return heads.get_or_create(pk=HEAD_ID, defaults={"number": 0, "hash": GENESIS})[0]


def _cut(**texts: str) -> dict[str, str]:
    return {name: text[: _LONGEST[name]] for name, text in texts.items()}
