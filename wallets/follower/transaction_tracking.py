"""What an update of our chain means for the transactions that are watched, block by block. Pure."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

import msgspec

from wallets.chain import Block, BlockReference, Receipt, Transaction
from wallets.follower.address_reading import FoundTransaction
from wallets.following.known_blocks import KnownBlocks, newest_final
from wallets.following.reorganisation import ChainUpdate
from wallets.lifecycle import (
    ChainView,
    ConflictingTransaction,
    PoolAnswer,
    TransactionChange,
    TransactionProgress,
    TransactionStatus,
    followed,
)

_IN_A_BLOCK = frozenset({TransactionStatus.CONFIRMING, TransactionStatus.CONFIRMED, TransactionStatus.FAILED})


class TrackedTransaction(msgspec.Struct, frozen=True, kw_only=True):
    """A watched transaction as it is stored; `signed` is None while no node has shown it.

    `conflicting` is the one that replaced it, where it is known which did; `fee` what was paid for it, in the coin's
    smallest unit, once a block has it; `row_id` its row's, None while it isn't stored.
    """

    hash: str
    progress: TransactionProgress
    signed: Transaction | None = None
    conflicting: ConflictingTransaction | None = None
    fee: int | None = None
    row_id: int | None = None


class PoolReading(msgspec.Struct, frozen=True, kw_only=True):
    """What a node said at its tip of transactions that no block decides, and how many nonces senders have used.

    `counts_missing`: one that it lacks has been missed once more; not where it is asked sooner than a block may come.
    """

    found: Mapping[str, FoundTransaction] = {}
    transaction_counts: Mapping[str, int] = {}
    counts_missing: bool = True

    @property
    def waiting(self) -> Mapping[tuple[str, int], Transaction]:
        """Return what waits in the pool, by sender and nonce."""
        found = (each.transaction for each in self.found.values() if each.receipt is None)
        return {(each.sender, each.nonce): each for each in found if each is not None}


class TransactionUpdate(msgspec.Struct, frozen=True):
    """A transaction after an update, what is to be told of it, in its order, and how it was stored `before`.

    The latter is None where it is watched only now.
    """

    tracked: TrackedTransaction
    changes: tuple[TransactionChange, ...]
    before: TrackedTransaction | None = None

    @property
    def is_new(self) -> bool:
        """Return whether it is watched only now."""
        return self.before is None


class ChainStep(msgspec.Struct, frozen=True):
    """A block, what transactions are judged by in it, and the head and the newest final block by then."""

    block: Block
    head: int
    finalized: int
    by_hash: frozenset[str]
    by_nonce: Mapping[tuple[str, int], Transaction]


def chain_steps(blocks: Iterable[Block], *, head: int | None = None) -> tuple[ChainStep, ...]:
    """Return blocks made ready to judge any number of transactions by them; without a head, each is the newest."""
    return tuple(
        ChainStep(
            block,
            block.number if head is None else head,
            newest_final(block.number if head is None else head),
            frozenset(each.hash for each in block.transactions),
            {(each.sender, each.nonce): each for each in block.transactions},
        )
        for block in blocks
    )


class TransactionTracker:
    """Judges transactions by one update of our chain, with the receipts and the pool as the node answered them.

    `required` returns how many confirmations an amount, in the coin's smallest unit, needs; `afresh` are blocks of ours
    that were read again.
    """

    def __init__(
        self,
        known: KnownBlocks,
        update: ChainUpdate,
        receipts: Mapping[str, Receipt],
        pool: PoolReading,
        *,
        required: Callable[[int], int],
        afresh: Iterable[Block] = (),
    ) -> None:
        self._required = required
        self._after = update.after(known)
        self._retracted = frozenset(update.retracted)
        self._ancestor = known.tip.number - len(update.retracted)
        self._first_head = min(known.tip.number, self._after.tip.number)
        self._finalized = known.finalized
        self._steps = (*chain_steps(afresh, head=known.tip.number), *chain_steps(update.applied))
        self._receipts = receipts
        self._pool = pool
        self._waiting = pool.waiting

    def updated(self, tracked: TrackedTransaction, *, before: TrackedTransaction | None = None) -> TransactionUpdate:
        """Return what has become of a transaction, which was stored as `before`."""
        changes: list[TransactionChange] = []
        for view, conflicting, signed in self._views(tracked):
            progress, told = followed(self._needing(tracked, signed), view)
            changes += told
            tracked = msgspec.structs.replace(
                tracked,
                progress=progress,
                conflicting=conflicting,
                signed=signed,
                fee=view.receipt.fee if view.receipt else None,
            )
        return TransactionUpdate(tracked, tuple(changes), before)

    def _needing(self, tracked: TrackedTransaction, signed: Transaction | None) -> TransactionProgress:
        """Return the progress, with the confirmations that its amount needs where that becomes known only now."""
        if tracked.signed is not None or signed is None:
            return tracked.progress
        return msgspec.structs.replace(tracked.progress, required=self._required(signed.value))

    def _views(
        self, tracked: TrackedTransaction
    ) -> Iterator[tuple[ChainView, ConflictingTransaction | None, Transaction | None]]:
        """Yield what the chain says after blocks were taken back, after each one that is applied, and at the end.

        Where the block that decided it stays, blocks in place of others above it take back no confirmation on the way.
        """
        signed, receipt, conflicting = tracked.signed, _receipt_of(tracked), tracked.conflicting
        if tracked.progress.state.block in self._retracted:
            receipt = conflicting = None
            yield self._view(self._ancestor, self._finalized, signed, receipt, conflicting), conflicting, signed
        for step in self._steps_of(tracked):
            if tracked.hash in step.by_hash:
                receipt, conflicting = self._receipts[tracked.hash], None
                signed = next(each for each in step.block.transactions if each.hash == tracked.hash)
            elif signed is not None and (other := step.by_nonce.get((signed.sender, signed.nonce))):
                conflicting = ConflictingTransaction(other, step.block.reference)
            yield self._view(step.head, step.finalized, signed, receipt, conflicting), conflicting, signed
        decided = receipt is not None or (conflicting is not None and conflicting.block is not None)
        if (found := self._pool.found.get(tracked.hash)) is not None and not decided:
            yield self._asked(signed, conflicting, found)

    def _steps_of(self, tracked: TrackedTransaction) -> Iterator[ChainStep]:
        block = tracked.progress.state.block
        stays = block is not None and block not in self._retracted
        return (step for step in self._steps if not stays or step.head >= self._first_head)

    def _asked(
        self, signed: Transaction | None, conflicting: ConflictingTransaction | None, found: FoundTransaction
    ) -> tuple[ChainView, ConflictingTransaction | None, Transaction | None]:
        """Return what the node said when it was asked for the transaction itself."""
        signed = signed or found.transaction
        receipt = found.receipt if found.receipt is not None and self._has(found.receipt.block) else None
        conflicting = None if receipt or found.transaction else self._replacing(signed) or self._there(conflicting)
        lacked = PoolAnswer.LACKS_IT if self._pool.counts_missing else PoolAnswer.NOT_ASKED
        in_pool = PoolAnswer.HAS_IT if found.transaction is not None else lacked
        view = ChainView(
            head=self._after.tip.number,
            finalized=self._after.finalized,
            transaction=signed,
            receipt=receipt,
            conflicting=conflicting,
            pool=PoolAnswer.NOT_ASKED if found.receipt is not None else in_pool,
            transaction_count=self._pool.transaction_counts.get(signed.sender) if signed else None,
        )
        return view, conflicting, signed

    def _replacing(self, signed: Transaction | None) -> ConflictingTransaction | None:
        """Return what has taken a transaction's place in the pool."""
        other = self._waiting.get((signed.sender, signed.nonce)) if signed else None
        return ConflictingTransaction(other) if other else None

    def _there(self, conflicting: ConflictingTransaction | None) -> ConflictingTransaction | None:
        """Return what had taken a transaction's place in the pool, unless the node knows it no longer."""
        found = self._pool.found.get(conflicting.transaction.hash) if conflicting else None
        return None if found == FoundTransaction() else conflicting

    def _has(self, block: BlockReference) -> bool:
        """Return whether a block is one of our chain, as far as that is known; older ones can't be taken back."""
        return block.number < self._after.oldest or self._after.at(block.number) == block

    def _view(
        self,
        head: int,
        finalized: int,
        signed: Transaction | None,
        receipt: Receipt | None,
        conflicting: ConflictingTransaction | None,
    ) -> ChainView:
        return ChainView(head=head, finalized=finalized, transaction=signed, receipt=receipt, conflicting=conflicting)


def _receipt_of(tracked: TrackedTransaction) -> Receipt | None:
    """Return the receipt that its state was made from."""
    state = tracked.progress.state
    if state.block is None or state.status not in _IN_A_BLOCK:
        return None
    return Receipt(block=state.block, succeeded=state.status is not TransactionStatus.FAILED, fee=tracked.fee)


def replacing(tracked: Sequence[TrackedTransaction]) -> frozenset[str]:
    """Return the transactions in the pool that have taken the place of these: the node may have dropped them since."""
    others = (each.conflicting for each in tracked)
    return frozenset(other.transaction.hash for other in others if other is not None and other.block is None)


def undecided(tracked: Sequence[TrackedTransaction], update: ChainUpdate) -> frozenset[str]:
    """Return the transactions that no block decides after an update: the node is asked for them."""
    in_blocks = {each.hash for block in update.applied for each in block.transactions}
    retracted = frozenset(update.retracted)
    return frozenset(
        each.hash
        for each in tracked
        if each.hash not in in_blocks and (each.progress.state.block is None or each.progress.state.block in retracted)
    )
