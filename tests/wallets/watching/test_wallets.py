"""Wallets by command and by REST: added, renamed, listed, removed; refused in the same words; nobody sees another's."""

from datetime import timedelta
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.contrib.auth.models import Permission
from django.utils import timezone
from pytest_django import Settings

from accounts.api_keys.services import api_key_create
from accounts.models import User
from streaming.identity.scopes import Scope
from tests.conformance.rows import row
from tests.trading.asking import Answered, Desk
from tests.wallets.rows import NOW, balance_of, block_of, chain_named, movement_of, token_of, transaction_of, wallet_of
from tests.wallets.simple_chain import address, hash_of
from wallets.addresses import with_checksum
from wallets.chain_state import ChainFault
from wallets.models import Balance, Chain, ChainTransaction, Movement, TransactionWatch, Wallet

RIGHT = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"
"""An example of EIP-55."""
WRONG_CASE = RIGHT.replace("aA", "Aa")
RULE = "an address is 0x and 40 hexadecimal digits"
REFUSED: list[tuple[dict[str, Any], dict[str, str]]] = [
    ({"chain": "solana"}, {"chain": "chain must be one of ethereum sepolia"}),
    ({"chain": None}, {"chain": "chain is required"}),
    (
        {"address": WRONG_CASE},
        {"address": f"the address has a wrong checksum: a character may be mistyped; its spelling is {RIGHT}"},
    ),
    ({"address": hash_of(1)}, {"address": f"{RULE}, and this is the hash of a transaction or block"}),
    (
        {"address": "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq"},
        {"address": f"{RULE}, and this seems to be one of Bitcoin"},
    ),
    ({"address": "0x12"}, {"address": RULE}),
    ({"label": "x" * 101}, {"label": "label must be a text of at most 100 characters"}),
    ({"private_key": "0x1"}, {"private_key": "Unknown parameter"}),
]
"""What is changed of a right wallet, and what is said of it."""


@sync_to_async
def chains() -> None:
    """Configure two chains."""
    chain_named()
    chain_named("sepolia", chain_id=11155111)


def new(**changes: Any) -> dict[str, Any]:
    """Return the parameters of a wallet; one changed to None is left out."""
    given = {"chain": "ethereum", "address": RIGHT, "label": "Savings", **changes}
    return {name: value for name, value in given.items() if value is not None}


@row("CM-42")
async def test_it_names_what_is_wrong_in_the_same_words_by_command_and_by_rest(desk: Desk) -> None:
    await chains()
    user = await desk.user("ada")
    for changes, said in REFUSED:
        by_command = await desk.give(user, "wallet.add", new(**changes))
        assert by_command.refusal is not None, changes
        assert (by_command.code, by_command.refusal[2]) == ("VALIDATION_ERROR", said)
        assert await desk.ask(user, "POST", "", new(**changes)) == by_command
    assert not await Wallet.objects.aexists()


@row("CM-42")
@pytest.mark.parametrize("spelling", [RIGHT, RIGHT.lower(), RIGHT.upper(), RIGHT[2:], f"  {RIGHT}\n"])
async def test_any_spelling_is_the_same_address(desk: Desk, spelling: str) -> None:
    await chains()
    user = await desk.user("ada")
    added = (await desk.ask(user, "POST", "", new(address=spelling))).data
    assert (added["address"], added["label"], added["balances"]) == (RIGHT, "Savings", [])
    again = await desk.give(user, "wallet.add", new(address=RIGHT.lower()))
    assert again.refusal == ("CONFLICT", "This address is watched already", {})
    assert (await desk.ask(user, "GET", f"?address={RIGHT}")).data["items"] == [added]
    elsewhere = await desk.give(user, "wallet.add", new(chain="sepolia"))
    assert elsewhere.data["chain"] == "sepolia"


@row("CM-42")
async def test_what_another_watches_is_answered_no_sooner_and_as_of_no_earlier_block(desk: Desk) -> None:
    await chains()
    ada, bob = await desk.user("ada"), await desk.user("bob")
    await sync_to_async(_held)(bob)
    added = (await desk.give(ada, "wallet.add", new(address=address(1)))).data
    assert added["balances"] == [], "it is being read, as where nobody watches it"
    assert (await desk.ask(ada, "GET", f"{added['id']}/")).data == added
    await Wallet.objects.filter(owner=ada).aupdate(is_being_read=False, read_block=101, read_at=NOW)
    assert await _blocks_of(desk, ada) == [("ETH", 101), ("USDC", 101)]
    assert await _blocks_of(desk, bob) == [("ETH", 100), ("USDC", 90)]


