"""What is told of a chain's changes: to each owner under their own label, stored in the order of the changes."""

from collections import Counter
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from alerts.models import Notification
from streaming.events import BaseEvent
from tests.wallets.rows import (
    ETHER,
    NOW,
    balance_of,
    block_of,
    chain_named,
    movement_of,
    named_token,
    token_of,
    transaction_of,
    user_named,
    wallet_of,
)
from tests.wallets.simple_chain import address, hash_of
from wallets.addresses import shortened, with_checksum
from wallets.events import Block, TransactionState, WalletActivity
from wallets.events.chain_events import ChainEvents
from wallets.events.movement_notices import MOST_OF_A_BLOCK
from wallets.events.outbox import OUTBOX
from wallets.events.touched_wallets import ToldTransactions
from wallets.lifecycle import TransactionStatus
from wallets.models import Chain, ChainTransaction, TransactionWatch
from wallets.models.token_state import TokenState

pytestmark = pytest.mark.django_db


def told() -> list[tuple[int | None, BaseEvent | None]]:
    """Return what waits to be told, and to whom, as it is read from the table."""
    return [(row.told.owner_id, row.told.event) for row in OUTBOX.read(100)]


def test_a_wallet_of_several_owners_is_told_to_each_with_their_own_label() -> None:
    chain = chain_named()
    ada, bob, carl = (user_named(name) for name in ("ada", "bob", "carl"))
    wallet_of(ada, chain, label="Savings")
    wallet_of(bob, chain, label="Ada's")
    wallet_of(carl, chain, 2)
    wallet_of(carl, chain_named("sepolia"), 1)
    events = ChainEvents(chain, now=NOW)
    events.movement(movement_of(chain, change=-ETHER // 2))
    events.balance(balance_of(chain, amount=ETHER), change=-ETHER // 2)
    stored = events.store()
    heard = told()
    assert [(row.told.owner_id, row.told.event) for row in stored] == heard
    seen: list[Any] = [(owner, event.label, event.change_kind.value, event.change, event.balance)
                       for owner, event in heard if isinstance(event, WalletActivity)]  # fmt: skip
    half, one = Decimal("-0.5"), Decimal(1)
    assert seen == [
        (ada.pk, "Savings", "transaction", half, None),
        (bob.pk, "Ada's", "transaction", half, None),
        (ada.pk, "Savings", "balance", half, one),
        (bob.pk, "Ada's", "balance", half, one),
    ]
    assert [(note.user_id, note.kind, note.title, note.body) for note in Notification.objects.order_by("pk")] == [
        (ada.pk, "wallet", "Outgoing 0.5 ETH", "From Savings on ethereum"),
        (bob.pk, "wallet", "Outgoing 0.5 ETH", "From Ada's on ethereum"),
    ]


def test_a_block_is_told_to_everybody_before_what_it_brought() -> None:
    chain = chain_named()
    wallet_of(user_named("ada"), chain)
    events = ChainEvents(chain, now=NOW)
    events.block(block_of(chain, 100, base_fee=2**70), reorg_depth=2)
    events.movement(movement_of(chain, balance=ETHER, is_retracted=True))
    events.store()
    (nobody, block), (_, activity) = told()
    assert isinstance(block, Block)
    assert isinstance(activity, WalletActivity)
    assert (nobody, block.number, block.base_fee, block.reorg_depth) == (None, 100, Decimal(2**70), 2)
    assert (activity.retracted, activity.balance) == (True, None), "nobody holds what was in a block that is no more"
    assert Notification.objects.get().title == "Incoming 1 ETH, taken back by a reorganisation"


def test_only_tokens_that_are_known_are_told() -> None:
    chain = chain_named()
    token = token_of(chain)
    wallet_of(user_named("ada"), chain)
    events = ChainEvents(chain, now=NOW)
    events.movement(movement_of(chain, change=2_500_000, asset=token.address, log_index=1))
    events.movement(movement_of(chain, change=10**30, asset=address(901), log_index=2))
    events.movement(movement_of(chain, change=0, transaction_hash=hash_of(2)))
    events.store()
    heard = [event for _, event in told() if isinstance(event, WalletActivity)]
    assert [(event.asset, event.token, event.log_index, event.change) for event in heard] == [
        ("USDC", with_checksum(token.address), 1, Decimal("2.5")),
        ("ETH", None, None, Decimal(0)),
    ]
    assert Notification.objects.count() == 1, "where nothing moved, nobody is notified"


def test_nobody_is_told_what_came_before_their_wallet_nor_notified_twice_of_a_status() -> None:
    chain = chain_named()
    ada, bob = user_named("ada"), user_named("bob")
    for user, days in ((ada, 2), (bob, 0)):
        wallet = wallet_of(user, chain)
        wallet.created_at -= timedelta(days=days)
        wallet.save()
    earlier = NOW - timedelta(days=1)
    row = transaction_of(chain, 5000, ada, bob, by_hand=False, time=earlier, status="failed", block_number=7,
                         block_hash=hash_of(7))  # fmt: skip
    events = ChainEvents(chain, now=NOW)
    events.movement(movement_of(chain, time=earlier))
    events.transaction(row)
    events.transaction(row, is_news=False)
    events.store()
    assert [owner for owner, _ in told()] == [ada.pk, ada.pk, bob.pk, ada.pk, bob.pk]
    states = [(owner, event.wallets) for owner, event in told() if isinstance(event, TransactionState)]
    assert states == [(ada.pk, (with_checksum(address(1)),)), (bob.pk, ())] * 2, "rules look at these wallets"
    titles = [(note.user_id, note.title) for note in Notification.objects.order_by("pk")]
    assert titles == [(ada.pk, "Incoming 1 ETH"), (ada.pk, "Transaction failed")]
    body = Notification.objects.get(title="Transaction failed").body
    assert body == f"{shortened(row.hash)} of {shortened(with_checksum(address(1)))} on ethereum"


def test_of_many_movements_in_a_block_owners_are_notified_of_the_first_and_how_many_more_there_are() -> None:
    chain = chain_named()
    token, ada, bob = token_of(chain), user_named("ada"), user_named("bob")
    wallet_of(ada, chain, label="Savings")
    wallet_of(bob, chain, 2)
    events = ChainEvents(chain, now=NOW)
    many = MOST_OF_A_BLOCK + 3
    for place in range(many):
        events.movement(movement_of(chain, change=1_000_000, asset=token.address, log_index=place))
    for place in range(MOST_OF_A_BLOCK):
        events.movement(movement_of(chain, 2, 1_000_000, asset=token.address, log_index=place))
    for place in (1, 2):
        events.movement(movement_of(chain, block_number=101, block_hash=hash_of(101), log_index=place))
    events.store()
    assert len(told()) == many + MOST_OF_A_BLOCK + 2, "each is told on the wallet's channel"
    titles = Counter(Notification.objects.values_list("user__username", "title", "body"))
    assert titles == {
        ("ada", "Incoming 1 USDC", "To Savings on ethereum"): MOST_OF_A_BLOCK,
        ("ada", "3 more transfers in one block", "Of Savings on ethereum, in block 100"): 1,
        ("ada", "Incoming 1 ETH", "To Savings on ethereum"): 2,
        ("bob", "Incoming 1 USDC", f"To {with_checksum(address(2))} on ethereum"): MOST_OF_A_BLOCK,
    }


def test_a_token_that_is_not_listed_is_told_to_those_alone_who_have_named_it() -> None:
    chain = chain_named()
    ada, bob, carl = (user_named(name) for name in ("ada", "bob", "carl"))
    token = token_of(chain, is_listed=False)
    named_token(wallet_of(ada, chain))
    wallet_of(bob, chain)
    named_token(wallet_of(carl, chain), state=TokenState.NO_TOKEN)
    events = ChainEvents(chain, now=NOW)
    events.movement(movement_of(chain, change=2_500_000, asset=token.address, log_index=1))
    events.balance(balance_of(chain, amount=2_500_000, asset=token.address))
    events.store()
    assert [owner for owner, _ in told()] == [ada.pk, ada.pk]
    assert [note.user_id for note in Notification.objects.all()] == [ada.pk]


def test_a_transaction_names_the_wallets_that_get_its_tokens_to_those_alone_who_are_told_of_these() -> None:
    chain = chain_named()
    ada, bob = user_named("ada"), user_named("bob")
    token = token_of(chain, is_listed=False)
    named_token(wallet_of(ada, chain, 5))
    wallet_of(bob, chain, 5)
    block: dict[str, Any] = {"block_number": 7, "block_hash": hash_of(7), "time": NOW}
    row = transaction_of(chain, 5000, ada, bob, data="0xa9059cbb", status="confirming", **block)
    movement_of(chain, 5, asset=token.address, log_index=1, **block)
    events = ChainEvents(chain, now=NOW)
    events.transaction(row)
    events.store()
    assert [(owner, event.wallets) for owner, event in told() if isinstance(event, TransactionState)] == [
        (ada.pk, (with_checksum(address(5)),)),
        (bob.pk, ()),
    ]


def test_a_transaction_is_told_to_those_who_watch_it() -> None:
    chain = chain_named()
    ada, bob = user_named("ada"), user_named("bob")
    row = transaction_of(chain, 5000, ada, status="confirming", confirmations=3, block_number=7, block_hash=hash_of(7))
    transaction_of(chain, 6000, bob)
    _step(chain, row, "confirming")
    _step(chain, row, "confirmed")
    _step(chain, row, "replaced", replaced_by=hash_of(9), replacement="speed_up")
    heard = [event for owner, event in told() if owner == ada.pk]
    assert len(heard) == 3 == len(told())
    assert [event.status for event in heard if isinstance(event, TransactionState)] == [
        TransactionStatus.CONFIRMING,
        TransactionStatus.CONFIRMED,
        TransactionStatus.REPLACED,
    ]
    first = heard[0]
    assert isinstance(first, TransactionState)
    assert (first.value, first.sender, first.confirmations, first.block) == (
        Decimal(1),
        with_checksum(address(1)),
        3,
        7,
    )
    titles = [(note.title, note.severity) for note in Notification.objects.order_by("pk")]
    assert titles == [("Transaction confirmed", "info"), ("Transaction replaced", "warning")]


def _step(chain: Chain, row: ChainTransaction, status: str, **changes: Any) -> None:
    for name, value in {"status": status, **changes}.items():
        setattr(row, name, value)
    events = ChainEvents(chain, now=NOW)
    events.transaction(row)
    events.store()


def test_blocks_that_confirm_it_again_after_a_reorganisation_tell_the_status_that_it_has_by_then() -> None:
    chain, ada, remembered = chain_named(), user_named("ada"), ToldTransactions()
    wallet_of(ada, chain)
    block: dict[str, Any] = {"block_number": 7, "block_hash": hash_of(7), "time": NOW}
    row = transaction_of(chain, 5000, ada, status="confirmed", confirmations=12, **block)
    for steps in ([("confirmed", 12)], [("confirming", 10), ("confirming", 11), ("confirmed", 12)]):
        events, before = ChainEvents(chain, now=NOW, told=remembered), row.status
        for row.status, row.confirmations in steps:
            events.transaction(row, is_news=row.status != before)
            before = row.status
        events.store()
    states = [event for _, event in told() if isinstance(event, TransactionState)]
    assert [(state.status.value, state.confirmations) for state in states] == [
        ("confirmed", 12),
        ("confirming", 10),
        ("confirming", 11),
        ("confirmed", 12),
    ]
    assert {state.wallets for state in states} == {(with_checksum(address(1)),)}


def test_that_it_is_confirmed_is_notified_once_to_each_watcher_unless_it_was_taken_back_since() -> None:
    chain, ada, bob = chain_named(), user_named("ada"), user_named("bob")
    block: dict[str, Any] = {"block_number": 7, "block_hash": hash_of(7)}
    row = transaction_of(chain, 5000, ada, status="confirming", **block)
    _step(chain, row, "confirmed")
    _step(chain, row, "confirming")
    TransactionWatch.objects.create(owner=bob, transaction=row, by_hand=True, created_at=NOW)
    _step(chain, row, "confirmed")
    told = Notification.objects.filter(title="Transaction confirmed").order_by("pk")
    assert [note.user_id for note in told] == [ada.pk, bob.pk], "not again, and who watches it only since then is told"
    assert set(row.watches.values_list("confirmed_block", flat=True)) == {7}
    _step(chain, row, "retracted", block_number=None, block_hash="")
    assert set(row.watches.values_list("confirmed_block", flat=True)) == {None}
    _step(chain, row, "confirmed", block_number=8, block_hash=hash_of(8))
    assert [note.user_id for note in told.all()] == [ada.pk, bob.pk, ada.pk, bob.pk]
    assert Notification.objects.filter(title__contains="taken back").count() == 2


def test_what_is_taken_back_and_confirmed_in_one_update_is_notified_again_and_what_is_only_confirmed_is_not() -> None:
    chain, ada = chain_named(), user_named("ada")
    wallet_of(ada, chain)
    block: dict[str, Any] = {"block_number": 7, "block_hash": hash_of(7), "time": NOW}
    row = transaction_of(chain, 5000, ada, by_hand=False, status="confirmed", **block)
    for statuses in (["confirmed"], ["confirming", "confirmed"], ["retracted", "confirming", "confirmed"]):
        events = ChainEvents(chain, now=NOW)
        for row.status in statuses:
            events.transaction(row)
        events.store()
    titles = Notification.objects.order_by("pk").values_list("title", flat=True)
    assert list(titles) == [
        "Transaction confirmed",
        "Transaction taken back by a reorganisation",
        "Transaction confirmed",
    ]


def test_the_wallets_of_a_transaction_are_looked_for_once_while_blocks_confirm_it(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    chain, ada, remembered = chain_named(), user_named("ada"), ToldTransactions()
    wallet_of(ada, chain)
    block: dict[str, Any] = {"block_number": 7, "block_hash": hash_of(7), "time": NOW}
    row = transaction_of(chain, 5000, ada, status="confirming", confirmations=1, **block)
    for confirmations in (1, 2):
        row.confirmations = confirmations
        events = ChainEvents(chain, now=NOW, told=remembered)
        events.transaction(row, is_news=confirmations == 1)
        with django_assert_max_num_queries(20 if confirmations == 1 else 2):  # who watches it, and the outbox
            events.store()
    states = [event for _, event in told() if isinstance(event, TransactionState)]
    assert [(state.confirmations, state.wallets) for state in states] == [
        (1, (with_checksum(address(1)),)),
        (2, states[0].wallets),
    ]
