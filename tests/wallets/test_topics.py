"""Topics of wallets, transactions and blocks: for whom, by which spellings, and what is told first."""

from collections.abc import AsyncIterator
from datetime import timedelta
from decimal import Decimal

import msgspec
import pytest
from asgiref.sync import sync_to_async

from accounts.models import User
from streaming.events import Envelope, Event
from streaming.identity.identity import Identity
from streaming.installed import topic_registry
from streaming.topics.topic import Topic
from tests.conformance.rows import row
from tests.gateway.subscribing import Sent, Site, site
from tests.trading.asking import close_connections
from tests.waiting import until
from tests.wallets.rows import (
    ETHER,
    NOW,
    balance_of,
    block_of,
    chain_named,
    named_token,
    token_of,
    transaction_of,
    user_named,
    wallet_of,
)
from tests.wallets.simple_chain import address, hash_of
from wallets.addresses import with_checksum
from wallets.events import TransactionState
from wallets.events.event_rows import balance_event, known_assets, transaction_event
from wallets.lifecycle import TransactionStatus
from wallets.models import Balance, Chain, ChainTransaction, Token, Wallet

WALLET, TX = f"wallet:{address(0xABC)}", f"tx:{hash_of(0xDEF)}"


@pytest.fixture
async def here(transactional_db: None) -> AsyncIterator[Site]:
    async with site(registry=topic_registry()) as running:
        yield running
    await close_connections()


def identity_of(user: User) -> Identity:
    """Return a user as one who has logged in."""
    return Identity(user_id=str(user.pk), username=user.username, expires_at=2**53, is_staff=user.is_staff)


@sync_to_async
def stored() -> tuple[User, User]:
    """Store an address that two users watch, and a transaction that the first of them watches; return both."""
    chain = chain_named()
    token_of(chain)
    ada, bob = user_named("ada"), user_named("bob")
    wallet_of(ada, chain, 0xABC, "Savings")
    wallet_of(bob, chain, 0xABC, "Hers")
    balance_of(chain, 0xABC, 3 * ETHER)
    balance_of(chain, 0xABC, 2_000_000, asset=address(900))
    balance_of(chain, 0xABC, 1, asset=address(901))
    transaction_of(chain, 0xDEF, ada, status="pending")
    block_of(chain, 100)
    block_of(chain, 101)
    return ada, bob


async def answered(here: Site, channel: str, who: Identity | None, frames: int = 1) -> list[Sent]:
    """Return the first frames that come upon a subscription."""
    client = here.client(who)
    await client.subscribe(channel)
    return await client.took(frames)


@row("TP-47")
@pytest.mark.parametrize("spelling", [address(0xABC), with_checksum(address(0xABC)), address(0xABC).upper()[2:]])
async def test_a_wallet_tells_what_it_holds_first_under_ones_own_label(here: Site, spelling: str) -> None:
    ada, bob = await stored()
    for user, label in ((ada, "Savings"), (bob, "Hers")):
        told = await answered(here, f"wallet:{spelling}", identity_of(user), 3)
        assert [frame["type"] for frame in told] == ["subscribed", "wallet", "wallet"]
        said = {(frame["data"]["asset"], frame["data"]["label"], frame["data"]["balance"]) for frame in told[1:]}
        assert said == {("ETH", label, 3), ("USDC", label, 2)}


@row("TP-47")
async def test_a_wallet_that_is_being_read_tells_nothing_that_another_knows_of_it(here: Site) -> None:
    ada, bob = await stored()
    await Wallet.objects.filter(owner=ada).aupdate(is_being_read=True)
    client = here.client(identity_of(ada))
    await client.subscribe(WALLET)
    await client.subscribe("blocks:ethereum")
    told = await client.took(3)
    assert [frame["type"] for frame in told] == ["subscribed", "subscribed", "block"]
    assert len(await answered(here, WALLET, identity_of(bob), 3)) == 3


@row("TP-47")
@pytest.mark.parametrize("spelling", [address(0xABC), with_checksum(address(0xABC)), address(0xABC).upper()[2:]])
async def test_a_token_that_one_has_named_is_not_told_to_another_who_watches_the_address(
    here: Site, spelling: str
) -> None:
    ada, bob = await stored()
    await Token.objects.aupdate(is_listed=False)
    await sync_to_async(named_token)(await Wallet.objects.aget(owner=ada))
    for user, assets in ((ada, {"ETH", "USDC"}), (bob, {"ETH"})):
        told = await answered(here, f"wallet:{spelling}", identity_of(user), 1 + len(assets))
        assert {frame["data"]["asset"] for frame in told[1:]} == assets


@row("TP-48")
async def test_a_transaction_tells_how_far_it_is_first(here: Site) -> None:
    ada, _ = await stored()
    _, state = await answered(here, TX.upper().replace("TX:", "tx:"), identity_of(ada), 2)
    assert (state["data"]["hash"], state["data"]["status"], state["data"]["value"]) == (hash_of(0xDEF), "pending", 1)


