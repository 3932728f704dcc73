"""Beginning to follow a chain from a block on, at first or again: what was known of blocks above it counts no more."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from streaming.workers.fencing import Fence, lease_hold
from wallets.chain import Block, BlockReference
from wallets.chain_state import ChainState
from wallets.events.chain_events import ChainEvents
from wallets.follower.stored_chain import block_columns
from wallets.following.known_blocks import KnownBlocks
from wallets.lifecycle import TransactionStatus, TransactionStep, next_status
from wallets.models import Balance, Chain, ChainTransaction, KnownBlock, Movement


@transaction.atomic
def chain_begin(
    name: str, block: Block, *, start: int | None, head: int, node: str, fence: Fence | None, now: datetime
) -> None:
    """Begin to follow a chain from a block on; `start` is the number that staff named, as it was read.

    What moved above the block is taken back, transactions that aren't final are looked for again, and balances are
    read anew. Where staff have named another block meanwhile, that stays to be done. Raise `LeaseLostError`.
    """
    row = Chain.objects.select_for_update().get(pk=name)
    before = None if row.cursor_number is None else BlockReference(row.cursor_number, row.cursor_hash)
    _store_beginning(row, block, start=start, head=head, node=node, now=now)
    events = ChainEvents(row, now=now)
    _retract_movements(name, block, events)
    _retract_transactions(name, events, now=now)
    _store_block(name, block, before, events)
    events.store()
    Balance.objects.filter(chain=name).delete()
    lease_hold(fence)


def _store_beginning(row: Chain, block: Block, *, start: int | None, head: int, node: str, now: datetime) -> None:
    if row.followed_from == start:
        row.followed_from = None
    row.cursor_number, row.cursor_hash = block.number, block.hash
    row.finalized_number, row.head_number = max(KnownBlocks((block.reference,)).finalized, 0), head
    row.last_head_at, row.node = now, node
    row.state, row.state_since, row.reason = ChainState.CONNECTED.value, now, ""
    row.save()


def _store_block(name: str, block: Block, before: BlockReference | None, events: ChainEvents) -> None:
    """Know this block alone, and tell it to those who followed a chain whose newest block was another.

    It takes back all that were told from its number on. A chain that begins tells none, nor one that stays where it is.
    """
    KnownBlock.objects.filter(chain=name).delete()
    row = KnownBlock.objects.create(**block_columns(name, block))
    if before is not None and before != block.reference:
        events.block(row, reorg_depth=max(before.number - block.number + 1, 0))


def _retract_movements(name: str, block: Block, events: ChainEvents) -> None:
    above = Q(block_number__gt=block.number) | (Q(block_number=block.number) & ~Q(block_hash=block.hash))
    retracted = Movement.objects.filter(above, chain=name, is_retracted=False)
    for row in retracted.order_by("-block_number", "-id"):
        row.is_retracted = True
        events.movement(row)
    retracted.update(is_retracted=True)


def _retract_transactions(name: str, events: ChainEvents, *, now: datetime) -> None:
    """Take back those that a block has decided: which block of the chain has them is asked again, wherever it is."""
    for row in ChainTransaction.objects.filter(chain=name, is_final=False, block_number__isnull=False).order_by("id"):
        row.status = next_status(TransactionStatus(row.status), TransactionStep.RETRACT).value
        row.block_number, row.block_hash, row.time, row.confirmations = None, "", None, 0
        row.replaced_by = row.replacement = row.conflicting = ""
        row.missing_polls, row.fee, row.changed_at = 0, None, now
        row.save()
        events.transaction(row)
