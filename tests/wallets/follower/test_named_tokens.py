"""Tokens that a user has named, followed on the simulated chain: told to that user, and to nobody else."""

from collections.abc import Mapping

import msgspec
import pytest

from accounts.models import User
from alerts.models import Notification
from tests.waiting import until_answer
from tests.wallets.follower.conftest import NAME, FollowingRig
from wallets.addresses import with_checksum
from wallets.amounts import in_smallest_units
from wallets.chain import NATIVE
from wallets.events import Block, TransactionState, WalletActivity
from wallets.follower.chain_follower import LOOK_SECONDS
from wallets.models import Balance, ChainTransaction, Movement, OutboxEvent, Token, TokenWatch, TransactionWatch, Wallet

SENDER, WATCHED = 5, 0
"""Accounts: one that nobody watches, and one that two users do."""
_decoder = msgspec.json.Decoder(Block | WalletActivity | TransactionState)


@pytest.fixture
async def following(rig: FollowingRig) -> FollowingRig:
    """Follow a chain none of whose tokens is listed, for two users who watch the same address."""
    await rig.make_chain(watched=1)
    await rig.read(_begin, rig.node.chain.accounts[WATCHED])
    await rig.start()
    await rig.caught_up()
    return rig


def _begin(address: str) -> None:
    """Let another user watch the address; of the tokens one is there, unlisted, whose name staff have given."""
    first = Token.objects.order_by("id")[0]
    Token.objects.exclude(pk=first.pk).delete()
    Token.objects.filter(pk=first.pk).update(is_listed=False, symbol="STAFF")
    stranger = User.objects.create_user("stranger", "stranger@example.com")
    since = Wallet.objects.get().created_at
    Wallet.objects.create(owner=stranger, chain_id=NAME, address=address, created_at=since)


async def _name(rig: FollowingRig, *contracts: str, by: str = "owner", wakes: bool = True) -> None:
    """Let a user name tokens; `wakes`: the follower hears of it."""
    wallet = await rig.read(Wallet.objects.get, owner__username=by)
    rows = [TokenWatch(wallet=wallet, contract=contract, created_at=wallet.created_at) for contract in contracts]
    await rig.read(TokenWatch.objects.bulk_create, rows)
    assert rig.follower is not None
    if wakes:
        rig.follower.wake()


def _states() -> dict[str, str]:
    return dict(TokenWatch.objects.values_list("contract", "state"))


def _held() -> Mapping[str, int]:
    return dict(Balance.objects.exclude(asset=NATIVE).values_list("asset", "amount"))


def _tokens_told() -> set[tuple[str, str | None]]:
    """Return to whom which token was told, in whatever event."""
    rows = [(row.owner_id, _decoder.decode(row.event)) for row in OutboxEvent.objects.all()]
    names = dict(User.objects.values_list("id", "username"))
    return {(names[owner], event.token) for owner, event in rows
            if owner and isinstance(event, WalletActivity) and event.token}  # fmt: skip


async def test_the_tokens_of_a_chain_are_told_to_whoever_names_them_and_to_nobody_else(following: FollowingRig) -> None:
    rig, chain = following, following.node.chain
    owned, tokens = chain.accounts[WATCHED], list(chain.tokens)
    assert not await rig.read(_held), "nobody follows what staff don't list"
    await _name(rig, *tokens)
    await until_answer(lambda: rig.read(_states), dict.fromkeys(tokens, "followed"))
    held = {token: chain.ledger.tokens_of(token, owned) for token in tokens}
    await until_answer(lambda: rig.read(_held), held)
    known = {row.address: (row.symbol, row.decimals, row.is_listed) for row in await rig.read(_known)}
    said = {each.address: (each.symbol, each.decimals, False) for each in chain.tokens.values()}
    first = tokens[0]
    assert known == said | {first: ("STAFF", chain.tokens[first].decimals, False)}, "what staff said wins"
    hashes = [rig.send(SENDER, WATCHED, 1000, token) for token in range(len(tokens))]
    rig.control("mine")
    await rig.caught_up()
    assert await rig.read(_held) == {token: amount + 1000 for token, amount in held.items()}
    assert await rig.read(_tokens_told) == {("owner", with_checksum(token)) for token in tokens}
    assert await rig.read(_watchers, hashes) == {(each, "owner") for each in hashes}
    assert await rig.read(_notified) == {"owner"}
    rig.control("reorganise", depth=1, length=2, drop="true")
    await rig.caught_up()
    assert await rig.read(_held) == held
    assert await rig.read(Movement.objects.filter(is_retracted=False).exclude(asset=NATIVE).count) == 0
    assert {owner for owner, _ in await rig.read(_tokens_told)} == {"owner"}
    assert await rig.read(_notified) == {"owner"}


