"""The life of a watched transaction: what it is told to be, from what a chain says of it. Pure.

seen ── pending ── confirming k of n ── confirmed ── finalized
A `ChainView` is all that the chain and a node's pool say at one head: transaction, head, receipt, nonce. `followed`
compares it with what was told before and returns what is to be told, each change one legal step. So a view that comes
twice, or after others were missed, does no harm, and who takes the changes in their order gets to the same state.
The table of legal steps is in docs/wallets.md.
"""

from collections.abc import Mapping
from enum import Enum, StrEnum, auto

import msgspec

from wallets.chain import BlockReference, Receipt, Transaction

MISSING_POLLS = 3
"""So many polls in a row a node's pool must lack a transaction before it is dropped: one may have come too early."""


class TransactionStatus(StrEnum):
    """How far a transaction is."""

    SEEN = "seen"
    PENDING = "pending"
    CONFIRMING = "confirming"
    CONFIRMED = "confirmed"
    FINALIZED = "finalized"
    FAILED = "failed"
    REPLACED = "replaced"
    DROPPED = "dropped"
    RETRACTED = "retracted"


class TransactionStep(StrEnum):
    """What happens to a transaction."""

    FIND = "find"
    INCLUDE = "include"
    CONFIRM = "confirm"
    FINALIZE = "finalize"
    FAIL = "fail"
    REPLACE = "replace"
    DROP = "drop"
    RETRACT = "retract"


class Replacement(StrEnum):
    """What another transaction of the same sender and nonce does: the same for more gas, nothing, or something else."""

    SPEED_UP = "speed_up"
    CANCEL = "cancel"
    OTHER = "other"


STEPS: Mapping[TransactionStep, str] = {
    TransactionStep.FIND: "a node has it in its pool",
    TransactionStep.INCLUDE: "a block has it, and fewer blocks than it needs confirm it; its own is the first",
    TransactionStep.CONFIRM: "as many blocks as it needs confirm it, or its block can't be taken back any more",
    TransactionStep.FINALIZE: "the block that decided it can't be taken back any more",
    TransactionStep.FAIL: "a block has it, and its receipt says that it failed",
    TransactionStep.REPLACE: "another transaction has used its nonce in a block, or taken its place in the pool",
    TransactionStep.DROP: f"the pool lacked it in {MISSING_POLLS} polls in a row, and its nonce is unused",
    TransactionStep.RETRACT: "a reorganisation took back the block that decided it",
}
"""What each step means."""

ORDER_IN_AN_UPDATE = (
    TransactionStatus.RETRACTED,
    TransactionStatus.SEEN,
    TransactionStatus.PENDING,
    TransactionStatus.DROPPED,
    TransactionStatus.CONFIRMING,
    TransactionStatus.CONFIRMED,
    TransactionStatus.FAILED,
    TransactionStatus.REPLACED,
    TransactionStatus.FINALIZED,
)
"""In which order one update of a chain, which takes blocks back before it applies others, leads to statuses."""

_IN_A_BLOCK = {
    TransactionStep.INCLUDE: TransactionStatus.CONFIRMING,
    TransactionStep.CONFIRM: TransactionStatus.CONFIRMED,
}
_UNDECIDED = {
    TransactionStep.FIND: TransactionStatus.PENDING,
    **_IN_A_BLOCK,
    TransactionStep.FAIL: TransactionStatus.FAILED,
    TransactionStep.REPLACE: TransactionStatus.REPLACED,
    TransactionStep.DROP: TransactionStatus.DROPPED,
}
_RETRACT = {TransactionStep.RETRACT: TransactionStatus.RETRACTED}
LEGAL_STEPS: Mapping[TransactionStatus, Mapping[TransactionStep, TransactionStatus]] = {
    TransactionStatus.SEEN: _UNDECIDED,
    TransactionStatus.PENDING: _UNDECIDED,
    TransactionStatus.CONFIRMING: _IN_A_BLOCK | _RETRACT,
    TransactionStatus.CONFIRMED: _IN_A_BLOCK | {TransactionStep.FINALIZE: TransactionStatus.FINALIZED} | _RETRACT,
    TransactionStatus.FINALIZED: {},
    TransactionStatus.FAILED: {
        TransactionStep.FAIL: TransactionStatus.FAILED,
        TransactionStep.FINALIZE: TransactionStatus.FAILED,
        **_RETRACT,
    },
    TransactionStatus.REPLACED: {**_UNDECIDED, TransactionStep.FINALIZE: TransactionStatus.REPLACED, **_RETRACT},
    TransactionStatus.DROPPED: _UNDECIDED,
    TransactionStatus.RETRACTED: _UNDECIDED,
}
"""The status that each step leads to; any other raises. One that changes nothing (found again) is told to nobody.

A confirmed transaction is confirming again where the head went back above its block.
"""


