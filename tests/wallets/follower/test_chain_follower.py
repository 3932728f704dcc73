"""A follower of a simulated chain on a real socket: what it stores is what the chain is, whatever happens to it."""

from datetime import UTC, datetime
from functools import partial

from alerts.models import Notification
from streaming.models import Lease
from streaming.workers.fencing import Fence, LeaseLostError
from tests.waiting import until_answer
from tests.wallets.follower.conftest import NAME, REQUIRED, FollowingRig
from tests.wallets.follower.fresh_read import assert_stored_as_fresh
from tests.wallets.follower.told import assert_told_as_stored
from tests.wallets.rows import NOW, status_of, user_named
from tests.wallets.simple_chain import address
from wallets.chain import NATIVE
from wallets.follower.chain_follower import WALLETS_LOOK_SECONDS
from wallets.following.known_blocks import DEEPEST_REORGANISATION
from wallets.models import (
    Balance,
    Chain,
    ChainTransaction,
    KnownBlock,
    Movement,
    OutboxEvent,
    Token,
    TransactionWatch,
    Wallet,
)


async def test_a_transfer_goes_from_pending_to_confirmed_block_by_block(rig: FollowingRig) -> None:
    await rig.make_chain()
    await rig.start()
    await rig.caught_up()
    sent = rig.send(0, 5, 1000)
    await until_answer(lambda: rig.read(status_of, sent), ("pending", 0))
    for confirmations, expected in enumerate(["confirming", "confirming", "confirmed"], 1):
        rig.control("mine")
        await rig.caught_up()
        assert await rig.read(status_of, sent) == (expected, confirmations)
    await assert_stored_as_fresh(rig)
    await rig.read(assert_told_as_stored, rig)


async def test_whose_blocks_above_a_reorganisation_takes_back_is_notified_once_that_it_is_confirmed(
    rig: FollowingRig,
) -> None:
    await rig.make_chain()
    await rig.start()
    await rig.caught_up()
    sent = rig.send(0, 5, 1000)
    for action, given, expected in (
        ("mine", {"blocks": 3}, ("confirmed", 3)),
        ("reorganise", {"depth": 2, "length": 1}, ("confirming", 2)),
        ("mine", {}, ("confirmed", 3)),
    ):
        rig.control(action, **given)
        await rig.caught_up()
        assert await rig.read(status_of, sent) == expected
    assert await rig.read(Notification.objects.filter(title="Transaction confirmed").count) == 1


async def test_a_token_listed_later_is_read_of_wallets_that_are_there(rig: FollowingRig) -> None:
    await rig.make_chain()
    (token, *_) = list(rig.node.chain.tokens)
    row = await rig.read(Token.objects.get, address=token)
    await rig.read(row.delete)
    no_token = await rig.read(Token.objects.create, chain_id=NAME, address=address(1), symbol="NO", decimals=0)
    await rig.start()
    await rig.caught_up()
    await rig.read(row.save, force_insert=True)
    assert rig.follower is not None
    rig.follower.wake()
    ledger, owners = rig.node.chain.ledger, rig.node.chain.accounts[:2]
    held = {owner: ledger.tokens_of(token, owner) for owner in owners}
    await until_answer(lambda: rig.read(_amounts, token), held)
    assert not await rig.read(_amounts, no_token.address)


def _amounts(asset: str) -> dict[str, int]:
    return dict(Balance.objects.filter(asset=asset).values_list("address", "amount"))


async def test_a_balance_that_is_missing_unseen_is_read_once_ten_minutes_are_over(rig: FollowingRig) -> None:
    await rig.make_chain()
    await rig.start()
    await rig.caught_up()
    owner = rig.node.chain.accounts[0]
    held = rig.node.chain.ledger.coins_of(owner)
    await until_answer(lambda: rig.read(_coins, owner), held)
    await _mined(rig)  # by then all are compared
    await rig.read(Balance.objects.filter(address=owner, asset=NATIVE).delete)
    rig.clock.advance(WALLETS_LOOK_SECONDS - 1)
    await _mined(rig)
    assert await rig.read(_coins, owner) is None
    rig.clock.advance(1)
    await _mined(rig)
    assert await rig.read(_coins, owner) == held


