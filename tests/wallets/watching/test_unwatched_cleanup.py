"""What goes with a wallet or a token is found without a look at the transactions of all users: the follower waits."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.wallets.rows import chain_named, movement_of, named_token, token_of, transaction_of, user_named, wallet_of
from tests.wallets.simple_chain import address, hash_of
from wallets.models import ChainTransaction, TransactionWatch, Wallet
from wallets.watching.parameters import WalletToken
from wallets.watching.services import wallet_remove
from wallets.watching.token_services import token_remove

pytestmark = pytest.mark.django_db
_TOKEN = address(900)
Remove = Callable[[Wallet], None]


def _remove_token(wallet: Wallet) -> None:
    token_remove(wallet=wallet, given=WalletToken(id=wallet.pk, token=_TOKEN))


def _remove_wallet(wallet: Wallet) -> None:
    wallet_remove(wallet=wallet)


@pytest.fixture
def wallet() -> Wallet:
    """Return a wallet of ada's, beside one of hers and one of bob's.

    Ada watches 1, of it; 2, of both of hers; 3, of it, by hand; 4, by which it got a token; 6, of another address.
    Bob watches 1 and 5, both of the address that he watches, too. Nobody watches 7 any more, by which it got a token.
    """
    chain, ada, bob = chain_named(), user_named("ada"), user_named("bob")
    token_of(chain, is_listed=False)
    mine = wallet_of(ada, chain)
    named_token(mine)
    wallet_of(ada, chain, 3)
    wallet_of(bob, chain)
    transaction_of(chain, 1, ada, bob, by_hand=False)
    transaction_of(chain, 2, ada, by_hand=False, recipient=address(3))
    transaction_of(chain, 3, ada)
    transaction_of(chain, 4, ada, by_hand=False, sender=address(8))
    transaction_of(chain, 5, bob, by_hand=False)
    transaction_of(chain, 6, ada, by_hand=False, sender=address(8))
    transaction_of(chain, 7, sender=address(8))
    for number in (4, 7):
        movement_of(chain, asset=_TOKEN, transaction_hash=hash_of(number), log_index=number)
    return mine


def _watched() -> dict[str, list[int]]:
    numbers = {hash_of(number): number for number in range(1, 8)}
    rows = TransactionWatch.objects.order_by("transaction_id").values_list("owner__username", "transaction__hash")
    return {name: [numbers[each] for owner, each in rows if owner == name] for name in ("ada", "bob")}


def _stored() -> list[int]:
    numbers = {hash_of(number): number for number in range(1, 8)}
    return [numbers[each] for each in ChainTransaction.objects.order_by("pk").values_list("hash", flat=True)]


def test_with_a_wallet_go_its_transactions_but_what_others_and_other_wallets_have(wallet: Wallet) -> None:
    _remove_wallet(wallet)
    assert _watched() == {"ada": [2, 3, 6], "bob": [1, 5]}
    assert _stored() == [1, 2, 3, 5, 6]


def test_with_a_token_go_the_transactions_by_which_it_came(wallet: Wallet) -> None:
    _remove_token(wallet)
    assert _watched() == {"ada": [1, 2, 3, 6], "bob": [1, 5]}
    assert _stored() == [1, 2, 3, 5, 6]


@pytest.mark.parametrize("remove", [_remove_wallet, _remove_token])
def test_it_reaches_transactions_by_their_ids_and_hashes_alone(wallet: Wallet, remove: Remove) -> None:
    with CaptureQueriesContext(connection) as asked:
        remove(wallet)
    tables = (ChainTransaction._meta.db_table, TransactionWatch._meta.db_table)
    looks = [step for one in asked for step in _plan(one["sql"]) if any(table in step for table in tables)]
    assert looks
    by = ("rowid=?)", "(chain_id=? AND hash=?)", "(transaction_id=?)", "(owner_id=?")
    assert [look for look in looks if not any(each in look for each in by)] == []


def _plan(sql: str) -> list[str]:
    """Return how SQLite goes about a statement, step by step; elsewhere, and of a savepoint, nothing."""
    if connection.vendor != "sqlite" or not sql.startswith(("SELECT", "UPDATE", "DELETE")):
        return []
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
        return [row[3] for row in cursor.fetchall()]
