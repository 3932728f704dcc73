"""Storing an update of a chain: cursor, blocks, balances, movements, transactions and their watches, all or nothing."""

from collections.abc import Iterable, Mapping
from datetime import datetime

import msgspec
from django.db import transaction

from streaming.times import moment
from streaming.workers.fencing import Fence, lease_hold
from wallets.chain import NATIVE, BlockReference
from wallets.chain_state import ChainState
from wallets.events.chain_events import ChainEvents
from wallets.follower.balance_storing import balances_store, outdated_balances_mark
from wallets.follower.followed_chain import BlockMovement, FollowedUpdate
from wallets.follower.judging import JudgedTransaction, TrackedTransaction
from wallets.follower.statements import in_chunks
from wallets.follower.stored_chain import block_columns
from wallets.following.block_effects import Direction
from wallets.lifecycle import TransactionChange
from wallets.models import Chain, ChainTransaction, KnownBlock, Movement, TransactionWatch
from wallets.models.movement import NO_LOG

_MILLISECONDS = 1000
_BATCH = 500
_WELL = frozenset({ChainState.CONNECTED, ChainState.CATCHING_UP})
_TRANSACTION_COLUMNS = (
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


class StaleUpdateError(Exception):
    """The chain's rows aren't those that the update was read for: somebody else has changed them."""


@transaction.atomic
def update_store(name: str, update: FollowedUpdate, *, state: ChainState, fence: Fence | None, now: datetime) -> None:
    """Store an update, and what is to be told of it, in the order in which it happened.

    Raise `LeaseLostError`, or `StaleUpdateError` where the cursor isn't where the update begins.
    """
    events = ChainEvents(_store_cursor(name, update, state=state, now=now), now=now)
    _retract_movements(name, update, events)
    _store_blocks(name, update, events)
    _store_movements(name, update, events)
    balances_store(name, update, events, now=now)
    outdated_balances_mark(name, update, now=now)
    _store_transactions(name, update, events, now=now)
    events.store()
    lease_hold(fence)


def _store_cursor(name: str, update: FollowedUpdate, *, state: ChainState, now: datetime) -> Chain:
    row = Chain.objects.select_for_update().get(pk=name)
    before = update.before.tip
    if (row.cursor_number, row.cursor_hash) != (before.number, before.hash) or row.followed_from is not None:
        raise StaleUpdateError(f"chain {name} is at block {row.cursor_number}, not at {before.number}")
    if row.state != state.value:
        row.state, row.state_since = state.value, now
    if state in _WELL:
        row.reason = ""
    row.cursor_number, row.cursor_hash = update.tip.number, update.tip.hash
    row.finalized_number = max(update.after.finalized, 0)
    row.head_number, row.node = update.head, update.node
    if update.update.applied:
        row.last_head_at = now
    row.save()
    return row


def _retract_movements(name: str, update: FollowedUpdate, events: ChainEvents) -> None:
    """Mark what moved in blocks that are taken back, the newest first; it counts again if its block comes back."""
    hashes = [block.hash for block in update.update.retracted]
    retracted = Movement.objects.filter(chain=name, block_hash__in=hashes, is_retracted=False)
    for row in retracted.order_by("-block_number", "-id") if hashes else ():
        row.is_retracted = True
        events.movement(row)
    retracted.update(is_retracted=True)


def _store_blocks(name: str, update: FollowedUpdate, events: ChainEvents) -> None:
    depth = len(update.update.retracted)
    if depth:
        KnownBlock.objects.filter(chain=name, number__gte=update.update.retracted[-1].number).delete()
    rows = [KnownBlock(**block_columns(name, block)) for block in update.update.applied]
    KnownBlock.objects.bulk_create(rows, batch_size=_BATCH)
    for place, row in enumerate(rows):
        events.block(row, reorg_depth=0 if place else depth)


def _store_movements(name: str, update: FollowedUpdate, events: ChainEvents) -> None:
    rows = [_movement(name, update, each) for each in update.movements]
    Movement.objects.bulk_create(
        rows,
        batch_size=_BATCH,
        update_conflicts=True,
        unique_fields=["chain", "block_hash", "transaction_hash", "log_index", "address", "direction"],
        update_fields=["is_retracted", "balance"],
    )
    for row in rows:
        events.movement(row)


def _movement(name: str, update: FollowedUpdate, each: BlockMovement) -> Movement:
    movement, block = each.movement, each.block
    is_newest = block.reference == update.tip
    return Movement(
        chain_id=name,
        address=movement.address,
        asset=movement.token or NATIVE,
        direction=movement.direction.value,
        counterparty=movement.counterparty or "",
        change=-movement.amount if movement.direction is Direction.OUTGOING else movement.amount,
        balance=update.balances.get((movement.address, movement.token)) if is_newest else None,
        transaction_hash=movement.transaction_hash,
        log_index=NO_LOG if movement.log_index is None else movement.log_index,
        block_number=block.number,
        block_hash=block.hash,
        time=moment(block.time * _MILLISECONDS),
    )


def _store_transactions(name: str, update: FollowedUpdate, events: ChainEvents, *, now: datetime) -> None:
    """Store what has become of transactions, and tell each change; a row that is new begins now.

    One whose block is none of this update's keeps its time.
    """
    times = {block.reference: moment(block.time * _MILLISECONDS) for block in update.update.applied}
    judged = _still_watched(name, update)
    rows = [_transaction(name, each.tracked, times=times, now=now) for each in judged]
    for kept, columns in ((True, _TRANSACTION_COLUMNS), (False, (*_TRANSACTION_COLUMNS, "time"))):
        ChainTransaction.objects.bulk_create(
            [row for row in rows if (row.block_number is not None and row.time is None) is kept],
            batch_size=_BATCH,
            update_conflicts=True,
            unique_fields=["chain", "hash"],
            update_fields=columns,
        )
    ids = _store_watches(name, update, judged, now=now)
    for each in judged:
        for change in each.changes:
            row = _transaction(name, _as_told(each.tracked, change), times=times, now=now)
            row.pk = ids[row.hash]
            events.transaction(row, is_news=change.state.status is not change.before)


def _still_watched(name: str, update: FollowedUpdate) -> list[JudgedTransaction]:
    """Return the transactions whose rows nobody has deleted since they were read, which lets none be deleted now.

    What is new, or moves something of a wallet, is watched in any case; but what is final stays as it is, though a node
    has it in its pool, or a block has it again that the chain is followed from anew.
    """
    moving = {each.movement.transaction_hash for each in update.movements}
    wanted = sorted(each.tracked.hash for each in update.judged)
    is_final: dict[str, bool] = {}
    for some in in_chunks(wanted):
        rows = ChainTransaction.objects.filter(chain=name, hash__in=some).select_for_update().order_by("hash")
        is_final |= dict(rows.values_list("hash", "is_final"))
    watched = is_final.keys() | moving
    judged = (each for each in update.judged if each.is_new or each.tracked.hash in watched)
    return [each for each in judged if not is_final.get(each.tracked.hash, False)]


def _as_told(tracked: TrackedTransaction, change: TransactionChange) -> TrackedTransaction:
    """Return a transaction as it was after a change: for one that no block has, nothing is paid."""
    progress = msgspec.structs.replace(tracked.progress, state=change.state)
    fee = tracked.fee if change.state.block is not None else None
    return msgspec.structs.replace(tracked, progress=progress, fee=fee)


def _transaction(
    name: str, tracked: TrackedTransaction, *, times: Mapping[BlockReference, datetime], now: datetime
) -> ChainTransaction:
    state = tracked.progress.state
    return ChainTransaction(
        chain_id=name,
        hash=tracked.hash,
        **_signed_columns(tracked),
        status=state.status.value,
        block_number=state.block.number if state.block else None,
        block_hash=state.block.hash if state.block else "",
        time=times.get(state.block) if state.block else None,
        confirmations=state.confirmations,
        required=tracked.progress.required,
        fee=tracked.fee,
        replaced_by=state.replaced_by or "",
        replacement=state.replacement.value if state.replacement else "",
        conflicting=msgspec.json.encode(tracked.conflicting).decode() if tracked.conflicting else "",
        is_final=state.is_final,
        missing_polls=tracked.progress.missing_polls,
        seen_at=now,
        changed_at=now,
    )


def _signed_columns(tracked: TrackedTransaction) -> dict[str, object]:
    signed = tracked.signed
    if signed is None:
        return {}
    return {
        "sender": signed.sender,
        "recipient": signed.recipient or "",
        "nonce": signed.nonce,
        "value": signed.value,
        "data": signed.data,
    }


def _store_watches(
    name: str, update: FollowedUpdate, judged: Iterable[JudgedTransaction], *, now: datetime
) -> dict[str, int]:
    """Have transactions watched for those whose wallets they are from or to, or move tokens of.

    Return the rows' ids of all transactions of the update, by hash.
    """
    wanted: dict[str, set[int]] = {each.tracked.hash: set() for each in judged}
    for transaction_hash, owners in _watching(update, judged):
        wanted.setdefault(transaction_hash, set()).update(owners)
    ids: dict[str, int] = {}
    for some in in_chunks(sorted(wanted)):
        ids |= dict(ChainTransaction.objects.filter(chain=name, hash__in=some).values_list("hash", "id"))
    rows = [
        TransactionWatch(owner_id=owner_id, transaction_id=ids[transaction_hash], created_at=now)
        for transaction_hash, owners in wanted.items()
        for owner_id in sorted(owners)
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
