"""Staff start a chain over from a block: what is stored is what the chain is, and only what differs is told."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import partial

import pytest
from pytest_django import Settings

from alerts.models import Notification
from tests.waiting import until_answer
from tests.wallets.follower.conftest import NAME, REQUIRED, FollowingRig
from tests.wallets.follower.fresh_read import assert_stored_as_fresh
from tests.wallets.follower.told import assert_told_as_stored
from tests.wallets.rows import block_of, chain_named, movement_of, status_of
from tests.wallets.simple_chain import SimpleChain, hash_of
from wallets.chain import NATIVE
from wallets.chain_state import ChainFault, ChainState
from wallets.events import Block as BlockTold
from wallets.events import TransactionState, WalletActivity
from wallets.events.outbox import OUTBOX
from wallets.follower.chain_start import chain_begin
from wallets.follower.stored_chain import chain_fault
from wallets.models import Balance, Chain, ChainTransaction, KnownBlock, Movement, OutboxEvent, Wallet
from wallets.retention import old_blocks_forget
from wallets.simulator.node import SimulatedNode
from wallets.watching.chain_services import chain_start_over

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
_FROM = 10
"""The block from which a chain is followed that was begun anew."""


async def test_it_goes_on_from_a_block_below_transactions_that_are_not_final(rig: FollowingRig) -> None:
    await rig.make_chain()
    await rig.start()
    await rig.caught_up()
    sent = rig.send(0, 1, 1000)
    rig.control("mine", blocks=2)
    await rig.caught_up()
    await rig.stop()
    await rig.start()
    await rig.start_over_from(rig.node.chain.head.number - 4)
    await rig.until_row(lambda row: row.followed_from is None)
    rig.control("mine")
    await rig.caught_up()
    await until_answer(lambda: rig.read(status_of, sent), ("confirmed", 3))
    await assert_stored_as_fresh(rig)


async def _with_transfers(rig: FollowingRig) -> str:
    """Follow a chain on which wallets got something, of coins and tokens; return a transaction that isn't final."""
    await rig.make_chain()
    await rig.start()
    await rig.caught_up()
    for token in (None, 0, None):
        sent = rig.send(5, 1, 1000, token)
        rig.control("mine", blocks=2)
    await rig.caught_up()
    await until_answer(lambda: rig.read(status_of, sent), ("confirming", 2))
    return sent


async def _start_over(rig: FollowingRig, number: int) -> None:
    """Start over from a block, and wait until all above it was read afresh."""
    await rig.start_over_from(number)
    await rig.until_row(lambda row: row.followed_from is row.reread_number is row.reread_balance_id is None)


@pytest.mark.parametrize("blocks", [200, 65])
async def test_what_is_the_same_as_before_is_not_told_again(rig: FollowingRig, settings: Settings, blocks: int) -> None:
    settings.BLOCKS_KEPT = blocks
    sent = await _with_transfers(rig)
    rig.control("mine", blocks=67)
    await rig.caught_up()
    await rig.read(lambda: list(old_blocks_forget(now_ms=0)))
    before = await rig.read(_rows)
    await _start_over(rig, rig.first[-1][0])
    assert await rig.read(_rows) == before
    assert await rig.read(status_of, sent) == ("finalized", REQUIRED)
    rig.control("mine")
    await rig.caught_up()
    await rig.read(assert_told_as_stored, rig)


def _rows() -> list[object]:
    """Return what is stored and told, but for when it was read."""
    told: list[object] = [list(OutboxEvent.objects.order_by("id").values()), Notification.objects.count()]
    balances = Balance.objects.order_by("id").values_list("address", "asset", "amount", "is_outdated")
    rows = (model.objects.order_by("id").values() for model in (Movement, ChainTransaction, KnownBlock))
    return [*told, list(balances), *map(list, rows)]


async def test_what_was_missed_is_stored_and_told_once(rig: FollowingRig) -> None:
    sent = await _with_transfers(rig)
    missed = await rig.read(_forget, sent)
    await rig.read(OutboxEvent.objects.all().delete)
    await rig.read(Notification.objects.all().delete)
    await _start_over(rig, rig.first[-1][0])
    kinds = await rig.read(_kinds_told)
    assert kinds == ["balance", "confirming 2", "transaction"]
    assert await rig.read(_titles) == ["Incoming 0.000000000000001 ETH"]
    assert await rig.read(Movement.objects.filter(transaction_hash=sent).count) == missed
    assert await rig.read(ChainTransaction.objects.filter(hash=sent, time=None).count) == 0
    await assert_stored_as_fresh(rig)


