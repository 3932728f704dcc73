"""Beginning to follow a chain from a block on, at first or again: what was known of blocks above it counts no more."""

from collections.abc import Mapping, Sequence
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
from wallets.models import Balance, Chain, ChainTransaction, KnownBlock, Movement, Wallet


@transaction.atomic
def chain_begin(
    name: str,
    blocks: Sequence[Block],
    *,
    compared: Block,
    start: int | None,
    head: int,
    node: str,
    fence: Fence | None,
    now: datetime,
) -> None:
    """Begin to follow a chain from the last of `blocks` on; `start` is the number that staff named, as it was read.

    Where `compared`, that block itself or a later one, is ours, the chain goes on from where it is, and what lies above
    the block is read afresh beside: only what differs is told. Else the others, its ancestors without a gap, may be
    taken back as any that were followed; what moved above them, or in others in their place, is taken back,
    transactions that aren't final are looked for again, and balances are read anew. Where staff have named another
    block meanwhile, that stays to be done. Raise `LeaseLostError`.
    """
    row = Chain.objects.select_for_update().get(pk=name)
    before = None if row.cursor_number is None else BlockReference(row.cursor_number, row.cursor_hash)
    if row.followed_from == start:
        row.followed_from = None
    row.head_number, row.last_head_at, row.node = head, now, node
    row.state, row.state_since, row.reason, row.fault = ChainState.CONNECTED.value, now, "", ""
    if before is not None and _is_ours(name, compared, before):
        row.reread_number = blocks[-1].number if blocks[-1].number < before.number else None
        row.reread_balance_id = 0
        row.save()
    else:
        _begin_anew(row, blocks, before, now=now)
    lease_hold(fence)


def _is_ours(name: str, block: Block, cursor: BlockReference) -> bool:
    if block.number >= cursor.number:
        return block.reference == cursor
    return KnownBlock.objects.filter(chain=name, number=block.number, hash=block.hash).exists()


def _begin_anew(row: Chain, blocks: Sequence[Block], before: BlockReference | None, *, now: datetime) -> None:
    name, known = row.pk, KnownBlocks(tuple(block.reference for block in blocks))
    row.cursor_number, row.cursor_hash = known.tip.number, known.tip.hash
    row.finalized_number = max(known.finalized, 0)
    row.reread_number = row.reread_balance_id = None
    row.save()
    events = ChainEvents(row, now=now)
    _retract_movements(name, blocks, events)
    _retract_transactions(name, events, now=now)
    _store_blocks(name, blocks, before, events)
    events.store()
    Balance.objects.filter(chain=name).delete()
    Wallet.objects.filter(chain=name, read_block__gt=known.tip.number).update(read_block=known.tip.number)


def _store_blocks(name: str, blocks: Sequence[Block], before: BlockReference | None, events: ChainEvents) -> None:
    """Know these blocks alone, and tell what is new of them to those who followed a chain whose newest was another.

    The first that is told takes back all that were told from its number on. A chain that begins tells none, nor one
    that stays where it is.
    """
    known = dict(KnownBlock.objects.filter(chain=name).values_list("number", "hash"))
    KnownBlock.objects.filter(chain=name).delete()
    rows = KnownBlock.objects.bulk_create(KnownBlock(**block_columns(name, block)) for block in blocks)
    if before is None or before == blocks[-1].reference:
        return
    told = _differing(rows, known)
    for place, row in enumerate(told):
        events.block(row, reorg_depth=0 if place else max(before.number - row.number + 1, 0))


def _differing(rows: Sequence[KnownBlock], known: Mapping[int, str]) -> Sequence[KnownBlock]:
    """Return those that aren't as they were known, or the last, where those who followed had none of them."""
    numbered = [row for row in rows if row.number in known]
    common = [row for row in numbered if known[row.number] == row.hash]
    above = common[-1].number if common else numbered[0].number - 1 if numbered else rows[-1].number
    return [row for row in rows if row.number > above] or rows[-1:]


def _retract_movements(name: str, blocks: Sequence[Block], events: ChainEvents) -> None:
    stay = [block.hash for block in blocks]
    above = Q(block_number__gte=blocks[0].number) & ~Q(block_hash__in=stay)
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
