"""An update of a chain is stored as the rows are by then."""

import pytest

from tests.wallets.rows import NOW, chain_named, transaction_of, user_named
from tests.wallets.simple_chain import hash_of
from wallets.chain import BlockReference
from wallets.chain_state import ChainState
from wallets.follower.followed_chain import FollowedUpdate
from wallets.follower.judging import JudgedTransaction, TrackedTransaction
from wallets.follower.update_storing import update_store
from wallets.following.known_blocks import KnownBlocks
from wallets.following.reorganisation import ChainUpdate
from wallets.lifecycle import TransactionProgress
from wallets.models import ChainTransaction

pytestmark = pytest.mark.django_db


def _missed(number: int, polls: int) -> JudgedTransaction:
    """Return a transaction that polls have missed."""
    progress = TransactionProgress(required=12, missing_polls=polls)
    return JudgedTransaction(TrackedTransaction(hash=hash_of(number), progress=progress), ())


def test_a_transaction_that_is_watched_no_longer_since_it_was_read_stays_away() -> None:
    tip = BlockReference(100, hash_of(100))
    chain = chain_named(cursor_number=tip.number, cursor_hash=tip.hash)
    transaction_of(chain, 2, user_named("ada"), sender="", recipient="", nonce=None, value=None)
    update = FollowedUpdate(
        before=KnownBlocks((tip,)),
        head=tip.number,
        node="",
        update=ChainUpdate(),
        movements=(),
        balances={},
        outdated=frozenset(),
        judged=(_missed(1, 1), _missed(2, 1)),
        watchers={},
    )
    update_store(chain.name, update, state=ChainState.CONNECTED, fence=None, now=NOW)
    assert list(ChainTransaction.objects.values_list("hash", "missing_polls")) == [(hash_of(2), 1)]