async def test_nobody_is_told_of_what_was_missed_before_their_wallet(rig: FollowingRig) -> None:
    sent = await _with_transfers(rig)
    await rig.read(_forget, sent)
    await rig.read(_add_wallets_now)
    await rig.read(Notification.objects.all().delete)
    await _start_over(rig, rig.first[-1][0])
    rig.control("mine")
    await rig.caught_up()
    assert await rig.read(status_of, sent) is None
    assert await rig.read(_titles) == []


def _add_wallets_now() -> None:
    newest = KnownBlock.objects.latest("number")
    Wallet.objects.update(known_block=newest.number, created_at=newest.time)


def _forget(transaction_hash: str) -> int:
    """Forget a transaction and what it moved, as if a node had not told of it; return how many movements it had."""
    ChainTransaction.objects.filter(hash=transaction_hash).delete()
    Balance.objects.filter(asset=NATIVE).order_by("-block_number")[0].delete()
    return Movement.objects.filter(transaction_hash=transaction_hash).delete()[0]


def _kinds_told() -> list[str]:
    told = [row.told.event for row in OUTBOX.read(100)]
    wallets = [event.change_kind.value for event in told if isinstance(event, WalletActivity)]
    return sorted(
        [*wallets, *(f"{each.status} {each.confirmations}" for each in told if isinstance(each, TransactionState))]
    )


def _titles() -> list[str]:
    return list(Notification.objects.values_list("title", flat=True))


async def test_what_lies_below_a_reorganisation_that_was_too_deep_is_not_told_again(rig: FollowingRig) -> None:
    await _with_transfers(rig)
    rig.control("mine", blocks=70)
    await rig.caught_up()
    fork = rig.node.chain.head.number - 66
    rig.control("reorganise", depth=66, length=67)
    await rig.until_row(lambda row: row.state == ChainState.ERROR.value)
    await rig.read(OutboxEvent.objects.all().delete)
    await _start_over(rig, rig.first[-1][0])
    await rig.caught_up()
    told = [row.told.event for row in await rig.read(OUTBOX.read, 1000)]
    blocks = [(event.number, event.reorg_depth) for event in told if isinstance(event, BlockTold)]
    assert blocks[0] == (fork + 1, 66)
    assert [number for number, _ in blocks] == [*range(fork + 1, fork + 68)]
    assert not [event for event in told if isinstance(event, WalletActivity) and event.tx]
    await assert_stored_as_fresh(rig)


@pytest.mark.django_db
def test_a_chain_that_stays_where_it_is_tells_no_block() -> None:
    block = SimpleChain(first=80).blocks[0]
    for cursor, told in (((None, ""), 0), ((80, block.hash), 0), ((80, hash_of(9)), 1), ((70, hash_of(9)), 2)):
        Chain.objects.update_or_create(
            name=NAME,
            defaults={"chain_id": 1, "symbol": "ETH", "cursor_number": cursor[0], "cursor_hash": cursor[1]},
        )
        chain_begin(NAME, [block], compared=block, start=80, head=100, node="", fence=None, now=NOW)
        assert OutboxEvent.objects.count() == told, cursor
    depths = [row.told.event.reorg_depth for row in OUTBOX.read(10) if isinstance(row.told.event, BlockTold)]
    assert depths == [1, 0], "in place of another block 80; above what was known"


