"""Storing what an update of a chain means for watched transactions, and who watches them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import msgspec

from streaming.database.bulk_update import rows_update
from streaming.times import moment
from wallets.chain import BlockReference
from wallets.events.chain_events import ChainEvents
from wallets.follower.followed_chain import FollowedUpdate
from wallets.follower.judging import JudgedTransaction, TrackedTransaction
from wallets.follower.statements import in_chunks
from wallets.lifecycle import TransactionChange
from wallets.models import ChainTransaction, TransactionWatch

_MILLISECONDS = 1000
_BATCH = 500
_CHANGING = (
    "sender",
    "recipient",
    "nonce",
    "value",
    "data",
    "required",
    "fee",
    "status",
    "block_number",
    "block_hash",
    "confirmations",
    "replaced_by",
    "replacement",
    "conflicting",
    "is_final",
    "missing_polls",
    "changed_at",
)
_Columns = dict[str, Any]


class _StoredTransaction(NamedTuple):
    """The row of a transaction that was there before."""

    id: int
    is_final: bool


def transactions_store(name: str, update: FollowedUpdate, events: ChainEvents, *, now: datetime) -> None:
    """Store what has become of transactions, and tell each change; a row that is new begins now."""
    times = {block.reference: moment(block.time * _MILLISECONDS) for block in update.update.applied}
    stored = _locked(name, update)
    judged = _still_watched(update, stored)
    rows = [_columns(name, each.tracked, times=times, now=now) for each in judged]
    _change([{"id": stored[row["hash"]].id, **row} for row in rows if row["hash"] in stored])
    _insert([row for row in rows if row["hash"] not in stored])
    ids = _store_watches(name, update, judged, stored, now=now)
    for each in judged:
        for change in each.changes:
            told = _columns(name, _as_told(each.tracked, change), times=times, now=now)
            row = ChainTransaction(id=ids[told["hash"]], **told)
            events.transaction(row, is_news=change.state.status is not change.before)


def _locked(name: str, update: FollowedUpdate) -> dict[str, _StoredTransaction]:
    """Return those that are stored, by hash, and let none of them be deleted until the commit."""
    found: dict[str, _StoredTransaction] = {}
    for some in in_chunks(sorted(each.tracked.hash for each in update.judged)):
        rows = ChainTransaction.objects.filter(chain=name, hash__in=some).select_for_update().order_by("hash")
        found |= {row[0]: _StoredTransaction(*row[1:]) for row in rows.values_list("hash", "id", "is_final")}
    return found


def _still_watched(update: FollowedUpdate, stored: Mapping[str, _StoredTransaction]) -> list[JudgedTransaction]:
    """Return the transactions whose rows nobody has deleted since they were read.

    What is new, or moves something of a wallet, is watched in any case; but what is final stays as it is, though a node
    has it in its pool, or a block has it again that the chain is followed from anew.
    """
    watched = stored.keys() | {each.movement.transaction_hash for each in update.movements}
    final = {each for each, row in stored.items() if row.is_final}
    judged = (each for each in update.judged if each.is_new or each.tracked.hash in watched)
    return [each for each in judged if each.tracked.hash not in final]


def _change(rows: Sequence[_Columns]) -> None:
    """Change rows that are there; one whose block is none of this update's keeps its time."""
    for kept, columns in ((True, _CHANGING), (False, (*_CHANGING, "time"))):
        some = [row for row in rows if _keeps_time(row) is kept]
        rows_update(ChainTransaction, [{name: row[name] for name in ("id", *columns)} for row in some])


def _insert(rows: Sequence[_Columns]) -> None:
    """Store rows that weren't there; where a user has watched one by hand meanwhile, it is changed."""
    ChainTransaction.objects.bulk_create(
        [ChainTransaction(**row) for row in rows],
        batch_size=_BATCH,
        update_conflicts=True,
        unique_fields=["chain", "hash"],
        update_fields=[*_CHANGING, "time"],
    )


def _keeps_time(row: _Columns) -> bool:
    return row["block_number"] is not None and row["time"] is None


def _as_told(tracked: TrackedTransaction, change: TransactionChange) -> TrackedTransaction:
    """Return a transaction as it was after a change: for one that no block has, nothing is paid."""
    progress = msgspec.structs.replace(tracked.progress, state=change.state)
    fee = tracked.fee if change.state.block is not None else None
    return msgspec.structs.replace(tracked, progress=progress, fee=fee)


def _columns(
    name: str, tracked: TrackedTransaction, *, times: Mapping[BlockReference, datetime], now: datetime
) -> _Columns:
    signed, state = tracked.signed, tracked.progress.state
    return {
        "chain_id": name,
        "hash": tracked.hash,
        "sender": signed.sender if signed else "",
        "recipient": (signed.recipient or "") if signed else "",
        "nonce": signed.nonce if signed else None,
        "value": signed.value if signed else None,
        "data": signed.data if signed else "0x",
        "status": state.status.value,
        "block_number": state.block.number if state.block else None,
        "block_hash": state.block.hash if state.block else "",
        "time": times.get(state.block) if state.block else None,
        "confirmations": state.confirmations,
        "required": tracked.progress.required,
        "fee": tracked.fee,
        "replaced_by": state.replaced_by or "",
        "replacement": state.replacement.value if state.replacement else "",
        "conflicting": msgspec.json.encode(tracked.conflicting).decode() if tracked.conflicting else "",
        "is_final": state.is_final,
        "missing_polls": tracked.progress.missing_polls,
        "seen_at": now,
        "changed_at": now,
    }


def _store_watches(
    name: str,
    update: FollowedUpdate,
    judged: Iterable[JudgedTransaction],
    stored: Mapping[str, _StoredTransaction],
    *,
    now: datetime,
) -> dict[str, int]:
    """Have transactions watched for those whose wallets they are from or to, or move tokens of.

    Return the rows' ids of all transactions of the update, by hash; of those `stored` before they are known.
    """
    wanted: dict[str, set[int]] = {each.tracked.hash: set() for each in judged}
    for transaction_hash, owners in _watching(update, judged):
        wanted.setdefault(transaction_hash, set()).update(owners)
    ids = {each: row.id for each, row in stored.items()}
    for some in in_chunks(sorted(wanted.keys() - stored.keys())):
        ids |= dict(ChainTransaction.objects.filter(chain=name, hash__in=some).values_list("hash", "id"))
    rows = [
        TransactionWatch(owner_id=owner_id, transaction_id=ids[transaction_hash], created_at=now)
        for transaction_hash, watching in wanted.items()
        for owner_id in sorted(watching)
    ]
    TransactionWatch.objects.bulk_create(rows, batch_size=_BATCH, ignore_conflicts=True)
    return ids


def _watching(update: FollowedUpdate, judged: Iterable[JudgedTransaction]) -> Iterable[tuple[str, frozenset[int]]]:
    """Yield the transactions of an update with the users whom they are told to."""
    for each in update.movements:
        yield each.movement.transaction_hash, update.owners_of(each.movement)
    for found in judged:
        if found.is_new and (signed := found.tracked.signed):
            yield signed.hash, update.watching(signed.sender)
            if signed.recipient:
                yield signed.hash, update.watching(signed.recipient)
