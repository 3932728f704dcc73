"""Tokens that users name by their contracts: added, refused in the same words, removed; nobody sees another's."""

from datetime import timedelta
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from pytest_django import Settings

from accounts.models import User
from tests.conformance.rows import row
from tests.trading.asking import Answered, Desk
from tests.wallets.rows import (
    NOW,
    balance_of,
    chain_named,
    movement_of,
    named_token,
    token_of,
    transaction_of,
    user_named,
    wallet_of,
)
from tests.wallets.simple_chain import address, hash_of
from wallets.addresses import with_checksum
from wallets.models import Balance, Chain, ChainTransaction, Movement, Token, TokenWatch, TransactionWatch, Wallet
from wallets.models.token_state import TokenState
from wallets.watching.token_services import token_delete, token_list

RIGHT = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"
"""An example of EIP-55."""
WRONG_CASE = RIGHT.replace("aA", "Aa")
RULE = "an address is 0x and 40 hexadecimal digits"
REFUSED: list[tuple[Any, str]] = [
    (WRONG_CASE, f"the address has a wrong checksum: a character may be mistyped; its spelling is {RIGHT}"),
    (hash_of(1), f"{RULE}, and this is the hash of a transaction or block"),
    ("TJRyWwFs9wTFGZg3JbrVriFbNfCug5tDeC", f"{RULE}, and this seems to be one of Tron"),
    ("0x12", RULE),
]
"""What is given as a token's contract, and what is said of it."""
TOKEN = with_checksum(address(900))


@sync_to_async
def wallet_named(owner: User, chain: str = "ethereum") -> Wallet:
    """Let a user watch address 1."""
    found = Chain.objects.filter(pk=chain).first()
    return wallet_of(owner, found or chain_named(chain))


@row("CM-42")
async def test_a_contract_that_is_none_is_refused_in_the_same_words_by_command_and_by_rest(desk: Desk) -> None:
    user = await desk.user("ada")
    wallet = await wallet_named(user)
    for token, said in REFUSED:
        by_command = await desk.give(user, "wallet.add_token", {"id": wallet.pk, "token": token})
        assert by_command.refusal is not None, token
        assert (by_command.code, by_command.refusal[2]) == ("VALIDATION_ERROR", {"token": said})
        assert await desk.ask(user, "POST", f"{wallet.pk}/tokens/", {"token": token}) == by_command
        assert (await desk.give(user, "wallet.remove_token", {"id": wallet.pk, "token": token})) == by_command
    assert not await TokenWatch.objects.aexists()


@row("CM-42")
@pytest.mark.parametrize("spelling", [RIGHT, RIGHT.lower(), RIGHT.upper(), RIGHT[2:], f"  {RIGHT}\n"])
async def test_any_spelling_is_the_same_token_which_is_checked_first(desk: Desk, spelling: str) -> None:
    user = await desk.user("ada")
    wallet = await wallet_named(user)
    added = await desk.ask(user, "POST", f"{wallet.pk}/tokens/", {"token": spelling})
    named = {"token": RIGHT, "asset": None, "state": "checking", "reason": None}
    assert added.data["tokens"] == [named]
    again = await desk.give(user, "wallet.add_token", {"id": wallet.pk, "token": RIGHT.lower()})
    assert again.refusal == ("CONFLICT", "This token is watched already", {})
    assert (await desk.give(user, "wallet.list")).data["items"] == [added.data]
    removed = await desk.ask(user, "DELETE", f"{wallet.pk}/tokens/{RIGHT.lower()}/")
    assert removed.data["tokens"] == []
    gone = await desk.give(user, "wallet.remove_token", {"id": wallet.pk, "token": RIGHT})
    assert gone.refusal == ("NOT_FOUND", "Not found", {})


@row("CM-42")
async def test_there_are_at_most_so_many_named_tokens_of_all_wallets_together(desk: Desk, settings: Settings) -> None:
    settings.TOKENS_NAMED_PER_USER = 2
    user, other = await desk.user("ada"), await desk.user("bob")
    wallets = [await wallet_named(user), await wallet_named(user, "sepolia"), await wallet_named(other)]
    for wallet, owner in zip(wallets, (user, user, other), strict=True):
        assert (await desk.give(owner, "wallet.add_token", {"id": wallet.pk, "token": RIGHT})).code == ""
    refused = await desk.give(user, "wallet.add_token", {"id": wallets[0].pk, "token": address(5)})
    assert refused.refusal == ("CONFLICT", "There may be at most 2 tokens named by their contracts", {})


