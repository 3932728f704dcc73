"""Storing an update of a chain: cursor, blocks, balances, movements, transactions and their watches, all or nothing."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from streaming.database.bulk_insert import rows_insert, rows_upsert
from streaming.database.bulk_update import rows_update
from streaming.database.compiled_query import CompiledQuery, Given
from streaming.times import moment
from streaming.workers.fencing import Fence, lease_hold
from wallets.chain import NATIVE, BlockReference
from wallets.chain_state import WELL, ChainState
from wallets.events.chain_events import ChainEvents
from wallets.events.touched_wallets import ToldTransactions
from wallets.follower.balance_storing import balances_store, outdated_balances_mark
from wallets.follower.followed_chain import BlockMovement, FollowedUpdate, StaleUpdateError
from wallets.follower.stored_chain import block_columns
from wallets.follower.transaction_storing import transactions_store
from wallets.following.block_effects import Direction
from wallets.models import Chain, KnownBlock, Movement
from wallets.models.movement import NO_LOG

_MILLISECONDS = 1000
_ONE_MOVEMENT = ("chain_id", "block_hash", "transaction_hash", "log_index", "address", "direction")

_FOLLOWED = (
    "name",
    "state",
    "state_since",
    "reason",
    "fault",
    "cursor_number",
    "cursor_hash",
    "finalized_number",
    "head_number",
    "node",
    "last_head_at",
    "reread_number",
    "reread_balance_id",
)
"""What the follower writes of a chain's row, by which it is found: how it is configured is for staff to say."""
_CHAIN_COLUMNS = tuple(column.attname for column in Chain._meta.concrete_fields)  # noqa: SLF001 - Django's
_CHAIN = CompiledQuery(
    Chain, lambda: Chain.objects.select_for_update().filter(pk=Given("chain")).order_by().values_list(*_CHAIN_COLUMNS)
)


@transaction.atomic
def update_store(
    name: str,
    update: FollowedUpdate,
    *,
    state: ChainState,
    fence: Fence | None,
    now: datetime,
    told: ToldTransactions | None = None,
) -> None:
    """Store an update, and what is to be told of it, in the order in which it happened.

    `told` spares it to look again for whom transactions concern that are confirmed block by block.

    Raise `LeaseLostError`, or `StaleUpdateError` where the cursor isn't where the update begins.
    """
    events = ChainEvents(_store_cursor(name, update, state=state, now=now), now=now, told=told)
    _retract_movements(name, update, events)
    _store_blocks(name, update, events)
    _store_movements(name, update, events)
    balances_store(name, update, events, now=now)
    outdated_balances_mark(name, update, now=now)
    transactions_store(name, update, events, now=now)
    events.store()
    lease_hold(fence)


def _store_cursor(name: str, update: FollowedUpdate, *, state: ChainState, now: datetime) -> Chain:
    row = _locked(name)
    before = update.before.tip
    if (row.cursor_number, row.cursor_hash) != (before.number, before.hash) or row.followed_from is not None:
        raise StaleUpdateError(f"chain {name} is at block {row.cursor_number}, not at {before.number}")
    if row.state != state.value:
        row.state, row.state_since = state.value, now
    if state in WELL:
        row.reason = row.fault = ""
    row.cursor_number, row.cursor_hash = update.tip.number, update.tip.hash
    row.finalized_number = max(update.after.finalized, row.finalized_number or 0)  # a shorter branch makes none less so
    row.head_number, row.node = update.head, update.node
    if update.update.applied:
        row.last_head_at = now
    _note_reread(row, update)
    rows_update(Chain, [{column: getattr(row, column) for column in _FOLLOWED}])
    return row


def _locked(name: str) -> Chain:
    """Return the chain's row, which nobody else changes before this transaction ends; raise `Chain.DoesNotExist`."""
    found = _CHAIN.rows(chain=name)
    if not found:
        raise Chain.DoesNotExist(f"there is no chain {name}")
    return Chain.from_db(None, _CHAIN_COLUMNS, found[0])


def _note_reread(row: Chain, update: FollowedUpdate) -> None:
    """Note how far the chain was read afresh; what comes after blocks that are taken back is new."""
    if update.reread:
        row.reread_number = update.reread[-1].number
    if row.reread_number is not None:
        ancestor = update.before.tip.number - len(update.update.retracted)
        row.reread_number = None if row.reread_number >= ancestor else row.reread_number
    if update.balances_reread is not None:
        row.reread_balance_id = update.balances_reread.last


def _retract_movements(name: str, update: FollowedUpdate, events: ChainEvents) -> None:
    """Mark what moved in blocks that are taken back, the newest first; it counts again if its block comes back.

    So is what is stored of other blocks in place of those that were read afresh.
    """
    where = Q(block_hash__in=[block.hash for block in update.update.retracted])
    if update.reread:
        same_numbers = Q(block_number__range=(update.reread[0].number, update.reread[-1].number))
        where |= same_numbers & ~Q(block_hash__in=[block.hash for block in update.reread])
    elif not update.update.retracted:
        return
    retracted = Movement.objects.filter(where, chain=name, is_retracted=False)
    for row in retracted.order_by("-block_number", "-id"):
        row.is_retracted = True
        events.movement(row)
    retracted.update(is_retracted=True)


def _store_blocks(name: str, update: FollowedUpdate, events: ChainEvents) -> None:
    depth = len(update.update.retracted)
    if depth:
        KnownBlock.objects.filter(chain=name, number__gte=update.update.retracted[-1].number).delete()
    columns = [block_columns(name, block) for block in update.update.applied]
    rows = [KnownBlock(**each) for each in columns]
    rows_insert(KnownBlock, columns)
    for place, row in enumerate(rows):
        events.block(row, reorg_depth=0 if place else depth)


def _store_movements(name: str, update: FollowedUpdate, events: ChainEvents) -> None:
    tip = update.tip
    columns = [_movement(name, update, each, tip) for each in update.movements]
    rows_upsert(Movement, columns, unique=_ONE_MOVEMENT, update=["is_retracted", "balance"])
    for each in columns:
        events.movement(Movement(**each))


def _movement(name: str, update: FollowedUpdate, each: BlockMovement, tip: BlockReference) -> dict[str, Any]:
    movement, block = each.movement, each.block
    is_newest = block.reference == tip
    return {
        "chain_id": name,
        "address": movement.address,
        "asset": movement.token or NATIVE,
        "direction": movement.direction.value,
        "counterparty": movement.counterparty or "",
        "change": -movement.amount if movement.direction is Direction.OUTGOING else movement.amount,
        "balance": update.balances.get((movement.address, movement.token)) if is_newest else None,
        "transaction_hash": movement.transaction_hash,
        "log_index": NO_LOG if movement.log_index is None else movement.log_index,
        "block_number": block.number,
        "block_hash": block.hash,
        "time": moment(block.time * _MILLISECONDS),
        "is_retracted": False,
    }
