"""The life of a transaction, step by step."""

from itertools import product

import msgspec
import pytest

from tests.wallets.simple_chain import address, hash_of
from wallets.chain import BlockReference, Receipt, Transaction
from wallets.lifecycle import (
    LEGAL_STEPS,
    MISSING_POLLS,
    ChainView,
    ConflictingTransaction,
    IllegalTransactionStepError,
    PoolAnswer,
    Replacement,
    TransactionChange,
    TransactionProgress,
    TransactionState,
    TransactionStatus,
    TransactionStep,
    followed,
    next_status,
)

LEGAL = {
    "seen": "find include confirm fail replace drop",
    "pending": "find include confirm fail replace drop",
    "confirming": "include confirm retract",
    "confirmed": "include confirm finalize retract",
    "finalized": "",
    "failed": "fail finalize retract",
    "replaced": "find include confirm fail replace drop finalize retract",
    "dropped": "find include confirm fail replace drop",
    "retracted": "find include confirm fail replace drop",
}
LEADS_TO = {
    "find": "pending",
    "include": "confirming",
    "confirm": "confirmed",
    "finalize": "finalized",
    "fail": "failed",
    "replace": "replaced",
    "drop": "dropped",
    "retract": "retracted",
}
SENT = Transaction(hash=hash_of(1), sender=address(0xA), nonce=5, recipient=address(0xB), value=10, data="0x01")
FASTER = msgspec.structs.replace(SENT, hash=hash_of(2))
BLOCK, OTHER_BLOCK = BlockReference(100, hash_of(100)), BlockReference(100, hash_of(200))
NEW = TransactionProgress(required=3)
LACKED = ChainView(head=100, transaction=SENT, pool=PoolAnswer.LACKS_IT, transaction_count=5)


def view(head: int = 100, block: BlockReference | None = None, *, failed: bool = False, **fields: object) -> ChainView:
    """Return a view in which a block has the transaction, where one is given."""
    receipt = Receipt(block=block, succeeded=not failed) if block else None
    return msgspec.structs.replace(ChainView(head=head, transaction=SENT, receipt=receipt), **fields)


def replaced_by(other: Transaction, block: BlockReference | None = None, head: int = 100) -> ChainView:
    return ChainView(head=head, transaction=SENT, conflicting=ConflictingTransaction(other, block))


def told(progress: TransactionProgress, *views: ChainView) -> list[TransactionChange]:
    """Return what is told by views that come one after another."""
    changes: list[TransactionChange] = []
    for each in views:
        progress, more = followed(progress, each)
        changes += more
    return changes


def brief(changes: list[TransactionChange]) -> list[str]:
    return [f"{change.step}: {change.state.status} {change.state.confirmations}" for change in changes]


def after(*views: ChainView) -> TransactionProgress:
    progress = NEW
    for each in views:
        progress, _ = followed(progress, each)
    return progress


@pytest.mark.parametrize(("status", "step"), list(product(TransactionStatus, TransactionStep)))
def test_it_takes_each_legal_step_and_raises_at_any_other(status: TransactionStatus, step: TransactionStep) -> None:
    if step in LEGAL[status].split():
        stays = step == "finalize" and status != "confirmed"  # what failed or was replaced stays so
        assert next_status(status, step) == (status if stays else LEADS_TO[step])
    else:
        with pytest.raises(IllegalTransactionStepError, match=f"that is {status} can't {step}; it can "):
            next_status(status, step)


def test_every_status_has_its_row() -> None:
    assert set(TransactionStatus) == set(LEGAL_STEPS)


def test_it_goes_from_the_pool_through_its_confirmations_to_the_end() -> None:
    heads = [view(head, BLOCK, finalized=head - 4) for head in range(100, 106)]
    assert brief(told(NEW, view(pool=PoolAnswer.HAS_IT), *heads)) == [
        "find: pending 0",
        "include: confirming 1",
        "include: confirming 2",
        "confirm: confirmed 3",
        "finalize: finalized 3",
    ]


def test_it_tells_nothing_twice() -> None:
    views = [view(pool=PoolAnswer.HAS_IT), view(100, BLOCK), view(103, BLOCK), view(110, BLOCK, finalized=100)]
    assert len(told(NEW, *(each for each in views for _ in range(3)))) == 4


def test_one_that_is_first_looked_at_long_after_is_told_as_confirmed_and_final() -> None:
    assert brief(told(NEW, view(500, BLOCK, finalized=436))) == ["confirm: confirmed 3", "finalize: finalized 3"]


def test_a_block_that_is_final_needs_no_more_confirmations() -> None:
    assert brief(told(NEW, view(100, BLOCK, finalized=100))) == ["confirm: confirmed 3", "finalize: finalized 3"]


def test_one_that_fails_is_failed_however_many_blocks_confirm_it() -> None:
    views = [view(head, BLOCK, failed=True, finalized=head - 3) for head in (100, 102, 104)]
    assert brief(told(NEW, *views)) == ["fail: failed 1", "fail: failed 3", "finalize: failed 3"]


