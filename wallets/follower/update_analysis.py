"""An update of our chain, analysed: what its blocks mean for watched addresses and transactions, by the node's help."""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from sys import maxsize

from wallets.chain import BlockReference, Receipt, Transaction
from wallets.follower.address_reading import (
    FoundTransaction,
    Owned,
    balances_read,
    named_balances_read,
    receipts_read,
    transaction_counts_read,
    transactions_find,
)
from wallets.follower.block_reading import ReadBlock, ReadUpdate
from wallets.follower.followed_chain import BlockMovement, FollowedChain, FollowedUpdate, StoredFacts
from wallets.follower.pool_rotation import PoolRotation
from wallets.follower.transaction_tracking import (
    PoolReading,
    TrackedTransaction,
    TransactionTracker,
    replacing,
    undecided,
)
from wallets.following.block_effects import Movement, effects_of
from wallets.following.known_blocks import KnownBlocks
from wallets.following.token_transfers import token_transfer_of
from wallets.lifecycle import TransactionProgress
from wallets.nodes.node import Node


def touched_addresses(read: ReadUpdate, pool: Iterable[Transaction]) -> frozenset[str]:
    """Return all addresses that an update, or a transaction in the pool, may touch: which are watched isn't known."""
    touched: set[str | None] = set()
    for each in read.blocks:
        touched.update(each.block.credited)
        for transaction in each.block.transactions:
            touched.update((transaction.sender, transaction.recipient))
        for transfer in filter(None, map(token_transfer_of, each.logs)):
            touched.update((transfer.sender, transfer.recipient))
    for transaction in pool:
        touched.update((transaction.sender, transaction.recipient))
    return frozenset(address for address in touched if address is not None)


