"""Users who begin and end to watch the same transaction at the same time: whoever watches it keeps it."""

import threading
from collections.abc import Callable

import pytest
from django.db import transaction

from tests.databases.postgres_database import PostgresDatabase, somebody_waits
from tests.waiting import until_now
from tests.wallets.rows import NOW, chain_named, transaction_of, user_named, wallet_of
from tests.wallets.simple_chain import hash_of
from wallets.models import TransactionWatch, Wallet
from wallets.watching.parameters import TransactionName
from wallets.watching.services import transaction_unwatch, transaction_watch, wallet_remove

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
