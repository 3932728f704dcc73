"""What is deleted of wallets once it is older than it is kept."""

from datetime import timedelta

import pytest
from pytest_django import Settings

from streaming.times import milliseconds
from tests.wallets.rows import NOW, block_of, chain_named, movement_of, transaction_of, user_named
from tests.wallets.simple_chain import hash_of
from wallets.models import ChainTransaction, KnownBlock, Movement, OutboxEvent
from wallets.retention import RETENTION

pytestmark = pytest.mark.django_db
OLD = NOW - timedelta(days=31)


def forget() -> None:
    """Delete whatever is no longer kept."""
    for rule in RETENTION:
        list(rule.forget(now_ms=milliseconds(NOW)))


def test_it_deletes_old_history_and_transactions_that_are_final(settings: Settings) -> None:
    settings.WALLET_HISTORY_KEPT_DAYS = 30
    settings.TRANSACTIONS_UNDECIDED_KEPT_DAYS = 0
    chain, user = chain_named(), user_named("ada")
    for number, time in ((1, NOW), (2, OLD)):
        movement_of(chain, transaction_hash=hash_of(number), time=time)
        transaction_of(chain, number, user, is_final=True, seen_at=OLD, changed_at=time)
    transaction_of(chain, 3, user, changed_at=OLD)
    forget()
    assert [row.time for row in Movement.objects.all()] == [NOW]
    assert {row.hash for row in ChainTransaction.objects.all()} == {hash_of(1), hash_of(3)}
    settings.WALLET_HISTORY_KEPT_DAYS = 0
    Movement.objects.update(time=OLD)
    forget()
    assert Movement.objects.count() == 1, "0 keeps all"


def test_it_deletes_transactions_that_no_block_has_and_nothing_is_heard_of(settings: Settings) -> None:
    settings.TRANSACTIONS_UNDECIDED_KEPT_DAYS = 30
    chain, user = chain_named(), user_named("ada")
    transaction_of(chain, 1, user, changed_at=NOW)
    transaction_of(chain, 2, user, changed_at=OLD)
    transaction_of(chain, 3, user, changed_at=OLD, status="confirmed", block_number=7, block_hash=hash_of(7))
    forget()
    assert {row.hash for row in ChainTransaction.objects.all()} == {hash_of(1), hash_of(3)}


@pytest.mark.parametrize(("kept", "left"), [(70, 70), (1, 65)])
def test_it_keeps_the_newest_blocks_and_whatever_may_be_taken_back(settings: Settings, kept: int, left: int) -> None:
    settings.BLOCKS_KEPT = kept
    chain = chain_named()
    for number in range(100, 180):
        block_of(chain, number)
    block_of(chain_named("sepolia"), 5)
    forget()
    numbers = list(KnownBlock.objects.filter(chain=chain).order_by("number").values_list("number", flat=True))
    assert numbers == list(range(180 - left, 180))
    assert KnownBlock.objects.filter(chain_id="sepolia").exists()


def test_it_deletes_events_that_were_set_aside_long_ago(settings: Settings) -> None:
    settings.OUTBOX_REFUSED_KEPT_DAYS = 30
    for refused_at in (None, NOW, OLD):
        OutboxEvent.objects.create(chain_id="ethereum", created_at=OLD, refused_at=refused_at)
    forget()
    assert set(OutboxEvent.objects.values_list("refused_at", flat=True)) == {None, NOW}