async def test_whoever_names_a_token_is_told_what_is_held_of_it_though_another_was_before(
    following: FollowingRig,
) -> None:
    rig, token = following, next(iter(following.node.chain.tokens))
    held = rig.node.chain.ledger.tokens_of(token, rig.node.chain.accounts[WATCHED])
    await _name(rig, token)
    await until_answer(lambda: rig.read(_balances_told, token), [("owner", held)])
    await _name(rig, token, by="stranger")
    await until_answer(lambda: rig.read(_balances_told, token), [("owner", held), ("stranger", held)])


def _balances_told(token: str) -> list[tuple[str, int]]:
    """Return to whom a token's balance was told, in the smallest unit, in the order of events."""
    names, decimals = dict(User.objects.values_list("id", "username")), Token.objects.get(address=token).decimals
    told = [(row.owner_id, _decoder.decode(row.event)) for row in OutboxEvent.objects.order_by("id")]
    return [
        (names[owner], in_smallest_units(event.balance, decimals))
        for owner, event in told
        if owner and isinstance(event, WalletActivity) and event.token == with_checksum(token) and event.balance
    ]


async def test_a_token_is_checked_though_the_wake_was_lost(following: FollowingRig) -> None:
    rig, token = following, next(iter(following.node.chain.tokens))
    await _name(rig, token, wakes=False)
    rig.clock.advance(LOOK_SECONDS)
    rig.control("mine")
    await until_answer(lambda: rig.read(_states), {token: "followed"})


def _known() -> list[Token]:
    return list(Token.objects.all())


def _watchers(hashes: list[str]) -> set[tuple[str, str]]:
    rows = TransactionWatch.objects.filter(transaction__hash__in=hashes)
    return set(rows.values_list("transaction__hash", "owner__username"))


def _notified() -> set[str]:
    return set(Notification.objects.values_list("user__username", flat=True))


async def test_what_is_no_token_is_said_plainly_and_followed_by_nobody(following: FollowingRig) -> None:
    rig, nobodys = following, following.node.chain.accounts[SENDER]
    await _name(rig, nobodys)
    await until_answer(lambda: rig.read(_states), {nobodys: "no_token"})
    watch = await rig.read(TokenWatch.objects.get)
    assert watch.reason.startswith("there is no contract at this address")
    notice = await rig.read(Notification.objects.get)
    assert (notice.kind, notice.title) == ("wallet", "No token at the address that was named")
    assert with_checksum(nobodys) in notice.body
    assert watch.reason in notice.body
    assert not await rig.read(Token.objects.filter(address=nobodys).exists)
    rig.control("mine")
    await rig.caught_up()
    assert not await rig.read(_held)


async def test_a_token_that_is_removed_is_followed_no_longer(following: FollowingRig) -> None:
    rig, token = following, next(iter(following.node.chain.tokens))
    await _name(rig, token)
    await until_answer(lambda: rig.read(_states), {token: "followed"})
    await rig.read(TokenWatch.objects.all().delete)
    sent = rig.send(SENDER, WATCHED, 1000, 0)
    rig.control("mine")
    await rig.caught_up()
    assert not await rig.read(Movement.objects.filter(asset=token).exists)
    assert not await rig.read(ChainTransaction.objects.filter(hash=sent).exists)