def test_what_is_final_stays() -> None:
    for final in (view(100, BLOCK, finalized=100), view(100, BLOCK, failed=True, finalized=100)):
        progress = after(final)
        assert progress.state.is_final
        assert followed(progress, view(101, OTHER_BLOCK)) == (progress, ())


def test_a_reorganisation_takes_it_back_before_it_comes_again() -> None:
    changes = told(NEW, view(100, BLOCK), view(101, OTHER_BLOCK))
    assert brief(changes) == ["include: confirming 1", "retract: retracted 0", "include: confirming 2"]
    assert [change.state.block for change in changes] == [BLOCK, None, OTHER_BLOCK]


@pytest.mark.parametrize(
    ("instead", "status"),
    [
        (view(), "retracted"),
        (view(pool=PoolAnswer.HAS_IT), "pending"),
        (view(100, OTHER_BLOCK, failed=True), "failed"),
        (replaced_by(FASTER, OTHER_BLOCK), "replaced"),
    ],
)
@pytest.mark.parametrize("before", [view(100, BLOCK), view(102, BLOCK), view(100, BLOCK, failed=True)])
def test_a_reorganisation_may_leave_it_anywhere(before: ChainView, instead: ChainView, status: str) -> None:
    changes = told(NEW, before, instead)
    assert changes[1].step is TransactionStep.RETRACT
    assert changes[-1].state.status == status


def test_fewer_blocks_above_it_confirm_it_less() -> None:
    assert brief(told(NEW, view(102, BLOCK), view(101, BLOCK))) == ["confirm: confirmed 3", "include: confirming 2"]


@pytest.mark.parametrize(
    ("changes", "replacement"),
    [
        ({}, Replacement.SPEED_UP),
        ({"recipient": SENT.sender, "value": 0, "data": "0x"}, Replacement.CANCEL),
        ({"recipient": SENT.sender, "value": 1, "data": "0x"}, Replacement.OTHER),
        ({"value": 11}, Replacement.OTHER),
        ({"data": "0x"}, Replacement.OTHER),
        ({"recipient": None}, Replacement.OTHER),
    ],
)
def test_it_says_what_replaced_it_and_what_for(changes: dict[str, object], replacement: Replacement) -> None:
    other = msgspec.structs.replace(FASTER, **changes)
    assert after(replaced_by(other, BLOCK)).state == TransactionState(
        status=TransactionStatus.REPLACED, block=BLOCK, replaced_by=other.hash, replacement=replacement
    )


def test_one_that_was_replaced_in_the_pool_is_told_when_a_block_has_the_other_and_when_that_is_final() -> None:
    final = msgspec.structs.replace(replaced_by(FASTER, BLOCK, head=200), finalized=136)
    changes = told(NEW, replaced_by(FASTER), replaced_by(FASTER, BLOCK), final)
    assert [(change.step, change.state.block, change.state.is_final) for change in changes] == [
        ("replace", None, False),
        ("replace", BLOCK, False),
        ("finalize", BLOCK, True),
    ]
    assert {change.state.status for change in changes} == {TransactionStatus.REPLACED}


def test_one_whose_replacement_is_taken_back_may_be_included_after_all() -> None:
    changes = told(NEW, replaced_by(FASTER, BLOCK), view(), view(101, OTHER_BLOCK))
    assert brief(changes) == ["replace: replaced 0", "retract: retracted 0", "include: confirming 2"]


def test_it_is_dropped_once_several_polls_in_a_row_lack_it_and_its_nonce_is_unused() -> None:
    polls = [LACKED] * (MISSING_POLLS - 1)
    assert told(NEW, *polls) == []
    assert told(NEW, *polls, view(pool=PoolAnswer.HAS_IT), *polls)[-1].state.status == "pending"
    assert told(NEW, *polls, view(), LACKED)[-1].state.status == "dropped"  # a block without a poll counts for nothing
    assert brief(told(NEW, *polls, *polls, LACKED)) == ["drop: dropped 0"]


def test_a_dropped_one_may_come_back() -> None:
    lacked = [LACKED] * MISSING_POLLS
    assert told(NEW, *lacked, view(pool=PoolAnswer.HAS_IT))[-1].state.status == "pending"
    assert told(NEW, *lacked, view(100, BLOCK))[-1].state.status == "confirming"


def test_one_whose_nonce_is_used_was_replaced_though_nobody_knows_by_which() -> None:
    used = msgspec.structs.replace(LACKED, transaction_count=6)
    assert after(*[used] * MISSING_POLLS).state == TransactionState(status=TransactionStatus.REPLACED)
    assert after(*[used] * (MISSING_POLLS - 1)).state.status == "seen"


@pytest.mark.parametrize("unknown", [{"transaction": None}, {"transaction_count": None}])
def test_nothing_is_said_of_one_that_no_node_has_shown(unknown: dict[str, None]) -> None:
    assert told(NEW, *[msgspec.structs.replace(LACKED, **unknown)] * (MISSING_POLLS + 1)) == []


def test_a_view_above_its_own_head_is_none() -> None:
    with pytest.raises(ValueError, match="block 100 is above the head 99"):
        view(99, BLOCK)
    with pytest.raises(ValueError, match="block 100 is above the head 99"):
        replaced_by(FASTER, BLOCK, head=99)
