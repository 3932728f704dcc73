"""The rows of a chain: how it is configured, how far it was followed, and what is watched on it."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

import msgspec
from django.db import transaction
from django.db.models import F, Q, QuerySet

from streaming.database.compiled_query import CompiledQuery, Given
from streaming.database.conditions import Among
from streaming.times import moment
from streaming.workers.fencing import Fence, lease_hold
from wallets.chain import Block, BlockReference, Transaction
from wallets.chain_state import ChainFault, ChainState
from wallets.follower.address_reading import Owned
from wallets.follower.followed_chain import (
    BalanceLook,
    FollowedChain,
    MovementKey,
    Position,
    StoredFacts,
    Watcher,
)
from wallets.follower.named_tokens import named_tokens
from wallets.follower.transaction_tracking import TrackedTransaction
from wallets.follower.unread_balances import balances_reread, owned_of, tokens_reread, unread_balances
from wallets.following.known_blocks import DEEPEST_REORGANISATION, KnownBlocks, newest_final
from wallets.following.reorganisation import ChainUpdate
from wallets.lifecycle import (
    ConflictingTransaction,
    Replacement,
    TransactionProgress,
    TransactionState,
    TransactionStatus,
)
from wallets.models import Balance, Chain, ChainTransaction, KnownBlock, Movement, Token, Wallet
from wallets.models.movement import NO_LOG

_STATUSES = {status.value: status for status in TransactionStatus}
_LONGEST_REASON = 500
_MILLISECONDS = 1000


class _Tracked(NamedTuple):
    """The columns of a transaction that it is judged by: a busy chain has hundreds of them at each block."""

    id: int
    hash: str
    sender: str
    recipient: str
    nonce: int | None
    value: int | None
    data: str
    fee: int | None
    status: str
    block_number: int | None
    block_hash: str
    confirmations: int
    required: int
    replaced_by: str
    replacement: str
    conflicting: str
    is_final: bool
    missing_polls: int


def _not_final() -> "QuerySet[ChainTransaction]":
    return ChainTransaction.objects.filter(chain=Given("chain"), is_final=False).order_by("id")


def _waiting() -> Q:
    afresh = Q(block_number__gte=Given("afresh_from"), block_number__lte=Given("afresh_to"))
    unconfirmed = Q(block_number=None) | Q(confirmations__lt=F("required"))
    return unconfirmed | Q(block_number__lte=Given("finalized")) | afresh | Q(Among("hash", Given("pool")))


_NOT_FINAL = CompiledQuery(ChainTransaction, lambda: _not_final().values_list(*_Tracked._fields))
_WAITING = CompiledQuery(ChainTransaction, lambda: _not_final().filter(_waiting()).values_list(*_Tracked._fields))
_LISTED = CompiledQuery(
    Token, lambda: Token.objects.filter(chain=Given("chain"), is_listed=True).order_by().values_list("address")
)
_WATCHERS = CompiledQuery(
    Wallet,
    lambda: (
        Wallet.objects.filter(Among("address", Given("addresses")), chain=Given("chain"))
        .order_by()
        .values_list("address", "owner_id", "id", "created_at", "known_block")
    ),
)


def chains_enabled() -> tuple[FollowedChain, ...]:
    """Return the chains that are to be followed."""
    return tuple(
        FollowedChain(
            name=row.name,
            chain_id=row.chain_id,
            decimals=row.decimals,
            nodes=tuple(row.nodes),
            block_time=row.block_time_seconds,
            confirmations=row.confirmations,
            confirmations_by_amount=msgspec.json.encode(row.confirmations_by_amount).decode(),
        )
        for row in Chain.objects.filter(is_enabled=True)
    )


def position_read(name: str) -> Position:
    """Return how far a chain was followed."""
    row = Chain.objects.get(pk=name)
    state = ChainState(row.state)
    if row.followed_from is not None or row.cursor_number is None:
        oldest = KnownBlock.objects.filter(chain=name).order_by("number").values_list("number", flat=True).first()
        return Position(known=None, state=state, start=row.followed_from, oldest=oldest)
    lowest = max(row.cursor_number - DEEPEST_REORGANISATION, row.finalized_number or 0)
    if row.reread_number is not None:
        lowest = min(lowest, row.reread_number)
    blocks = KnownBlock.objects.filter(chain=name, number__gte=lowest, number__lte=row.cursor_number).order_by("number")
    references = tuple(BlockReference(*found) for found in blocks.values_list("number", "hash"))
    return Position(known=KnownBlocks(references), state=state, start=None, reread=row.reread_number)


@transaction.atomic
def chain_fault(
    name: str,
    state: ChainState | None,
    *,
    node: str,
    reason: str,
    fault: ChainFault,
    fence: Fence | None,
    now: datetime,
) -> ChainState | None:
    """Store what is wrong with a node of a chain, and the chain's state where that changes; raise `LeaseLostError`.

    Return the state that is to be told: one in error stays so, with its reason, whatever its nodes do meanwhile.
    """
    row = Chain.objects.select_for_update().get(pk=name)
    waits_for_staff = row.state == ChainState.ERROR.value and state is not ChainState.ERROR
    row.node = node
    if not waits_for_staff:
        row.reason, row.fault = reason[:_LONGEST_REASON], fault.value
    if state is not None and row.state != state.value and not waits_for_staff:
        row.state, row.state_since = state.value, now
    row.save(update_fields=["reason", "fault", "node", "state", "state_since"])
    lease_hold(fence)
    return None if waits_for_staff else state


def block_columns(name: str, block: Block) -> dict[str, object]:
    """Return a block as a row of a chain's newest ones."""
    return {
        "chain_id": name,
        "number": block.number,
        "hash": block.hash,
        "parent_hash": block.parent_hash,
        "time": moment(block.time * _MILLISECONDS),
        "base_fee": block.base_fee,
        "transactions": len(block.transactions),
    }