def _held(owner: User) -> None:
    chain = Chain.objects.get(pk="ethereum")
    wallet_of(owner, chain)
    balance_of(chain)
    balance_of(chain, asset=token_of(chain).address, block=90)


async def _blocks_of(desk: Desk, user: User) -> list[tuple[str, int]]:
    [wallet] = (await desk.give(user, "wallet.list")).data["items"]
    return [(one["asset"], one["block"]) for one in wallet["balances"]]


@row("CM-42", "AC-93")
async def test_a_key_changes_what_is_watched_by_the_scope_of_wallets_alone(desk: Desk) -> None:
    await chains()
    user = await desk.user("ada")
    keys = {scope: (await sync_to_async(api_key_create)(user=user, name=scope, scopes=[scope]))[1] for scope in Scope}
    for action, given in (("wallet.add", new()), ("tx.watch", {"chain": "ethereum", "hash": hash_of(1)})):
        codes = {scope: (await desk.give(None, action, given, key=key)).code for scope, key in keys.items()}
        assert codes == {scope: "" if scope is Scope.WALLETS else "PERMISSION_DENIED" for scope in Scope}, action


@row("CM-42")
async def test_a_wallet_is_renamed_and_removed_with_what_was_known_of_it_alone(desk: Desk) -> None:
    await chains()
    ada, bob = await desk.user("ada"), await desk.user("bob")
    mine, shared = await _watched(ada), await _watched(bob)
    renamed = await desk.ask(ada, "PATCH", f"{mine.pk}/", {"label": " Cold "})
    assert renamed.data["label"] == "Cold"
    assert (await desk.give(bob, "wallet.get", {"id": shared.pk})).data["label"] == "of bob"
    assert (await desk.ask(ada, "DELETE", f"{mine.pk}/")).data == {"id": mine.pk, "removed": True}
    assert await Balance.objects.acount() == 1, "bob still watches it"
    assert await TransactionWatch.objects.filter(owner=ada).acount() == 0
    assert (await desk.give(bob, "wallet.remove", {"id": shared.pk})).code == ""
    assert not await Balance.objects.aexists()
    assert not await Movement.objects.aexists()
    assert not await ChainTransaction.objects.aexists()


@sync_to_async
def _watched(owner: User) -> Wallet:
    """Let a user watch address 1, to which something came once."""
    wallet = wallet_of(owner, Chain.objects.get(pk="ethereum"), label=f"of {owner.username}")
    if not Balance.objects.exists():
        balance_of(wallet.chain)
        movement_of(wallet.chain)
        transaction_of(wallet.chain, 5000)
    TransactionWatch.objects.create(
        owner=owner, transaction=ChainTransaction.objects.get(), created_at=wallet.created_at
    )
    return wallet


@row("CM-42")
async def test_a_wallet_tells_its_balances_and_history_exactly(desk: Desk) -> None:
    user = await desk.user("ada")
    wallet = await sync_to_async(_with_history)(user)
    [listed] = (await desk.give(user, "wallet.list")).data["items"]
    told = [(one["asset"], one["token"], str(one["balance"]), one["block"]) for one in listed["balances"]]
    token = with_checksum(address(900))
    assert told == [
        ("ETH", None, "115792089237316195423570985008687907853269984665640564039457.584007913129639935", 100),
        ("USDC", token, "1.500000", 101),
    ]
    history = await desk.ask(user, "GET", f"{wallet.pk}/history/?limit=1")
    assert history == await desk.give(user, "wallet.history", {"id": wallet.pk, "limit": 1})
    [newest] = history.data["items"]
    assert (newest["asset"], str(newest["change"]), newest["retracted"], history.data["total"]) == (
        "USDC", "-0.500000", True, 2,
    )  # fmt: skip


def _with_history(user: User) -> Wallet:
    chain = chain_named()
    token = token_of(chain)
    wallet = wallet_of(user, chain)
    balance_of(chain, amount=2**256 - 1)
    balance_of(chain, amount=1_500_000, asset=token.address, block=101)
    balance_of(chain, amount=9, asset=address(901), block=101)
    movement_of(chain, transaction_hash=hash_of(4999), time=NOW - timedelta(seconds=1))  # before it was watched
    movement_of(chain)
    movement_of(chain, change=-500_000, asset=token.address, log_index=4, is_retracted=True)
    return wallet


