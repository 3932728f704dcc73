"""An update of a chain is stored as the rows are by then."""

from decimal import Decimal
from typing import Any

import pytest

from tests.wallets.rows import (
    ETHER,
    NOW,
    balance_of,
    chain_named,
    status_of,
    transaction_of,
    user_named,
    wallet_of,
)
from tests.wallets.simple_chain import address, hash_of
from wallets.chain import BlockReference
from wallets.chain_state import ChainState
from wallets.events import WalletActivity
from wallets.events.outbox import OUTBOX
from wallets.follower.followed_chain import FollowedUpdate
from wallets.follower.judging import JudgedTransaction, TrackedTransaction
from wallets.follower.update_storing import update_store
from wallets.following.known_blocks import KnownBlocks
from wallets.following.reorganisation import ChainUpdate
from wallets.lifecycle import (
    TransactionChange,
    TransactionProgress,
    TransactionState,
    TransactionStatus,
    TransactionStep,
)
from wallets.models import Balance, ChainTransaction, OutboxEvent

pytestmark = pytest.mark.django_db


def _missed(number: int, polls: int) -> JudgedTransaction:
    """Return a transaction that polls have missed."""
    progress = TransactionProgress(required=12, missing_polls=polls)
    return JudgedTransaction(TrackedTransaction(hash=hash_of(number), progress=progress), ())


def test_a_transaction_that_is_watched_no_longer_since_it_was_read_stays_away() -> None:
    tip = BlockReference(100, hash_of(100))
    chain = chain_named(cursor_number=tip.number, cursor_hash=tip.hash)
    transaction_of(chain, 2, user_named("ada"), sender="", recipient="", nonce=None, value=None)
    update = _update(tip, judged=(_missed(1, 1), _missed(2, 1)))
    update_store(chain.name, update, state=ChainState.CONNECTED, fence=None, now=NOW)
    assert list(ChainTransaction.objects.values_list("hash", "missing_polls")) == [(hash_of(2), 1)]


def test_a_transaction_that_is_final_stays_so_though_a_node_has_it_in_its_pool() -> None:
    tip = BlockReference(100, hash_of(100))
    chain = chain_named(cursor_number=tip.number, cursor_hash=tip.hash)
    transaction_of(chain, 1, user_named("ada"), status="finalized", is_final=True, confirmations=12)
    pending = TransactionState(status=TransactionStatus.PENDING)
    tracked = TrackedTransaction(hash=hash_of(1), progress=TransactionProgress(required=12, state=pending))
    change = TransactionChange(TransactionStep.FIND, pending, TransactionStatus.SEEN)
    found = JudgedTransaction(tracked, (change,), is_new=True)
    update_store(chain.name, _update(tip, judged=(found,)), state=ChainState.CONNECTED, fence=None, now=NOW)
    assert status_of(hash_of(1)) == ("finalized", 12)
    assert not OutboxEvent.objects.exists()


def test_an_outdated_balance_is_told_once_it_is_read_though_it_is_the_same() -> None:
    tip = BlockReference(100, hash_of(100))
    chain = chain_named(cursor_number=tip.number, cursor_hash=tip.hash)
    owner = user_named("ada")
    for number in (1, 2):
        wallet_of(owner, chain, number)
        balance_of(chain, number, block=90)
    Balance.objects.filter(address=address(1)).update(is_outdated=True)
    read = {(address(1), None): ETHER, (address(2), None): ETHER}
    update_store(chain.name, _update(tip, balances=read), state=ChainState.CONNECTED, fence=None, now=NOW)
    [told] = [row.told.event for row in OUTBOX.read(10)]
    assert isinstance(told, WalletActivity)
    assert (told.address, told.balance, told.block, told.outdated) == (address(1), Decimal(1), 100, False)


def _update(tip: BlockReference, **changes: Any) -> FollowedUpdate:
    """Return an update that applies no block, but for what it changes."""
    empty: dict[str, Any] = {"movements": (), "balances": {}, "outdated": frozenset(), "judged": (), "watchers": {}}
    return FollowedUpdate(before=KnownBlocks((tip,)), head=tip.number, node="", update=ChainUpdate(), **empty | changes)