class IllegalTransactionStepError(Exception):
    """A transaction can't take `step` from `status`."""

    def __init__(self, status: TransactionStatus, step: TransactionStep) -> None:
        legal = ", ".join(LEGAL_STEPS[status]) or "nothing"
        super().__init__(f"a transaction that is {status} can't {step}; it can {legal}")
        self.status = status
        self.step = step


class PoolAnswer(Enum):
    """Whether a node's pool has a transaction; the pool isn't asked for each block."""

    NOT_ASKED = auto()
    HAS_IT = auto()
    LACKS_IT = auto()


class ConflictingTransaction(msgspec.Struct, frozen=True):
    """Another transaction of the same sender and nonce; `block` is None while it is in the pool."""

    transaction: Transaction
    block: BlockReference | None = None


class ChainView(msgspec.Struct, frozen=True, kw_only=True):
    """What the chain that is followed says of one transaction at its block number `head`, and what the pool said.

    `finalized` is the newest block that can't be taken back, `transaction` what was signed, each None while unknown.
    `transaction_count` is how many nonces the sender has used at that head; it and `pool` are asked for in polls.
    A `receipt` or `conflicting` of a block above the head is a ValueError.
    """

    head: int
    finalized: int | None = None
    transaction: Transaction | None = None
    receipt: Receipt | None = None
    conflicting: ConflictingTransaction | None = None
    pool: PoolAnswer = PoolAnswer.NOT_ASKED
    transaction_count: int | None = None

    def __post_init__(self) -> None:
        """Refuse what no chain can say."""
        if self.deciding_block is not None and self.deciding_block.number > self.head:
            raise ValueError(f"block {self.deciding_block.number} is above the head {self.head}")

    @property
    def deciding_block(self) -> BlockReference | None:
        """Return the block that has the transaction, or the one that replaced it; None where neither is in one."""
        if self.receipt is not None:
            return self.receipt.block
        return self.conflicting.block if self.conflicting else None


class TransactionState(msgspec.Struct, frozen=True, kw_only=True):
    """What is told of a transaction: of `confirmations`, at most as many as it needs are counted, all once it is final.

    `block` is the one that decided it: its own, or that of the transaction that replaced it. Of a replaced one,
    `replaced_by` and `replacement` are None where it isn't known which did. Once `is_final`, nothing changes it.
    """

    status: TransactionStatus = TransactionStatus.SEEN
    block: BlockReference | None = None
    confirmations: int = 0
    replaced_by: str | None = None
    replacement: Replacement | None = None
    is_final: bool = False


class TransactionChange(msgspec.Struct, frozen=True):
    """One step, the state after it, which is stored and told, and the status before."""

    step: TransactionStep
    state: TransactionState
    before: TransactionStatus


class TransactionProgress(msgspec.Struct, frozen=True, kw_only=True):
    """A watched transaction: its state, the confirmations that it needs (1 or more), polls that have missed it."""

    required: int
    state: TransactionState = TransactionState()
    missing_polls: int = 0


def next_status(status: TransactionStatus, step: TransactionStep) -> TransactionStatus:
    """Return the status that `step` leads to; raise `IllegalTransactionStepError` where it leads nowhere."""
    try:
        return LEGAL_STEPS[status][step]
    except KeyError:
        raise IllegalTransactionStepError(status, step) from None


