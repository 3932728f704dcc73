"""Storing an update of a chain: cursor, blocks, balances, movements, transactions and their watches, all or nothing."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

import msgspec
from django.db import transaction

from streaming.times import moment
from streaming.workers.fencing import Fence, lease_hold
from wallets.chain import NATIVE, BlockReference
from wallets.chain_state import ChainState
from wallets.events.chain_events import ChainEvents
from wallets.follower.followed_chain import BlockMovement, FollowedUpdate
from wallets.follower.judging import TrackedTransaction
from wallets.follower.stored_chain import block_columns, in_chunks
from wallets.following.block_effects import Direction
from wallets.lifecycle import TransactionChange
from wallets.models import Balance, Chain, ChainTransaction, KnownBlock, Movement, TransactionWatch
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
    _store_balances(name, update, events, now=now)
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
    row.finalized_number = update.after.oldest
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


def _store_balances(name: str, update: FollowedUpdate, events: ChainEvents, *, now: datetime) -> None:
    """Store balances as they are after the update, and tell of those that are new, or others than before."""
    before = _balances_before(name, sorted({address for address, _ in update.balances}))
    rows = [
        Balance(
            chain_id=name,
            address=address,
            asset=token or NATIVE,
            amount=amount,
            block_number=update.tip.number,
            block_hash=update.tip.hash,
            changed_at=now,
        )
        for (address, token), amount in update.balances.items()
    ]
    Balance.objects.bulk_create(
        rows,
        batch_size=_BATCH,
        update_conflicts=True,
        unique_fields=["chain", "address", "asset"],
        update_fields=["amount", "block_number", "block_hash", "changed_at"],
    )
    for row in rows:
        former = before.get((row.address, row.asset))
        if former != row.amount:
            events.balance(row, change=None if former is None else row.amount - former)


def _balances_before(name: str, addresses: Sequence[str]) -> dict[tuple[str, str], int]:
    before: dict[tuple[str, str], int] = {}
    for some in in_chunks(addresses):
        rows = Balance.objects.filter(chain=name, address__in=some)
        before |= {(row.address, row.asset): row.amount for row in rows}
    return before


def _store_transactions(name: str, update: FollowedUpdate, events: ChainEvents, *, now: datetime) -> None:
    """Store what has become of transactions, and tell each change; a row that is new begins now.

    One whose block is none of this update's keeps its time.
    """
    times = {block.reference: moment(block.time * _MILLISECONDS) for block in update.update.applied}
    rows = [_transaction(name, each.tracked, times=times, now=now) for each in update.judged]
    for kept, columns in ((True, _TRANSACTION_COLUMNS), (False, (*_TRANSACTION_COLUMNS, "time"))):
        ChainTransaction.objects.bulk_create(
            [row for row in rows if (row.block_number is not None and row.time is None) is kept],
            batch_size=_BATCH,
            update_conflicts=True,
            unique_fields=["chain", "hash"],
            update_fields=columns,
        )
    ids = _store_watches(name, update, now=now)
    for judged in update.judged:
        for change in judged.changes:
            row = _transaction(name, _as_told(judged.tracked, change), times=times, now=now)
            row.pk = ids[row.hash]
            events.transaction(row)


def _as_told(tracked: TrackedTransaction, change: TransactionChange) -> TrackedTransaction:
    """Return a transaction as it was after a change."""
    progress = msgspec.structs.replace(tracked.progress, state=change.state)
    return msgspec.structs.replace(tracked, progress=progress)


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


def _store_watches(name: str, update: FollowedUpdate, *, now: datetime) -> dict[str, int]:
    """Have transactions watched for those whose wallets they are from or to, or move tokens of.

    Return the rows' ids of all transactions of the update, by hash.
    """
    wanted: dict[str, set[int]] = {each.tracked.hash: set() for each in update.judged}
    for transaction_hash, address in _touching(update):
        owners = wanted.setdefault(transaction_hash, set())
        owners.update(watcher.owner_id for watcher in update.watchers.get(address, ()))
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


def _touching(update: FollowedUpdate) -> Iterable[tuple[str, str]]:
    """Yield the transactions of an update with the addresses that they touch."""
    for each in update.movements:
        yield each.movement.transaction_hash, each.movement.address
    for judged in update.judged:
        if judged.is_new and (signed := judged.tracked.signed):
            yield signed.hash, signed.sender
            if signed.recipient:
                yield signed.hash, signed.recipient