@pytest.mark.django_db
def test_of_a_branch_that_is_known_in_part_what_differs_is_told_and_what_moved_in_other_blocks_is_taken_back() -> None:
    branch = SimpleChain(first=80, length=5)
    chain = chain_named(NAME, cursor_number=84, cursor_hash=hash_of(0xB84))
    for number in range(78, 85):
        known = branch.block(number) if number in {80, 81} else None
        block_of(chain, number, hash=known.hash if known else hash_of(0xB00 + number))
    there, gone = branch.blocks[1], hash_of(0xB00 + 82)
    movement_of(chain, block_number=81, block_hash=there.hash)
    movement_of(chain, block_number=82, block_hash=gone, transaction_hash=hash_of(5))
    movement_of(chain, block_number=60, block_hash=hash_of(60), transaction_hash=hash_of(6))
    chain_begin(NAME, branch.blocks, compared=branch.blocks[-1], start=84, head=100, node="", fence=None, now=NOW)
    told = [row.told.event for row in OUTBOX.read(10)]
    assert [(each.number, each.reorg_depth) for each in told if isinstance(each, BlockTold)] == [
        (82, 3),
        (83, 0),
        (84, 0),
    ]
    assert list(Movement.objects.filter(is_retracted=True).values_list("block_hash", flat=True)) == [gone]
    assert [*KnownBlock.objects.order_by("number").values_list("number", "hash")] == [
        (each.number, each.hash) for each in branch.references
    ]


async def test_a_chain_that_was_begun_anew_is_followed_though_it_is_lower_than_all_that_is_known(
    rig: FollowingRig, settings: Settings
) -> None:
    settings.BLOCKS_KEPT = 65
    sent = await _with_transfers(rig)
    rig.control("mine", blocks=140)
    await rig.caught_up()
    await rig.read(lambda: list(old_blocks_forget(now_ms=0)))
    assert await rig.read(status_of, sent) == ("finalized", REQUIRED)
    waiting = rig.send(5, 1, 1000)
    rig.control("mine")
    await rig.caught_up()
    async with _begun_anew(rig):
        oldest = await rig.read(lambda: KnownBlock.objects.earliest("number").number)
        assert rig.node.chain.head.number < oldest
        await rig.start_over_from(_FROM)
        await rig.until_reported("below the oldest block that is kept")
        await rig.read(partial(chain_start_over, chain=await rig.row(), block=_FROM, is_begun_anew=True))
        assert rig.follower is not None
        rig.follower.wake()
        await rig.caught_up()
        assert await rig.read(Movement.objects.filter(transaction_hash=waiting, is_retracted=False).count) == 0
        assert await rig.read(status_of, sent) is None
        again = rig.send(0, 1, 7)
        rig.control("mine")
        await rig.caught_up()
        await until_answer(lambda: rig.read(status_of, again), ("confirming", 1))
        await assert_stored_as_fresh(rig)


@asynccontextmanager
async def _begun_anew(rig: FollowingRig) -> AsyncIterator[None]:
    """Follow another chain at the chain's name, with the same accounts."""
    await rig.stop()
    await rig.node.stop()
    rig.node = SimulatedNode(seed=7, clock=rig.clock, settings=rig.node.settings)
    rig.first = [(block.number, block.hash) for block in rig.node.chain.blocks[: _FROM + 1]]
    await rig.node.start()
    await rig.read(Chain.objects.filter(pk=NAME).update, nodes=[rig.node.websocket_url])
    await rig.start()
    try:
        yield
    finally:
        await rig.stop()
        await rig.node.stop()


@pytest.mark.django_db
def test_another_block_that_staff_name_meanwhile_stays_to_be_done() -> None:
    chain_named(NAME, followed_from=90)
    block = SimpleChain(first=80).blocks[0]
    chain_begin(NAME, [block], compared=block, start=80, head=100, node="", fence=None, now=NOW)
    assert Chain.objects.get().followed_from == 90
    chain_begin(NAME, [block], compared=block, start=90, head=100, node="", fence=None, now=NOW)
    assert Chain.objects.get().followed_from is None


@pytest.mark.django_db
def test_a_chain_in_error_stays_so_with_its_reason_whatever_its_nodes_do() -> None:
    chain_named(NAME)
    for state, reason, fault, told in (
        (ChainState.ERROR, "another chain", ChainFault.OTHER_BRANCH, ChainState.ERROR),
        (ChainState.DISCONNECTED, "no block has come", ChainFault.SILENT, None),
        (None, "the node doesn't answer", ChainFault.UNREACHABLE, None),
    ):
        assert chain_fault(NAME, state, node="", reason=reason, fault=fault, fence=None, now=NOW) is told
    row = Chain.objects.get()
    assert (row.state, row.reason, row.fault) == (ChainState.ERROR, "another chain", ChainFault.OTHER_BRANCH)