class UpdateAnalysis:
    """Analyses one update of `known`; `pool` is what a node has shown of transactions that it told of by itself.

    `rotation` says for which of those that no block decides the node is asked.
    """

    def __init__(
        self,
        node: Node,
        *,
        chain: FollowedChain,
        known: KnownBlocks,
        read: ReadUpdate,
        facts: StoredFacts,
        pool: Mapping[str, FoundTransaction],
        rotation: PoolRotation | None = None,
    ) -> None:
        self._node = node
        self._chain = chain
        self._known = known
        self._read = read
        self._facts = facts
        self._pool = pool
        self._rotation = rotation or PoolRotation()
        self._tip = read.update.after(known).tip

    async def analysed(self, *, asks_pool: bool, counts_missing: bool = True) -> FollowedUpdate:
        """Return all that is to be stored; `asks_pool`: the node is asked for transactions that no block decides.

        `counts_missing`: those that it lacks have been missed once more.
        Raise `NodeError` and `InconsistentNodeError`.
        """
        movements = [found for each in self._read.blocks for found in self._movements(each)]
        tracked = self._tracked(movements)
        receipts = await receipts_read(self._node, self._included(tracked))
        counting = [each for each in movements if _counts(each.movement, receipts)]
        changed, unread = self._changed(movements), self._facts.read_unchanged
        has_state = self._read.has_state(self._known)
        balances = await self._balances(changed | unread) if has_state else {}
        pool = await self._asked(tracked, asks_pool=asks_pool and has_state, counts_missing=counts_missing)
        afresh = [each.block for each in self._read.blocks] if self._read.is_afresh else []
        tracker = TransactionTracker(
            self._known, self._read.update, receipts, pool, required=self._chain.required, afresh=afresh
        )
        transactions = (tracker.updated(each, before=self._facts.tracked.get(each.hash)) for each in tracked.values())
        return FollowedUpdate(
            before=self._known,
            head=self._read.head,
            node=self._node.url,
            update=self._read.update,
            movements=tuple(counting),
            balances=balances,
            outdated=frozenset() if has_state else changed,
            unread=unread,
            transactions=tuple(each for each in transactions if each.tracked != each.before),
            watchers=self._facts.watchers,
            named=self._facts.named,
            reread=tuple(afresh),
            balances_reread=self._facts.reread if has_state else None,
        )

    def _movements(self, read: ReadBlock) -> list[BlockMovement]:
        effects = effects_of(read.block, read.logs, self._facts.watchers)
        followed = (each for each in effects.movements if self._is_followed((each.address, each.token)))
        found = (BlockMovement(read.block, each) for each in followed)
        return [each for each in found if each.key not in self._facts.movements]

    def _is_followed(self, owned: Owned) -> bool:
        return owned[1] is None or owned[1] in self._facts.listed or owned in self._facts.named

    async def _balances(self, wanted: AbstractSet[Owned]) -> dict[Owned, int]:
        """Return balances; those of contracts that users have named are asked for apart, for they may do anything."""
        everybodys = frozenset(each for each in wanted if each[1] is None or each[1] in self._facts.listed)
        found = await balances_read(self._node, everybodys, self._tip)
        return found | await named_balances_read(self._node, wanted - everybodys, self._tip)

    def _tracked(self, movements: Sequence[BlockMovement]) -> dict[str, TrackedTransaction]:
        """Return the transactions that are watched, with those that are from now on."""
        tracked = dict(self._facts.tracked)
        for each in movements:
            if each.movement.transaction_hash not in tracked:
                signed = next(one for one in each.block.transactions if one.hash == each.movement.transaction_hash)
                tracked[signed.hash] = self._newly_tracked(signed)
        for found in self._pool.values():
            if found.transaction is not None and self._touches(found.transaction):
                tracked.setdefault(found.transaction.hash, self._newly_tracked(found.transaction))
        return tracked

    def _newly_tracked(self, signed: Transaction) -> TrackedTransaction:
        progress = TransactionProgress(required=self._chain.required(signed.value))
        return TrackedTransaction(hash=signed.hash, progress=progress, signed=signed)

    def _touches(self, signed: Transaction) -> bool:
        return bool(self._facts.watchers.keys() & {signed.sender, signed.recipient})

    def _included(self, tracked: Mapping[str, TrackedTransaction]) -> dict[str, BlockReference]:
        return {
            each.hash: read.block.reference
            for read in self._read.blocks
            for each in read.block.transactions
            if each.hash in tracked
        }

    def _changed(self, movements: Iterable[BlockMovement]) -> frozenset[Owned]:
        """Return the balances that may have changed: of a sender the coins, too, for it pays what it costs."""
        moved = (owned for each in movements for owned in each.movement.balances if self._is_followed(owned))
        return self._facts.retracted.union(moved, ((address, None) for address in self._credited()))

    def _credited(self) -> frozenset[str]:
        """Return the watched addresses that new blocks credit; of blocks read afresh all balances are, too."""
        watched = self._facts.watchers.keys()
        return frozenset(address for block in self._read.update.applied for address in block.credited & watched)

    async def _asked(
        self, tracked: Mapping[str, TrackedTransaction], *, asks_pool: bool, counts_missing: bool
    ) -> PoolReading:
        found = {each: one for each, one in self._pool.items() if each in tracked or one.transaction is not None}
        waiting = undecided(tuple(tracked.values()), self._read.update)
        asked = waiting & self._taken(tracked)
        if asks_pool:
            rows = {each: tracked[each].row_id or maxsize for each in waiting - asked}
            asked |= self._rotation.take(rows, counts_missing=counts_missing)
        found |= await transactions_find(self._node, asked | replacing([tracked[each] for each in asked]))
        missing = {each for each, one in found.items() if one.transaction is None and each in tracked}
        senders = {signed.sender for each in missing if (signed := tracked[each].signed)}
        counts = await transaction_counts_read(self._node, senders, self._tip)
        return PoolReading(found=found, transaction_counts=counts, counts_missing=asks_pool and counts_missing)

    def _taken(self, tracked: Mapping[str, TrackedTransaction]) -> frozenset[str]:
        """Return the transactions whose nonce another has that the node has told of by itself."""
        told = (found.transaction for found in self._pool.values())
        nonces = {(each.sender, each.nonce): each.hash for each in told if each is not None}
        signed = ((each.hash, each.signed) for each in tracked.values() if each.signed is not None)
        return frozenset(own for own, each in signed if nonces.get((each.sender, each.nonce), own) != own)


def _counts(movement: Movement, receipts: Mapping[str, Receipt]) -> bool:
    """Return whether a movement has happened: coins that a transaction didn't carry, or that failed, have not moved."""
    if movement.token is not None:
        return True
    return movement.amount > 0 and receipts[movement.transaction_hash].succeeded
