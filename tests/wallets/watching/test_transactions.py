"""Watched transactions by command and by REST: watched, told, listed, unwatched; nobody sees another's."""

import pytest
from asgiref.sync import sync_to_async
from pytest_django import Settings

from tests.conformance.rows import row
from tests.trading.asking import Answered, Desk
from tests.wallets.rows import chain_named, movement_of, transaction_of, wallet_of
from tests.wallets.simple_chain import address, hash_of
from wallets.models import ChainTransaction, TransactionWatch

HASH = hash_of(0xABCDEF)
MISSING = Answered({}, ("NOT_FOUND", "Not found", {}))
NAMED = {"chain": "ethereum", "hash": HASH}


@row("CM-43")
async def test_it_refuses_in_the_same_words_by_command_and_by_rest(desk: Desk, settings: Settings) -> None:
    settings.TRANSACTIONS_WATCHED_PER_USER = 1
    await sync_to_async(chain_named)()
    user = await desk.user("ada")
    rule = "a transaction's hash is 0x and 64 hexadecimal digits"
    wrong = [
        ({**NAMED, "hash": "0x12"}, {"hash": rule}),
        ({**NAMED, "hash": address(1)}, {"hash": f"{rule}, and this is an address"}),
        ({**NAMED, "chain": "solana"}, {"chain": "chain must be one of ethereum"}),
    ]
    for given, said in wrong:
        by_command = await desk.give(user, "tx.watch", given)
        assert by_command.refusal is not None
        assert (by_command.code, by_command.refusal[2]) == ("VALIDATION_ERROR", said)
        assert await desk.ask(user, "POST", "transactions/", given) == by_command
    assert not await ChainTransaction.objects.aexists()
    assert (await desk.give(user, "tx.watch", NAMED)).code == ""
    again = await desk.ask(user, "POST", "transactions/", {**NAMED, "hash": HASH.upper()})
    assert again.refusal == ("CONFLICT", "This transaction is watched already", {})
    more = await desk.give(user, "tx.watch", {**NAMED, "hash": hash_of(2)})
    assert more.refusal == ("CONFLICT", "There may be at most 1 transactions watched by hand", {})


@row("CM-43")
@pytest.mark.parametrize("spelling", [HASH, HASH.upper(), HASH[2:], f" {HASH} "])
async def test_any_spelling_is_the_same_transaction(desk: Desk, spelling: str) -> None:
    await sync_to_async(chain_named)(confirmations=5)
    user = await desk.user("ada")
    watched = (await desk.give(user, "tx.watch", {**NAMED, "hash": spelling})).data
    assert (watched["hash"], watched["status"], watched["confirmations"], watched["required"]) == (HASH, "seen", 0, 5)
    assert (await desk.give(user, "tx.status", NAMED)).data == watched
    given_up = await desk.give(user, "tx.unwatch", {**NAMED, "hash": spelling})
    assert given_up.data == watched
    assert await desk.ask(user, "GET", f"transactions/ethereum/{HASH}/") == MISSING
    assert not await ChainTransaction.objects.aexists(), "nobody watches it"


@row("CM-43")
async def test_a_transaction_that_another_watches_is_nobody_elses_business(desk: Desk) -> None:
    ada, bob, staff = await desk.user("ada"), await desk.user("bob"), await desk.user("carl", is_staff=True)
    chain = await sync_to_async(chain_named)()
    await sync_to_async(transaction_of)(chain, 0xABCDEF, ada)
    for stranger in (bob, staff):
        for spelling in (HASH, HASH.upper(), HASH[2:]):
            given = {**NAMED, "hash": spelling}
            assert await desk.give(stranger, "tx.status", given) == MISSING
            assert await desk.give(stranger, "tx.unwatch", given) == MISSING
            assert await desk.ask(stranger, "DELETE", f"transactions/ethereum/{spelling}/") == MISSING
        assert (await desk.give(stranger, "tx.list")).data == {"items": [], "total": 0}
    assert (await desk.give(bob, "tx.watch", NAMED)).code == "", "bob may watch it, too"
    assert (await desk.give(ada, "tx.unwatch", NAMED)).code == ""
    assert (await desk.give(bob, "tx.status", NAMED)).data["value"] == 1


@row("CM-43")
async def test_watching_by_hand_what_a_wallet_brought_keeps_it_without_the_wallet(desk: Desk) -> None:
    user = await desk.user("ada")
    chain = await sync_to_async(chain_named)()
    wallet = await sync_to_async(wallet_of)(user, chain, 9)
    for number in (0xABCDEF, 2):
        await sync_to_async(transaction_of)(chain, number, user, by_hand=False)
        await sync_to_async(movement_of)(chain, 9, transaction_hash=hash_of(number))
    listed = await desk.ask(user, "GET", f"transactions/?wallet={wallet.pk}&status=seen")
    assert [item["hash"] for item in listed.data["items"]] == [hash_of(2), HASH]
    assert (await desk.give(user, "tx.watch", NAMED)).code == ""
    assert (await desk.give(user, "wallet.remove", {"id": wallet.pk})).code == ""
    assert [watch.transaction.hash async for watch in TransactionWatch.objects.select_related("transaction")] == [HASH]