async def test_what_a_token_has_added_without_a_log_is_in_the_balance_ten_minutes_later(rig: FollowingRig) -> None:
    await rig.make_chain()
    await rig.start()
    await rig.caught_up()
    owner, token = rig.node.chain.accounts[0], next(iter(rig.node.chain.tokens))
    held = rig.node.chain.ledger.tokens_of(token, owner)
    await until_answer(lambda: rig.read(_amount_of, owner, token), held)
    await _mined(rig)
    rig.node.chain.ledger.tokens[token, owner] = held + 7  # as stETH adds interest
    await _mined(rig)
    assert await rig.read(_amount_of, owner, token) == held
    rig.clock.advance(WALLETS_LOOK_SECONDS)
    await _mined(rig)
    assert await rig.read(_amount_of, owner, token) == held + 7
    await rig.read(assert_told_as_stored, rig)


def _amount_of(owner: str, asset: str) -> int | None:
    return _amounts(asset).get(owner)


async def _mined(rig: FollowingRig) -> None:
    """Have a block mined and stored, and with it what its turn has read."""
    rig.control("mine")
    await rig.caught_up()


async def test_tips_are_in_the_balance_of_whom_a_block_names_as_long_as_the_block_counts(rig: FollowingRig) -> None:
    await rig.make_chain()
    miner = rig.node.chain.head.miner
    watched = {"chain_id": NAME, "address": miner, "created_at": NOW}
    await rig.read(lambda: Wallet.objects.create(owner=user_named("miner"), **watched))
    await rig.start()
    await rig.caught_up()
    before = rig.node.chain.ledger.coins_of(miner)
    await until_answer(lambda: rig.read(_coins, miner), before)
    rig.send(3, 4, 1000)  # between others, whom nobody watches
    rig.control("mine")
    await rig.caught_up()
    after = rig.node.chain.ledger.coins_of(miner)
    assert await rig.read(_coins, miner) == after > before
    rig.control("reorganise", depth=1, length=1, drop="true")
    await rig.caught_up()
    assert await rig.read(_coins, miner) == rig.node.chain.ledger.coins_of(miner) < after
    assert not await rig.read(Movement.objects.filter(address=miner).exists)


def _coins(owner: str) -> int | None:
    return Balance.objects.filter(address=owner, asset=NATIVE).values_list("amount", flat=True).first()


async def test_what_a_transaction_costs_is_known_while_a_block_has_it(rig: FollowingRig) -> None:
    await rig.make_chain()
    await rig.start()
    await rig.caught_up()
    sent = rig.send(0, 5, 1000)
    rig.control("mine")
    await rig.caught_up()
    assert await rig.read(_fee, sent) == _paid(rig, sent)
    rig.control("reorganise", depth=1, length=1, drop="true")
    await rig.caught_up()
    assert await rig.read(_fee, sent) is None


def _paid(rig: FollowingRig, sent: str) -> int:
    place = rig.node.chain.place_of(sent)
    assert place is not None
    return place.outcome.gas_used * place.outcome.gas_price


def _fee(transaction_hash: str) -> int | None:
    return ChainTransaction.objects.values_list("fee", flat=True).get(hash=transaction_hash)


async def test_a_failure_is_notified_once_however_many_blocks_confirm_it(rig: FollowingRig) -> None:
    await rig.make_chain()
    await rig.start()
    await rig.caught_up()
    sent = rig.send(0, 5, 10**30, token=0)  # more than there is
    for _ in range(REQUIRED):
        rig.control("mine")
        await rig.caught_up()
    assert await rig.read(status_of, sent) == ("failed", REQUIRED)
    assert await rig.read(_notified) == ["Transaction failed"]


def _notified() -> list[str]:
    return list(Notification.objects.order_by("id").values_list("title", flat=True))