@row("CM-42")
async def test_nobody_else_learns_that_a_token_is_named(desk: Desk) -> None:
    ada, bob = await desk.user("ada"), await desk.user("bob")
    mine, same = await wallet_named(ada), await wallet_named(bob)
    await sync_to_async(_named_with_history)(mine)
    missing = Answered({}, ("NOT_FOUND", "Not found", {}))
    for action in ("add_token", "remove_token"):
        assert await desk.give(bob, f"wallet.{action}", {"id": mine.pk, "token": TOKEN}) == missing
    told = (await desk.give(ada, "wallet.get", {"id": mine.pk})).data
    assert told["tokens"] == [{"token": TOKEN, "asset": "USDC", "state": "followed", "reason": None}]
    assert [one["asset"] for one in told["balances"]] == ["ETH", "USDC"]
    assert [one["asset"] for one in (await _history(desk, ada, mine))] == ["USDC"]
    seen = (await desk.give(bob, "wallet.get", {"id": same.pk})).data
    assert ([one["asset"] for one in seen["balances"]], seen["tokens"]) == (["ETH"], [])
    assert await _history(desk, bob, same) == []
    assert (await desk.give(bob, "tx.list", {"wallet": same.pk})).data["items"] == []
    added = (await desk.give(bob, "wallet.add_token", {"id": same.pk, "token": TOKEN})).data
    assert [one["state"] for one in added["tokens"]] == ["checking"], "though another has it checked already"
    await TokenWatch.objects.aupdate(state=TokenState.FOLLOWED)
    assert await _history(desk, bob, same) == [], "what came before bob has named it tells that ada has"


async def _history(desk: Desk, user: User, wallet: Wallet) -> list[Any]:
    return list((await desk.give(user, "wallet.history", {"id": wallet.pk})).data["items"])


def _named_with_history(wallet: Wallet) -> None:
    """Let a token be followed for a wallet, which holds some and got some by a transaction of others."""
    token = token_of(wallet.chain, is_listed=False)
    named_token(wallet)
    balance_of(wallet.chain)
    balance_of(wallet.chain, amount=1_500_000, asset=token.address)
    movement_of(wallet.chain, change=1_500_000, asset=token.address, log_index=1)
    parties = {"sender": address(70), "recipient": token.address}
    moved = transaction_of(wallet.chain, 5000, wallet.owner, by_hand=False, **parties)
    bob = User.objects.get(username="bob")
    TransactionWatch.objects.create(owner=bob, transaction=moved, by_hand=True, created_at=NOW)


@row("CM-42")
async def test_with_a_token_goes_what_was_known_of_it_where_nobody_else_has_named_it(desk: Desk) -> None:
    ada, bob = await desk.user("ada"), await desk.user("bob")
    mine, same = await wallet_named(ada), await wallet_named(bob)
    await sync_to_async(_named_with_history)(mine)
    other = await sync_to_async(named_token)(same)
    await desk.give(ada, "wallet.remove_token", {"id": mine.pk, "token": TOKEN})
    assert await TransactionWatch.objects.filter(owner=ada).acount() == 0
    assert await Balance.objects.filter(asset=address(900)).acount() == 1, "bob has named it, too"
    await desk.give(bob, "wallet.remove_token", {"id": same.pk, "token": other.contract})
    assert [row.asset async for row in Balance.objects.all()] == ["native"]
    assert not await Movement.objects.aexists()
    assert not await Token.objects.aexists()
    assert await ChainTransaction.objects.acount() == 1, "bob watches the transaction by hand"


@row("CM-42")
async def test_what_staff_list_is_everybodys_and_what_they_no_longer_list_stays_for_who_has_named_it(
    desk: Desk,
) -> None:
    ada, bob = await desk.user("ada"), await desk.user("bob")
    mine, other = await wallet_named(ada), await sync_to_async(lambda: wallet_of(bob, Chain.objects.get(), 2))()
    token = await sync_to_async(_held_by_both)(mine.chain)
    named = await desk.give(ada, "wallet.add_token", {"id": mine.pk, "token": TOKEN})
    assert [(one["asset"], one["state"]) for one in named.data["tokens"]] == [("USDC", "followed")]
    for wallet in (mine, other):
        assert await _held(desk, wallet) == ["ETH", "USDC"]
    await sync_to_async(token_list)(token=token, is_listed=False, now=NOW)
    assert (await _held(desk, mine), await _held(desk, other)) == (["ETH", "USDC"], ["ETH"])
    await sync_to_async(token_list)(token=token, is_listed=True, now=NOW + timedelta(days=1))
    assert await _held(desk, other) == ["ETH"], "what is stored of when nobody followed it isn't shown"
    assert await _history(desk, bob, other) == [], "nor what moved before it was listed"


def _held_by_both(chain: Chain) -> Token:
    token = token_of(chain)
    for number in (1, 2):
        balance_of(chain, number)
        balance_of(chain, number, 1_500_000, asset=token.address)
        movement_of(chain, number, 1_500_000, asset=token.address, log_index=number)
    return token


async def _held(desk: Desk, wallet: Wallet) -> list[str]:
    owner = await User.objects.aget(pk=wallet.owner_id)
    return [one["asset"] for one in (await desk.give(owner, "wallet.get", {"id": wallet.pk})).data["balances"]]


@pytest.mark.django_db
def test_what_staff_vouch_for_is_a_token_and_what_they_delete_is_asked_anew() -> None:
    chain = chain_named()
    watch = named_token(wallet_of(user_named("ada"), chain), state=TokenState.NO_TOKEN, reason="none")
    token = token_of(chain, is_listed=False)
    token_list(token=token, is_listed=True, now=NOW)
    watch.refresh_from_db()
    assert (watch.state, watch.reason) == (TokenState.FOLLOWED, "")
    token_delete(token=token)
    watch.refresh_from_db()
    assert watch.state == TokenState.CHECKING
