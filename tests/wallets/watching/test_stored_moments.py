"""What is read of wallets for rules whose evaluator was away: the newest of each, the oldest first."""

from datetime import timedelta

import pytest

from streaming.rule_sources.wallet_source import WatchedName
from streaming.times import milliseconds
from tests.wallets.rows import NOW, chain_named, transaction_of, user_named, wallet_of
from tests.wallets.simple_chain import address, hash_of
from wallets.events import TransactionState
from wallets.watching.stored_moments import MOST_OF_A_WALLET, stored_since


@pytest.mark.django_db
def test_it_tells_the_newest_transactions_of_each_wallet_the_oldest_first_though_an_older_one_has_changed_last() -> (
    None
):
    user, chain = user_named("ada"), chain_named()
    busy, quiet, single = (
        WatchedName(owner_id=user.pk, chain="ethereum", name=name, is_transaction=name == hash_of(1))
        for name in (address(1), address(2), hash_of(1))
    )
    for number in (1, 2):
        wallet_of(user, chain, number)
    last = MOST_OF_A_WALLET + 2
    transaction_of(chain, 1, user, by_hand=False, changed_at=NOW + timedelta(minutes=1))
    for number in range(2, last + 1):
        transaction_of(chain, number, user, by_hand=False, recipient=address(3))
    told: dict[WatchedName, list[str]] = {}
    for one in stored_since([busy, quiet, single], milliseconds(NOW)):
        assert isinstance(one.event, TransactionState)
        told.setdefault(one.watched, []).append(one.event.hash)
    assert told == {
        busy: [hash_of(number) for number in range(3, last + 1)],
        quiet: [hash_of(1)],
        single: [hash_of(1)],
    }
