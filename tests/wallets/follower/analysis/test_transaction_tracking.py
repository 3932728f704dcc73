"""What a node's pool means for a transaction that no block decides."""

from collections.abc import Sequence

import msgspec
import pytest

from tests.wallets.simple_chain import SimpleChain, address, hash_of
from wallets.chain import Transaction
from wallets.follower.address_reading import FoundTransaction
from wallets.follower.transaction_tracking import (
    PoolReading,
    TrackedTransaction,
    TransactionTracker,
    TransactionUpdate,
    replacing,
)
from wallets.following.reorganisation import ChainUpdate
from wallets.lifecycle import MISSING_POLLS, TransactionProgress, TransactionState, TransactionStatus

SENT = Transaction(hash=hash_of(1), sender=address(1), nonce=5, recipient=address(2), value=7)
FASTER = msgspec.structs.replace(SENT, hash=hash_of(2))
LACKED = FoundTransaction()
NEW = TrackedTransaction(hash=SENT.hash, progress=TransactionProgress(required=3), signed=SENT)


def _pool(*, lacks: Sequence[Transaction] = (), has: Sequence[Transaction] = (), counts: bool = True) -> PoolReading:
    found = {each.hash: LACKED for each in lacks} | {each.hash: FoundTransaction(transaction=each) for each in has}
    return PoolReading(found=found, transaction_counts={SENT.sender: SENT.nonce}, counts_missing=counts)


def _after(*pools: PoolReading) -> TrackedTransaction:
    known, tracked = SimpleChain().known(), NEW
    for pool in pools:
        tracked = TransactionTracker(known, ChainUpdate(), {}, pool, required=lambda _: 3).updated(tracked).tracked
    return tracked


@pytest.mark.parametrize(("polls", "status"), [(MISSING_POLLS - 1, "pending"), (MISSING_POLLS, "dropped")])
def test_it_is_dropped_by_polls_that_count_however_often_it_is_asked_for(polls: int, status: str) -> None:
    asked, poll = _pool(lacks=[SENT], counts=False), _pool(lacks=[SENT])
    after = _after(_pool(has=[SENT]), *[asked] * 9, *[poll] * polls, *[asked] * 9)
    assert after.progress.state.status == status


def test_one_that_another_has_replaced_stays_so_while_that_waits_though_nobody_tells_of_it_again() -> None:
    replaced = _pool(lacks=[SENT], has=[FASTER], counts=False)
    after = _after(_pool(has=[SENT]), replaced, *[_pool(lacks=[SENT], has=[FASTER])] * MISSING_POLLS)
    assert (after.progress.state.status, after.progress.state.replaced_by) == ("replaced", FASTER.hash)
    unanswered = _after(_pool(has=[SENT]), replaced, *[_pool(lacks=[SENT])] * MISSING_POLLS)
    assert unanswered.progress.state.status == "replaced"
    assert replacing([after, NEW]) == {FASTER.hash}


def test_one_is_dropped_after_that_which_had_replaced_it_is() -> None:
    replaced = _pool(lacks=[SENT], has=[FASTER])
    after = _after(_pool(has=[SENT]), replaced, *[_pool(lacks=[SENT, FASTER])] * MISSING_POLLS)
    assert (after.progress.state.status, after.conflicting) == ("dropped", None)


def _reorganised(confirmations: int, *, depth: int, length: int) -> TransactionUpdate:
    """Return one in block 100 that needs 12, which so many blocks confirm, after others came in place of the newest."""
    chain = SimpleChain(length=confirmations)
    known = chain.known()
    chain.reorganise(depth, length)
    update = ChainUpdate(retracted=known.above(known.tip.number - depth), applied=tuple(chain.blocks[-length:]))
    status = TransactionStatus.CONFIRMED if confirmations >= 12 else TransactionStatus.CONFIRMING
    state = TransactionState(status=status, block=chain.blocks[0].reference, confirmations=min(confirmations, 12))
    tracked = TrackedTransaction(hash=SENT.hash, progress=TransactionProgress(required=12, state=state), signed=SENT)
    return TransactionTracker(known, update, {}, PoolReading(), required=lambda _: 12).updated(tracked)


@pytest.mark.parametrize(
    ("confirmations", "depth", "length", "told"),
    [
        (12, 2, 3, []),
        (11, 3, 3, []),
        (10, 2, 4, [("confirming", 11), ("confirmed", 12)]),
        (12, 3, 2, [("confirming", 11)]),
    ],
)
def test_blocks_in_place_of_others_above_its_own_take_back_no_more_confirmations_than_there_are_fewer_of_them(
    confirmations: int, depth: int, length: int, told: list[tuple[str, int]]
) -> None:
    update = _reorganised(confirmations, depth=depth, length=length)
    assert [(each.state.status.value, each.state.confirmations) for each in update.changes] == told