def followed(
    progress: TransactionProgress, view: ChainView
) -> tuple[TransactionProgress, tuple[TransactionChange, ...]]:
    """Return the progress after a view of the chain, and the changes that are to be told, in their order."""
    if progress.state.is_final:
        return progress, ()
    missing_polls = _missing_polls(progress, view)
    state, changes = progress.state, []
    for step, told in _steps(progress, view, missing_polls):
        after = msgspec.structs.replace(told, status=next_status(state.status, step))
        if after != state:
            changes.append(TransactionChange(step, after, state.status))
        state = after
    return msgspec.structs.replace(progress, state=state, missing_polls=missing_polls), tuple(changes)


_Steps = list[tuple[TransactionStep, TransactionState]]
"""Steps with what is told after each; the status of it comes from the table."""


def _steps(progress: TransactionProgress, view: ChainView, missing_polls: int) -> _Steps:
    decided_by = progress.state.block
    is_retracted = decided_by is not None and view.deciding_block != decided_by
    retracting: _Steps = [(TransactionStep.RETRACT, TransactionState())] if is_retracted else []
    return retracting + (_decided(progress.required, view) or _undecided(view, missing_polls))


def _decided(required: int, view: ChainView) -> _Steps:
    """Return the steps where a block decides; none where no block does."""
    block = view.deciding_block
    if block is None:
        return []
    is_final = view.finalized is not None and block.number <= view.finalized
    step, told = _included(required, view, view.receipt, is_final) if view.receipt else _replaced(view)
    final = [(TransactionStep.FINALIZE, msgspec.structs.replace(told, is_final=True))] if is_final else []
    return [(step, told), *final]


def _included(
    required: int, view: ChainView, receipt: Receipt, is_final: bool
) -> tuple[TransactionStep, TransactionState]:
    confirmations = required if is_final else min(view.head - receipt.block.number + 1, required)
    told = TransactionState(block=receipt.block, confirmations=confirmations)
    if not receipt.succeeded:
        return TransactionStep.FAIL, told
    return (TransactionStep.CONFIRM if confirmations == required else TransactionStep.INCLUDE), told


def _undecided(view: ChainView, missing_polls: int) -> _Steps:
    """Return the step where no block decides: what the pool says, if it was asked."""
    if view.pool is PoolAnswer.HAS_IT:
        return [(TransactionStep.FIND, TransactionState())]
    if view.conflicting is not None:
        return [_replaced(view)]
    if view.pool is PoolAnswer.NOT_ASKED or missing_polls < MISSING_POLLS:
        return []
    return _missing(view)


def _missing(view: ChainView) -> _Steps:
    """Return the step of a transaction that is nowhere: of one whose nonce isn't known, nothing can be said."""
    if view.transaction is None or view.transaction_count is None:
        return []
    if view.transaction_count > view.transaction.nonce:
        return [(TransactionStep.REPLACE, TransactionState())]
    return [(TransactionStep.DROP, TransactionState())]


def _replaced(view: ChainView) -> tuple[TransactionStep, TransactionState]:
    if view.conflicting is None:
        return TransactionStep.REPLACE, TransactionState()
    other = view.conflicting.transaction
    told = TransactionState(
        block=view.conflicting.block,
        replaced_by=other.hash,
        replacement=replacement_of(view.transaction, other) if view.transaction else None,
    )
    return TransactionStep.REPLACE, told


def replacement_of(original: Transaction, other: Transaction) -> Replacement:
    """Return what `other` does in place of `original`: wallets cancel by sending nothing to oneself."""
    if (other.recipient, other.value, other.data) == (original.recipient, original.value, original.data):
        return Replacement.SPEED_UP
    if (other.recipient, other.value, other.data) == (original.sender, 0, "0x"):
        return Replacement.CANCEL
    return Replacement.OTHER


def _missing_polls(progress: TransactionProgress, view: ChainView) -> int:
    """Return how many polls in a row have found it nowhere."""
    if view.receipt or view.conflicting or view.pool is PoolAnswer.HAS_IT:
        return 0
    lacked = view.pool is PoolAnswer.LACKS_IT
    return min(progress.missing_polls + lacked, MISSING_POLLS)
