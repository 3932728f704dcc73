"""A follower of a simulated chain on a real socket: what it stores is what the chain is, whatever happens to it."""

from datetime import UTC, datetime
from random import Random

import pytest

from streaming.models import Lease
from streaming.workers.fencing import Fence, LeaseLostError
from tests.waiting import until_answer
from tests.wallets.follower.chain_steps import one_step
from tests.wallets.follower.conftest import FollowingRig
from tests.wallets.follower.fresh_read import assert_stored_as_fresh
from tests.wallets.follower.told import assert_told_as_stored
from tests.wallets.rows import status_of
from wallets.models import Chain, ChainTransaction, KnownBlock, OutboxEvent


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


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_through_reorganisations_drops_replacements_and_cuts_it_stores_what_the_chain_is(
    rig: FollowingRig, seed: int
) -> None:
    await rig.make_chain()
    await rig.start()
    await rig.caught_up()
    random = Random(seed)
    for _ in range(25):
        one_step(rig, random)
        if random.random() < 0.5:
            await rig.caught_up()
    rig.control("mine")
    await rig.caught_up()
    await assert_stored_as_fresh(rig)
    await rig.read(assert_told_as_stored, rig)


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
    return [list(model.objects.order_by("pk").values()) for model in (Chain, KnownBlock, OutboxEvent, ChainTransaction)]