def facts_read(
    name: str,
    addresses: Collection[str],
    update: ChainUpdate,
    *,
    pool: Collection[str],
    look: BalanceLook | None = None,
    afresh: Sequence[BlockReference] = (),
) -> StoredFacts:
    """Return what is watched of what an update touches, or is in the pool, by its hash; see `StoredFacts`.

    `look` says which balances that are to be read are looked for, None that none are; `afresh` are blocks of ours that
    were read again.
    """
    listed = frozenset(address for (address,) in _LISTED.rows(chain=name))
    watchers = _watchers(name, addresses)
    retracted = frozenset(_retracted(name, [block.hash for block in update.retracted]))
    named = named_tokens(name, {*watchers, *(address for address, _ in retracted)}, listed)
    everybodys = {None, *listed}
    reread = balances_reread(name) if look else None
    unread, outdated_after = unread_balances(name, listed, look) if look else (frozenset[Owned](), 0)
    return StoredFacts(
        watchers=watchers,
        listed=listed,
        named=named,
        tracked={each.hash: each for each in _tracked(name, update, pool, afresh)},
        unread=unread | reread.owned if reread else unread,
        retracted=frozenset(each for each in retracted if each[1] in everybodys or each in named),
        movements=_movements(name, afresh),
        reread=reread,
        tokens_reread=tokens_reread(name, listed, look.tokens_after) if look and look.tokens_turn else None,
        outdated_after=outdated_after,
    )


def _watchers(name: str, addresses: Collection[str]) -> dict[str, tuple[Watcher, ...]]:
    found: dict[str, list[Watcher]] = {}
    for address, *wallet in _WATCHERS.rows(chain=name, addresses=addresses):
        found.setdefault(address, []).append(Watcher(*wallet))
    return {address: tuple(sorted(watchers)) for address, watchers in found.items()}


def _tracked(
    name: str, update: ChainUpdate, pool: Collection[str], afresh: Sequence[BlockReference]
) -> Iterator[TrackedTransaction]:
    """Return the transactions that an update may change.

    One that has all its confirmations waits for nothing but its block's finality, unless blocks are taken back.
    """
    if update.retracted:
        return map(_tracked_of, map(_Tracked._make, _NOT_FINAL.rows(chain=name)))
    rows = _WAITING.rows(
        chain=name,
        finalized=newest_final(update.applied[-1].number) if update.applied else -1,
        afresh_from=afresh[0].number if afresh else 0,
        afresh_to=afresh[-1].number if afresh else -1,
        pool=pool,
    )
    return map(_tracked_of, map(_Tracked._make, rows))


def _tracked_of(row: _Tracked) -> TrackedTransaction:
    """Return a watched transaction as it is stored, from the columns `_TRACKED`."""
    block = None if row.block_number is None else BlockReference(row.block_number, row.block_hash)
    state = TransactionState(
        status=_STATUSES[row.status],
        block=block,
        confirmations=row.confirmations,
        replaced_by=row.replaced_by or None,
        replacement=Replacement(row.replacement) if row.replacement else None,
        is_final=row.is_final,
    )
    conflicting = msgspec.json.decode(row.conflicting, type=ConflictingTransaction) if row.conflicting else None
    return TrackedTransaction(
        hash=row.hash,
        progress=TransactionProgress(required=row.required, state=state, missing_polls=row.missing_polls),
        signed=_signed(row),
        conflicting=conflicting,
        fee=row.fee,
        row_id=row.id,
    )


def _signed(row: _Tracked) -> Transaction | None:
    if row.nonce is None or row.value is None:
        return None
    return Transaction(
        hash=row.hash,
        sender=row.sender,
        nonce=row.nonce,
        recipient=row.recipient or None,
        value=row.value,
        data=row.data,
    )


def _movements(name: str, afresh: Sequence[BlockReference]) -> frozenset[MovementKey]:
    """Return the movements that are stored of these blocks."""
    if not afresh:
        return frozenset()
    numbers = (afresh[0].number, afresh[-1].number)
    rows = Movement.objects.filter(chain=name, block_number__range=numbers, is_retracted=False).order_by()
    keys = rows.values_list("block_hash", "transaction_hash", "log_index", "address", "direction")
    return frozenset(
        (block, transaction_hash, None if place == NO_LOG else place, address, direction)
        for block, transaction_hash, place, address, direction in keys
    )


def _retracted(name: str, hashes: Sequence[str]) -> Iterator[Owned]:
    if not hashes:
        return iter(())
    moved = Movement.objects.filter(chain=name, block_hash__in=hashes).order_by().values_list("address", "asset")
    read = Balance.objects.filter(chain=name, block_hash__in=hashes).order_by().values_list("address", "asset")
    return map(owned_of, {*moved, *read})
