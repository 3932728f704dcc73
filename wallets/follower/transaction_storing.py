"""Storing what an update of a chain means for watched transactions, and who watches them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from datetime import datetime
from typing import Any, NamedTuple

import msgspec

from streaming.database.bulk_insert import rows_insert, rows_upsert
from streaming.database.bulk_update import rows_update
from streaming.database.compiled_query import CompiledQuery, Given
from streaming.database.conditions import Among
from streaming.times import moment
from wallets.chain import BlockReference
from wallets.events.chain_events import ChainEvents
from wallets.events.history import BlockPlace
from wallets.follower.followed_chain import FollowedUpdate, StaleUpdateError
from wallets.follower.transaction_tracking import TrackedTransaction, TransactionUpdate
from wallets.lifecycle import TransactionChange, TransactionStatus
from wallets.models import ChainTransaction, TransactionWatch

_MILLISECONDS = 1000
_SIGNED = ("sender", "recipient", "nonce", "value", "data", "required")
"""What is known once a node has shown the transaction, and stays."""
_CHANGING = (
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
_COUNTING = ("confirmations", "missing_polls", "changed_at")
_TIME = ("time",)
_CONFIRMING = TransactionStatus.CONFIRMING.value
_NOT_IN_BLOCKS = frozenset({TransactionStatus.SEEN, TransactionStatus.PENDING, TransactionStatus.DROPPED})
_Columns = dict[str, Any]


class _StoredTransaction(NamedTuple):
    """The row of a transaction that was there before."""

    id: int
    is_final: bool
    sender: str
    """Empty while no node has shown it."""
    status: str
    block_hash: str


_STORED = CompiledQuery(
    ChainTransaction,
    lambda: (
        ChainTransaction.objects.filter(Among("hash", Given("hashes")), chain=Given("chain"))
        .order_by()
        .values_list("hash", *_StoredTransaction._fields)
    ),
)


def transactions_store(name: str, update: FollowedUpdate, events: ChainEvents, *, now: datetime) -> None:
    """Store what has become of transactions, and tell each change; a row that is new begins now.

    Raise `StaleUpdateError` where somebody deletes one just now.
    """
    read = (*update.reread, *update.update.applied)
    times = {block.reference: moment(block.time * _MILLISECONDS) for block in read}
    columns = {each.tracked.hash: _columns(name, each.tracked, times=times, now=now) for each in update.transactions}
    stored = _as_read(update.transactions) | _stored(
        name, [each.tracked.hash for each in update.transactions if each.is_new]
    )
    transactions, wanted = _watched(update, stored, times=times)
    if not _change(transactions, columns, stored):
        stored = _stored(name, columns)
        transactions, wanted = _watched(update, stored, times=times)
        if not _change(transactions, columns, stored):
            raise StaleUpdateError("transactions are watched no longer since they were read")
    rows = {each.tracked.hash: columns[each.tracked.hash] for each in transactions}
    ids = {each: row.id for each, row in stored.items()}
    ids |= _insert({each: row for each, row in rows.items() if each not in stored})
    _store_watches(name, wanted, ids, now=now)
    for each in transactions:
        for change in each.changes:
            told = _as_told(each.tracked, change)
            as_told = rows[told.hash] if told is each.tracked else _columns(name, told, times=times, now=now)
            events.stored_transaction(ids[told.hash], as_told, is_news=change.state.status is not change.before)


def _as_read(transactions: Iterable[TransactionUpdate]) -> dict[str, _StoredTransaction]:
    """Return those that were stored when the update was read, by hash: the follower alone changes them."""
    return {each.tracked.hash: _stored_before(each.before) for each in transactions if each.before is not None}


def _stored_before(before: TrackedTransaction) -> _StoredTransaction:
    if before.row_id is None:
        raise ValueError(f"transaction {before.hash} isn't stored")
    state, sender = before.progress.state, before.signed.sender if before.signed else ""
    block_hash = state.block.hash if state.block else ""
    return _StoredTransaction(before.row_id, state.is_final, sender, state.status.value, block_hash)


def _stored(name: str, hashes: Iterable[str]) -> dict[str, _StoredTransaction]:
    """Return those that are stored, by hash."""
    if not (wanted := list(hashes)):
        return {}
    return {found: _StoredTransaction(*row) for found, *row in _STORED.rows(chain=name, hashes=wanted)}


def _watched(
    update: FollowedUpdate, stored: Mapping[str, _StoredTransaction], *, times: Mapping[BlockReference, datetime]
) -> tuple[list[TransactionUpdate], Mapping[str, AbstractSet[int]]]:
    """Return the transactions that anybody watches, and by whom each is to be watched from now on, by its hash."""
    transactions = _still_watched(update, stored)
    wanted = _wanted(update, transactions, times=times)
    watched = stored.keys() | wanted.keys()
    return [each for each in transactions if each.tracked.hash in watched], wanted


def _still_watched(update: FollowedUpdate, stored: Mapping[str, _StoredTransaction]) -> list[TransactionUpdate]:
    """Return the transactions whose rows nobody has deleted since they were read, and those that are new.

    What is final stays as it is, though a node has it in its pool, or a block has it again that the chain is followed
    from anew.
    """
    watched = stored.keys() | {each.movement.transaction_hash for each in update.movements}
    final = {each for each, row in stored.items() if row.is_final}
    transactions = (each for each in update.transactions if each.is_new or each.tracked.hash in watched)
    return [each for each in transactions if each.tracked.hash not in final]


def _change(
    transactions: Iterable[TransactionUpdate],
    rows: Mapping[str, _Columns],
    stored: Mapping[str, _StoredTransaction],
) -> bool:
    """Change rows that are there, in as few columns as may have changed; all that change the same ones at once.

    Return whether all of them were there: somebody may have deleted one since it was read.
    """
    alike: defaultdict[tuple[str, ...], list[_Columns]] = defaultdict(list)
    for each in transactions:
        if (known := stored.get(each.tracked.hash)) is not None:
            row = rows[each.tracked.hash]
            columns = _changing(row, known)
            alike[columns].append({"id": known.id, **{column: row[column] for column in columns}})
    return all(rows_update(ChainTransaction, some) == len(some) for some in alike.values())


def _changing(row: _Columns, known: _StoredTransaction) -> tuple[str, ...]:
    """Return the columns that may change: of most there are only more confirmations."""
    if (row["status"], known.status) == (_CONFIRMING, _CONFIRMING) and row["block_hash"] == known.block_hash:
        return _COUNTING
    return (*_CHANGING, *(() if known.sender else _SIGNED), *(() if _keeps_time(row) else _TIME))


def _insert(rows: Mapping[str, _Columns]) -> dict[str, int]:
    """Store rows that weren't there; one that a user watches meanwhile is changed. Return their ids, by hash."""
    changing = (*_SIGNED, *_CHANGING, *_TIME)
    ids = rows_upsert(ChainTransaction, [*rows.values()], unique=["chain_id", "hash"], update=changing)
    return dict(zip(rows, ids, strict=True))


