"""Storing an update of a chain: cursor, blocks, balances, movements, transactions and their watches, all or nothing."""

from datetime import datetime

from django.db import transaction

from streaming.times import moment
from streaming.workers.fencing import Fence, lease_hold
from wallets.chain import NATIVE
from wallets.chain_state import ChainState
from wallets.events.chain_events import ChainEvents
from wallets.follower.balance_storing import balances_store, outdated_balances_mark
from wallets.follower.followed_chain import BlockMovement, FollowedUpdate
from wallets.follower.stored_chain import block_columns
from wallets.follower.transaction_storing import transactions_store
from wallets.following.block_effects import Direction
from wallets.models import Chain, KnownBlock, Movement
from wallets.models.movement import NO_LOG

_MILLISECONDS = 1000
_BATCH = 500
_WELL = frozenset({ChainState.CONNECTED, ChainState.CATCHING_UP})


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
    transactions_store(name, update, events, now=now)
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