@row("TP-47", "TP-48")
@pytest.mark.parametrize("spelling", [str, str.upper, lambda name: name.replace("0x", "")])
async def test_nobody_reads_what_another_watches_by_any_spelling(here: Site, spelling: object) -> None:
    _, bob = await stored()
    stranger = identity_of(await sync_to_async(user_named)("carl"))
    assert callable(spelling)
    for channel in (WALLET, TX):
        head, _, name = channel.partition(":")
        spelt = f"{head}:{spelling(name)}"
        [refused] = await answered(here, spelt, stranger)
        assert (refused["type"], refused["data"]["code"]) == ("error", "forbidden"), spelt
        [refused] = await answered(here, spelt, None)
        assert refused["data"]["code"] == "authentication_required", spelt
    [refused] = await answered(here, TX, identity_of(bob))
    assert refused["data"]["code"] == "forbidden", "whoever watches the address watches not yet the transaction"


@row("TP-47", "TP-48")
async def test_what_the_snapshot_tells_already_is_not_told_again_and_what_is_newer_is(here: Site) -> None:
    ada, _ = await stored()
    client = here.client(identity_of(ada))
    await client.subscribe(WALLET, TX)
    assert len(await client.took(5)) == 5
    balance, state, old, newer = await _events()
    for event in (balance, state, old, newer):
        await here.hub.publish(event, owner=str(ada.pk))
    [told] = await client.took(1)
    assert (told["type"], told["data"]["balance"]) == ("wallet", 5)


async def test_steps_of_the_update_that_led_to_what_the_snapshot_tells_are_not_told_after_it(here: Site) -> None:
    """As where a worker is killed once it has published them: another publishes them again, all of one time."""
    ada, _ = await stored()
    confirming, confirmed, final = await _steps("confirming", "confirmed", "finalized")
    client = here.client(identity_of(ada))
    await client.subscribe(TX)
    assert len(await client.took(2)) == 2
    for event in (confirming, confirmed, final):
        await here.hub.publish(event, owner=str(ada.pk))
    [told] = await client.took(1)
    assert told["data"]["status"] == "finalized"


@sync_to_async
def _steps(*statuses: str) -> list[TransactionState]:
    """Return the steps of a transaction in one update; the one before the last is how it is stored."""
    chain, row = Chain.objects.get(), ChainTransaction.objects.get()
    row.confirmations, row.status = row.required, statuses[-2]
    row.save()
    state = transaction_event(row, chain)
    return [msgspec.structs.replace(state, status=TransactionStatus(each)) for each in statuses]


@sync_to_async
def _events():  # type: ignore[no-untyped-def]  # of both kinds
    chain = Chain.objects.get()
    wallet, asset = Wallet.objects.get(label="Savings"), known_assets(chain)["native"]
    row = Balance.objects.get(asset="native")
    same, state = balance_event(row, wallet, asset), transaction_event(ChainTransaction.objects.get(), chain)
    row.amount, row.changed_at = 4 * ETHER, NOW - timedelta(seconds=1)
    old = balance_event(row, wallet, asset)
    row.amount, row.changed_at = 5 * ETHER, NOW + timedelta(seconds=1)
    return same, state, old, balance_event(row, wallet, asset)


@row("TP-37", "TP-49")
async def test_blocks_of_a_chain_that_is_followed_are_for_everybody(here: Site) -> None:
    await stored()
    subscribed, newest = await answered(here, "blocks:ethereum", None, 2)
    assert (subscribed["type"], newest["type"], newest["data"]["number"]) == ("subscribed", "block", 101)
    assert Decimal(newest["data"]["baseFee"]) == 7
    await Chain.objects.aupdate(is_enabled=False)
    for unknown in ("blocks:ethereum", "blocks:solana"):
        [refused] = await answered(here, unknown, None)
        assert refused["data"]["code"] == "unknown_channel", unknown


async def test_a_worker_reads_all_transactions_of_a_wallet_each_told_once_and_no_client_does(here: Site) -> None:
    ada, _ = await stored()
    heard: list[Event] = []
    of_wallet = await here.hub.acquire(Topic("tx", owner=str(ada.pk), name=address(1)))
    of_wallet.add_callback(heard.append)
    chain = await Chain.objects.aget()
    rows = [await sync_to_async(transaction_of)(chain, number, ada) for number in (1, 2)]
    states = [transaction_event(row, chain, [address(1)]) for row in rows]
    numbered = [(state, sequence) for state in states for sequence in (7, 8)]
    envelopes = [
        Envelope(epoch=3, sequence=sequence, event=state, stored=10 * place + sequence)
        for place, (state, sequence) in enumerate(numbered)
    ]
    for _ in range(2):  # a worker that takes over publishes again what is still stored
        await here.hub.publish_all(envelopes, owner=str(ada.pk))
    await here.hub.publish(transaction_event(rows[0], chain), owner=str(ada.pk))
    await here.hub.publish(states[1], owner=str(ada.pk))
    await until(lambda: len(heard) >= 5)
    assert heard == [*(state for state, _ in numbered), states[1]]
    client = here.client(identity_of(ada))
    await client.subscribe(f"tx:{address(1)}")
    [refused] = await client.took(1)
    assert refused["data"]["code"] == "forbidden"