def _keeps_time(row: _Columns) -> bool:
    """Return whether its block is none of this update's: the time of it is stored already."""
    return row["block_number"] is not None and row["time"] is None


def _as_told(tracked: TrackedTransaction, change: TransactionChange) -> TrackedTransaction:
    """Return a transaction as it was after a change: for one that no block has, nothing is paid."""
    if change.state == tracked.progress.state and (change.state.block is not None or tracked.fee is None):
        return tracked
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


def _wanted(
    update: FollowedUpdate,
    transactions: Iterable[TransactionUpdate],
    *,
    times: Mapping[BlockReference, datetime],
) -> Mapping[str, AbstractSet[int]]:
    """Return by hash who watches transactions as their wallets are at an end of them, or get or give a token by them.

    What is of before all these wallets were added is nobody's.
    """
    wanted: defaultdict[str, set[int]] = defaultdict(set)
    for transaction_hash, owners in _watching(update, transactions, times=times):
        if owners:
            wanted[transaction_hash].update(owners)
    return wanted


def _store_watches(
    name: str, wanted: Mapping[str, AbstractSet[int]], known: Mapping[str, int], *, now: datetime
) -> None:
    """Have transactions watched by those who are wanted; the rows' ids of those that have changed are `known`.

    One whose row somebody has deleted since it was read is left out.
    """
    ids = dict(known)
    if unchanged := wanted.keys() - known.keys():
        rows = ChainTransaction.objects.filter(Among("hash", unchanged), chain=name)
        ids |= dict(rows.values_list("hash", "id"))
    watches = [
        {"owner_id": owner_id, "transaction_id": ids[transaction_hash], "created_at": now}
        for transaction_hash, watching in wanted.items()
        if transaction_hash in ids
        for owner_id in sorted(watching)
    ]
    rows_insert(TransactionWatch, watches, leave_out_known=True)


def _is_found(found: TransactionUpdate) -> bool:
    """Return whether the pool or a block has it now, and no block had it before: so far others may have watched it."""
    return any(each.before in _NOT_IN_BLOCKS and each.state.status is not each.before for each in found.changes)


def _watching(
    update: FollowedUpdate,
    transactions: Iterable[TransactionUpdate],
    *,
    times: Mapping[BlockReference, datetime],
) -> Iterable[tuple[str, frozenset[int]]]:
    """Yield the transactions of an update with the users whom they are told to."""
    for each in update.movements:
        yield each.movement.transaction_hash, update.owners_of(each)
    for found in transactions:
        if (found.is_new or _is_found(found)) and (signed := found.tracked.signed):
            block = found.tracked.progress.state.block
            place = BlockPlace(block.number, times.get(block)) if block else BlockPlace()
            yield signed.hash, update.watching(signed.sender, place)
            if signed.recipient:
                yield signed.hash, update.watching(signed.recipient, place)
