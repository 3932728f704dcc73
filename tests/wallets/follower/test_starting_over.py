"""Staff start a chain over from a block: what is stored is what the chain is, and it goes on."""

from datetime import UTC, datetime

import pytest

from tests.waiting import until_answer
from tests.wallets.follower.conftest import NAME, FollowingRig
from tests.wallets.follower.fresh_read import assert_stored_as_fresh
from tests.wallets.follower.told import assert_told_as_stored
from tests.wallets.rows import chain_named, status_of
from tests.wallets.simple_chain import SimpleChain, hash_of
from wallets.chain_state import ChainState
from wallets.events import Block as BlockTold
from wallets.events.outbox import OUTBOX
from wallets.follower.starting_over import chain_begin
from wallets.follower.stored_chain import chain_fault
from wallets.models import Chain, OutboxEvent

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


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


async def test_the_blocks_that_are_taken_back_are_told(rig: FollowingRig) -> None:
    await rig.make_chain()
    await rig.start()
    await rig.caught_up()
    rig.control("mine", blocks=5)
    await rig.caught_up()
    await rig.start_over_from(rig.node.chain.head.number - 2)
    await rig.until_row(lambda row: row.followed_from is None)
    rig.control("mine")
    await rig.caught_up()
    await rig.read(assert_told_as_stored, rig)


@pytest.mark.django_db
def test_a_chain_that_stays_where_it_is_tells_no_block() -> None:
    block = SimpleChain(first=80).blocks[0]
    for cursor, told in (((None, ""), 0), ((80, block.hash), 0), ((80, hash_of(9)), 1), ((70, hash_of(9)), 2)):
        Chain.objects.update_or_create(
            name=NAME,
            defaults={"chain_id": 1, "symbol": "ETH", "cursor_number": cursor[0], "cursor_hash": cursor[1]},
        )
        chain_begin(NAME, block, start=80, head=100, node="", fence=None, now=NOW)
        assert OutboxEvent.objects.count() == told, cursor
    depths = [row.told.event.reorg_depth for row in OUTBOX.read(10) if isinstance(row.told.event, BlockTold)]
    assert depths == [1, 0], "in place of another block 80; above what was known"


@pytest.mark.django_db
def test_another_block_that_staff_name_meanwhile_stays_to_be_done() -> None:
    chain_named(NAME, followed_from=90)
    block = SimpleChain(first=80).blocks[0]
    chain_begin(NAME, block, start=80, head=100, node="", fence=None, now=NOW)
    assert Chain.objects.get().followed_from == 90
    chain_begin(NAME, block, start=90, head=100, node="", fence=None, now=NOW)
    assert Chain.objects.get().followed_from is None


@pytest.mark.django_db
def test_a_chain_in_error_stays_so_with_its_reason_whatever_its_nodes_do() -> None:
    chain_named(NAME)
    for state, reason, told in (
        (ChainState.ERROR, "another chain", ChainState.ERROR),
        (ChainState.DISCONNECTED, "no block has come", None),
        (None, "the node doesn't answer", None),
    ):
        assert chain_fault(NAME, state, node="", reason=reason, fence=None, now=NOW) is told
    row = Chain.objects.get()
    assert (row.state, row.reason) == (ChainState.ERROR.value, "another chain")
