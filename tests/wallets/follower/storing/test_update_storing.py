"""An update of a chain is stored as the rows are by then."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from streaming.times import milliseconds
from tests.wallets.follower.storing.updates import missed_of, update_of
from tests.wallets.rows import (
    ETHER,
    NOW,
    balance_of,
    block_of,
    chain_named,
    status_of,
    transaction_of,
    user_named,
    wallet_of,
)
from tests.wallets.simple_chain import SimpleChain, address, hash_of
from wallets.chain import Block, BlockReference, Receipt, Transaction
from wallets.chain_state import ChainState
from wallets.events import TransactionState as ToldState
from wallets.events import WalletActivity
from wallets.events.event_rows import balance_block
from wallets.events.outbox import OUTBOX
from wallets.follower.followed_chain import BalanceLook, BlockMovement, FollowedUpdate, StaleUpdateError
from wallets.follower.stored_chain import facts_read, position_read
from wallets.follower.transaction_tracking import PoolReading, TrackedTransaction, TransactionTracker, TransactionUpdate
from wallets.follower.update_storing import update_store
from wallets.following.block_effects import effects_of
from wallets.following.known_blocks import KnownBlocks
from wallets.following.reorganisation import ChainUpdate
from wallets.lifecycle import (
    TransactionChange,
    TransactionProgress,
    TransactionState,
    TransactionStatus,
    TransactionStep,
)
from wallets.models import Balance, Chain, ChainTransaction, Movement, OutboxEvent, TransactionWatch, Wallet

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(seconds=1)


def test_a_transaction_that_is_watched_no_longer_since_it_was_read_stays_away() -> None:
    tip = BlockReference(100, hash_of(100))
    chain = chain_named(cursor_number=tip.number, cursor_hash=tip.hash)
    row = transaction_of(chain, 2, user_named("ada"), sender="", recipient="", nonce=None, value=None)
    update = update_of(tip, transactions=(missed_of(1, row.pk + 1), missed_of(2, row.pk)))
    update_store(chain.name, update, state=ChainState.CONNECTED, fence=None, now=NOW)
    assert list(ChainTransaction.objects.values_list("hash", "missing_polls")) == [(hash_of(2), 1)]


def test_a_transaction_that_is_final_stays_so_though_a_node_has_it_in_its_pool() -> None:
    tip = BlockReference(100, hash_of(100))
    chain = chain_named(cursor_number=tip.number, cursor_hash=tip.hash)
    transaction_of(chain, 1, user_named("ada"), status="finalized", is_final=True, confirmations=12)
    pending = TransactionState(status=TransactionStatus.PENDING)
    tracked = TrackedTransaction(hash=hash_of(1), progress=TransactionProgress(required=12, state=pending))
    change = TransactionChange(TransactionStep.FIND, pending, TransactionStatus.SEEN)
    found = TransactionUpdate(tracked, (change,))
    update_store(chain.name, update_of(tip, transactions=(found,)), state=ChainState.CONNECTED, fence=None, now=NOW)
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
    update_store(chain.name, update_of(tip, balances=read), state=ChainState.CONNECTED, fence=None, now=NOW)
    [told] = [row.told.event for row in OUTBOX.read(10)]
    assert isinstance(told, WalletActivity)
    assert (told.address, told.balance, told.block, told.outdated) == (address(1), Decimal(1), 100, False)


@pytest.mark.parametrize("amount", [ETHER, 2 * ETHER])
def test_a_new_wallet_is_told_what_it_holds_and_others_who_watch_it_only_what_has_changed(amount: int) -> None:
    tip, ada, bob = BlockReference(100, hash_of(100)), user_named("ada"), user_named("bob")
    chain = chain_named(cursor_number=tip.number, cursor_hash=tip.hash)
    new, _ = wallet_of(bob, chain), wallet_of(ada, chain)
    Wallet.objects.filter(pk=new.pk).update(is_being_read=True)
    balance_of(chain, block=90)
    unread = facts_read(chain.name, [], ChainUpdate(), pool=(), look=BalanceLook()).unread
    assert unread == {(address(1), None)}, "it is asked for, though it is known"
    update = update_of(tip, balances={(address(1), None): amount}, unread=unread)
    update_store(chain.name, update, state=ChainState.CONNECTED, fence=None, now=LATER)
    new.refresh_from_db()
    assert (new.is_being_read, new.read_block, new.read_at) == (False, 100, LATER)
    told = {row.told.owner_id: row.told.event for row in OUTBOX.read(10)}
    assert told.keys() == ({bob.pk} if amount == ETHER else {ada.pk, bob.pk})
    first = told[bob.pk]
    assert isinstance(first, WalletActivity)
    assert (first.balance, first.change, first.block) == (Decimal(amount) / ETHER, None, 100)
    assert first.time == milliseconds(LATER)
    assert Balance.objects.get().block_number == (90 if amount == ETHER else 100)


def test_no_balance_is_as_of_a_block_that_is_taken_back() -> None:
    tip = BlockReference(100, hash_of(100))
    chain = chain_named(cursor_number=tip.number, cursor_hash=tip.hash)
    wallet = wallet_of(user_named("ada"), chain)
    Wallet.objects.update(read_block=100, read_at=NOW)
    balance_of(chain, block=90)
    before = KnownBlocks((BlockReference(99, hash_of(99)), tip))
    update = msgspec.structs.replace(update_of(tip), before=before, update=ChainUpdate(retracted=(tip,)))
    update_store(chain.name, update, state=ChainState.CONNECTED, fence=None, now=NOW)
    wallet.refresh_from_db()
    assert balance_block(Balance.objects.get(), wallet) == 99


@pytest.mark.parametrize("known_blocks", [(100, 101), (101, 102)])
def test_nobody_is_told_of_a_transaction_that_was_there_before_the_wallet(known_blocks: tuple[int, int]) -> None:
    tip, owners = BlockReference(100, hash_of(100)), (user_named("ada"), user_named("bob"))
    chain = chain_named(cursor_number=tip.number, cursor_hash=tip.hash)
    for owner, known_block in zip(owners, known_blocks, strict=True):
        wallet_of(owner, chain)
        Wallet.objects.filter(owner=owner).update(known_block=known_block)
    told = [owner.pk for owner, known_block in zip(owners, known_blocks, strict=True) if known_block < 101]
    update_store(chain.name, _moved(chain.name, tip), state=ChainState.CONNECTED, fence=None, now=NOW)
    assert list(TransactionWatch.objects.values_list("owner_id", flat=True)) == told
    assert ChainTransaction.objects.count() == len(told), "what nobody watches isn't stored"
    events = [row.told for row in OUTBOX.read(10)]
    assert {each.owner_id for each in events if isinstance(each.event, ToldState)} == set(told)


def test_a_movement_is_stored_though_its_transaction_is_watched_no_longer_since_it_was_read() -> None:
    tip = BlockReference(100, hash_of(100))
    chain = chain_named(cursor_number=tip.number, cursor_hash=tip.hash)
    wallet_of(user_named("ada"), chain)
    unchanged = msgspec.structs.replace(_moved(chain.name, tip), transactions=())
    update_store(chain.name, unchanged, state=ChainState.CONNECTED, fence=None, now=NOW)
    assert Movement.objects.get().transaction_hash == hash_of(1)
    assert not TransactionWatch.objects.exists()


def _moved(name: str, tip: BlockReference) -> FollowedUpdate:
    """Return an update by a block that has a transaction of an ether to address 1."""
    sent = Transaction(hash=hash_of(1), sender=address(70), nonce=0, recipient=address(1), value=ETHER)
    time = int(NOW.timestamp())
    block = Block(number=101, hash=hash_of(101), parent_hash=tip.hash, time=time, transactions=(sent,))
    update = ChainUpdate(applied=(block,))
    facts = facts_read(name, [address(1), address(70)], update, pool=())
    [moved] = effects_of(block, (), facts.watchers).movements
    receipts = {sent.hash: Receipt(block=block.reference, succeeded=True)}
    known = KnownBlocks((tip,))
    new = TrackedTransaction(hash=sent.hash, progress=TransactionProgress(required=12), signed=sent)
    transaction = TransactionTracker(known, update, receipts, PoolReading(), required=lambda _: 12).updated(new)
    changes = {
        "movements": (BlockMovement(block, moved),),
        "transactions": (transaction,),
        "watchers": facts.watchers,
    }
    return msgspec.structs.replace(update_of(tip, **changes), update=update)


@pytest.mark.parametrize("changed", [{"cursor_number": 101}, {"cursor_hash": hash_of(7)}, {"followed_from": 90}])
def test_what_was_read_before_another_has_moved_the_chain_is_not_stored(changed: dict[str, Any]) -> None:
    tip = BlockReference(100, hash_of(100))
    cursor: dict[str, Any] = {"cursor_number": tip.number, "cursor_hash": tip.hash}
    chain = chain_named(**cursor | changed)
    wallet_of(user_named("ada"), chain)
    update = update_of(tip, balances={(address(1), None): ETHER})
    with pytest.raises(StaleUpdateError):
        update_store(chain.name, update, state=ChainState.CONNECTED, fence=None, now=NOW)
    assert not Balance.objects.exists()
    assert not OutboxEvent.objects.exists()


def test_what_is_final_stays_so_on_a_shorter_branch_and_is_never_taken_back() -> None:
    ours = SimpleChain(first=80, length=67)
    tip = ours.head
    chain = chain_named(cursor_number=tip.number, cursor_hash=tip.hash, finalized_number=82)
    for block in ours.blocks:
        block_of(chain, block.number, hash=block.hash)
    before = position_read(chain.name).known
    assert before is not None
    ours.reorganise(60, 5)
    branch = ChainUpdate(retracted=before.above(86), applied=tuple(ours.blocks[-5:]))
    shorter = msgspec.structs.replace(update_of(tip), before=before, update=branch)
    update_store(chain.name, shorter, state=ChainState.CONNECTED, fence=None, now=NOW)
    after = position_read(chain.name).known
    assert after is not None
    assert (Chain.objects.get().finalized_number, after.oldest, after.tip) == (82, 82, ours.head)