@row("CM-42")
async def test_there_are_at_most_so_many_wallets(desk: Desk, settings: Settings) -> None:
    settings.WALLETS_PER_USER = 2
    await chains()
    user, other = await desk.user("ada"), await desk.user("bob")
    for number in (1, 2):
        assert (await desk.give(user, "wallet.add", new(address=address(number)))).code == ""
    refused = await desk.ask(user, "POST", "", new())
    assert refused.refusal == ("CONFLICT", "There may be at most 2 wallets", {})
    assert (await desk.give(other, "wallet.add", new())).code == "", "each user has their own"


@row("CM-42")
async def test_nobody_sees_anothers_wallet_and_staff_with_the_permission_does(desk: Desk) -> None:
    user, other = await desk.user("ada"), await desk.user("bob")
    staff, clerk = await desk.user("carl", is_staff=True), await desk.user("dora", is_staff=True)
    wallet = await sync_to_async(_with_history)(user)
    may = Permission.objects.filter(codename__in=("view_wallet", "change_wallet", "delete_wallet"))
    await sync_to_async(lambda: clerk.user_permissions.set(may))()
    missing = Answered({}, ("NOT_FOUND", "Not found", {}))
    for stranger in (other, staff):
        for action, given in (("get", {}), ("history", {}), ("rename", {"label": "mine"}), ("remove", {})):
            assert await desk.give(stranger, f"wallet.{action}", {"id": wallet.pk, **given}) == missing
        assert await desk.ask(stranger, "DELETE", f"{wallet.pk}/") == missing
        assert (await desk.give(stranger, "wallet.list", {"address": wallet.address})).data["items"] == []
    assert (await desk.ask(None, "GET", f"{wallet.pk}/")).code == "PERMISSION_DENIED"
    assert (await desk.ask(clerk, "GET", f"{wallet.pk}/")).data["id"] == wallet.pk
    assert (await desk.give(clerk, "wallet.remove", {"id": wallet.pk})).data["removed"]


@row("CM-43")
async def test_chains_and_blocks_are_for_whoever_is_logged_in(desk: Desk) -> None:
    await sync_to_async(_with_blocks)()
    user = await desk.user("ada")
    [chain] = (await desk.ask(user, "GET", "chains/")).data["items"]
    assert (chain["chain"], chain["state"], chain["block"], chain["simulated"]) == ("ethereum", "connected", 102, True)
    blocks = await desk.ask(user, "GET", "chains/ethereum/blocks/?limit=2")
    assert [block["number"] for block in blocks.data["items"]] == [102, 101]
    assert blocks == await desk.give(user, "wallet.blocks", {"chain": "ethereum", "limit": 2})
    for unknown in ("asleep", "none"):
        assert (await desk.give(user, "wallet.blocks", {"chain": unknown})).code == "NOT_FOUND"
    assert (await desk.give(None, "wallet.chains")).code == "PERMISSION_DENIED"


@row("CM-43")
async def test_a_chain_that_nobody_follows_any_more_is_disconnected(desk: Desk) -> None:
    await sync_to_async(_with_blocks)()
    await Chain.objects.aupdate(last_head_at=NOW)
    user = await desk.user("ada")
    [chain] = (await desk.give(user, "wallet.chains")).data["items"]
    assert (chain["state"], chain["reason"]) == ("disconnected", "no block has come for 3 block times")


@row("CM-43")
async def test_what_a_node_has_said_is_for_staff_alone(desk: Desk) -> None:
    said = {"reason": "403 for https://node.example.org/v3/secret", "fault": ChainFault.UNREACHABLE.value}
    await sync_to_async(chain_named)(state="disconnected", **said)
    user = await desk.user("ada")
    [chain] = (await desk.ask(user, "GET", "chains/")).data["items"]
    assert chain["reason"] == "its node can't be reached, or doesn't answer"


def _with_blocks() -> None:
    cursor: dict[str, Any] = {"cursor_number": 102, "cursor_hash": hash_of(102), "last_head_at": timezone.now()}
    chain = chain_named(state="connected", is_simulated=True, block_time_seconds=3600, **cursor)
    for number in (100, 101, 102):
        block_of(chain, number)
    chain_named("asleep", is_enabled=False)