async def test_what_another_watches_by_hand_is_watched_for_the_wallet_that_sends_it(rig: FollowingRig) -> None:
    await rig.make_chain()
    sent = rig.send(0, 5, 10**30, token=0)  # more than there is, so that it fails and moves nothing
    await rig.read(_watched_by_hand, sent)
    await rig.start()
    await rig.caught_up()
    rig.control("mine")
    await rig.caught_up()
    assert await rig.read(_watchers, sent) == [("bob", True), ("owner", False)]


def _watched_by_hand(transaction_hash: str) -> None:
    row = ChainTransaction.objects.create(
        chain_id=NAME, hash=transaction_hash, required=REQUIRED, seen_at=NOW, changed_at=NOW
    )
    TransactionWatch.objects.create(owner=user_named("bob"), transaction=row, by_hand=True, created_at=NOW)


def _watchers(transaction_hash: str) -> list[tuple[str, bool]]:
    watches = TransactionWatch.objects.filter(transaction__hash=transaction_hash)
    return sorted(watches.values_list("owner__username", "by_hand"))


async def test_one_watched_by_hand_needs_as_many_blocks_as_its_amount_and_is_final_no_sooner_than_others(
    rig: FollowingRig,
) -> None:
    much = {"amount": "5", "confirmations": 9}
    await rig.make_chain(confirmations_by_amount=[much])
    sent = {rig.send(3, 4, amount): needed for amount, needed in ((10**18, REQUIRED), (5 * 10**18, 9))}
    rig.control("mine", blocks=4)
    await rig.read(_watch, list(sent))
    await rig.start()
    await rig.caught_up()
    for each, needed in sent.items():
        status = "confirmed" if needed <= 4 else "confirming"
        await until_answer(partial(rig.read, status_of, each), (status, min(needed, 4)))
    assert not await rig.read(ChainTransaction.objects.filter(is_final=True).count)
    rig.control("mine", blocks=DEEPEST_REORGANISATION - 4)
    await rig.caught_up()
    assert not await rig.read(ChainTransaction.objects.filter(is_final=True).count)
    rig.control("mine")
    await rig.caught_up()
    assert {each: await rig.read(status_of, each) for each in sent} == {
        each: ("finalized", needed) for each, needed in sent.items()
    }


async def test_a_strangers_transaction_that_is_watched_by_hand_is_told_as_replaced_in_the_pool(
    rig: FollowingRig,
) -> None:
    await rig.make_chain()
    await rig.start()
    await rig.caught_up()
    sent = rig.send(3, 4, 1000)
    await rig.read(_watch, [sent])
    assert rig.follower is not None
    rig.follower.wake()
    await until_answer(lambda: rig.read(status_of, sent), ("pending", 0))
    rig.control("replace", hash=sent, kind="cancel")
    await until_answer(lambda: rig.read(status_of, sent), ("replaced", 0))


def _watch(hashes: list[str]) -> None:
    """Have transactions watched by hand, of which nothing is known yet."""
    for each in hashes:
        ChainTransaction.objects.create(chain_id=NAME, hash=each, required=REQUIRED, seen_at=NOW, changed_at=NOW)


async def test_one_whose_lease_is_anothers_by_now_stores_nothing(rig: FollowingRig) -> None:
    await rig.make_chain()
    await rig.start()
    await rig.caught_up()
    await rig.stop()
    until = datetime(2030, 1, 1, tzinfo=UTC)
    await rig.read(Lease.objects.create, name="wallets", holder="another", token=2, expires_at=until)
    before = await rig.read(_rows)
    rig.send(0, 1, 5)
    rig.control("mine")
    await rig.start(Fence(name="wallets", holder="this", token=1))
    assert isinstance(await rig.ended(), LeaseLostError)
    assert await rig.read(_rows) == before


def _rows() -> list[object]:
    return [
        list(model.objects.order_by("pk").values())
        for model in (Chain, KnownBlock, OutboxEvent, Token, ChainTransaction)
    ]
