"""Users who begin and end to watch the same at the same time, and the follower beside them: nobody loses a turn."""

import threading
from collections.abc import Callable

import pytest
from django.db import transaction

from tests.databases.held_queries import held_queries
from tests.databases.postgres_database import PostgresDatabase, somebody_waits
from tests.waiting import until_now
from tests.wallets.follower.storing.updates import missed_of, update_of
from tests.wallets.rows import ETHER, NOW, chain_named, transaction_of, user_named, wallet_of
from tests.wallets.simple_chain import address, hash_of
from wallets.chain import BlockReference, Transaction
from wallets.chain_state import ChainState
from wallets.follower.update_storing import update_store
from wallets.models import Balance, ChainTransaction, TransactionWatch, Wallet
from wallets.watching.parameters import TransactionName
from wallets.watching.services import transaction_unwatch, transaction_watch, wallet_remove

TIP = BlockReference(100, hash_of(100))
NAMED = TransactionName(chain="ethereum", hash=hash_of(1))
Change = Callable[[int], object]


def _watch(owner_id: int) -> None:
    transaction_watch(owner_id=owner_id, given=NAMED, now=NOW)


def _unwatch(owner_id: int) -> None:
    transaction_unwatch(owner_id=owner_id, given=NAMED)


def _remove_wallet(owner_id: int) -> None:
    wallet_remove(wallet=Wallet.objects.get(owner_id=owner_id))


def _make() -> tuple[int, int]:
    """Let ada watch a transaction of a wallet of hers."""
    ada, chain = user_named("ada"), chain_named()
    wallet_of(ada, chain)
    transaction_of(chain, 1, ada, by_hand=False)
    return ada.pk, user_named("bob").pk


def _side_by_side(database: PostgresDatabase, first: Callable[[], object], second: Callable[[], object]) -> None:
    """Do the first, and end it only once the second has begun and waits for it."""
    is_done = threading.Event()

    @transaction.atomic
    def leading() -> None:
        first()
        is_done.set()
        until_now(somebody_waits)

    def following() -> None:
        assert is_done.wait(20)
        second()

    database.run(leading, following)


def _watchers() -> list[tuple[str, str]]:
    return list(TransactionWatch.objects.values_list("owner__username", "transaction__hash"))


@pytest.mark.postgres
@pytest.mark.parametrize("watches_first", [True, False])
@pytest.mark.parametrize("end", [_unwatch, _remove_wallet])
def test_who_begins_to_watch_while_the_last_other_ends_is_told_of_it(
    postgres: PostgresDatabase, end: Change, *, watches_first: bool
) -> None:
    [(ada, bob)] = postgres.run(_make)
    changes = (lambda: _watch(bob), lambda: end(ada))
    _side_by_side(postgres, *changes if watches_first else reversed(changes))
    assert postgres.run(_watchers) == [[("bob", hash_of(1))]]


def _make_new_wallet() -> int:
    """Let ada watch an address whose balance is being read, and a transaction of it that no block has."""
    ada, chain = user_named("ada"), chain_named(cursor_number=TIP.number, cursor_hash=TIP.hash)
    wallet_of(ada, chain)
    Wallet.objects.update(is_being_read=True)
    transaction_of(chain, 1, ada, by_hand=False)
    return ada.pk


def _store_update() -> None:
    """Store what the follower has read of them, as it does: balances, wallets and transactions, in this order."""
    owned = (address(1), None)
    signed = Transaction(hash=hash_of(1), sender=address(1), nonce=0, recipient=address(2), value=ETHER)
    transactions = (missed_of(1, ChainTransaction.objects.get().pk, signed),)
    update = update_of(TIP, balances={owned: ETHER}, unread=frozenset({owned}), transactions=transactions)
    update_store("ethereum", update, state=ChainState.CONNECTED, fence=None, now=NOW)


@pytest.mark.postgres
def test_a_wallet_is_removed_while_the_follower_stores_what_it_has_read_of_it(postgres: PostgresDatabase) -> None:
    [ada] = postgres.run(_make_new_wallet)
    with held_queries(lambda sql, _: sql.startswith('UPDATE "wallets_chaintransaction"')) as held:

        def remove() -> None:
            until_now(lambda: held.inside)
            _remove_wallet(ada)

        def let_go() -> None:
            until_now(somebody_waits)
            held.let_go()

        postgres.run(_store_update, remove, let_go)
    [left] = postgres.run(lambda: [model.objects.count() for model in (Wallet, ChainTransaction, Balance)])
    assert left == [0, 0, 0]
