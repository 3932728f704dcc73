"""Random walks: whatever happens to a chain and to its nodes, what is stored is what the chain is, and was told so.

WALLET_WALKS=500 takes as many, WALLET_SEED=7 begins with those of a run.
"""

import os
from collections.abc import AsyncIterator
from random import Random

import pytest

from tests.waiting import until_answer
from tests.wallets.follower.chain_steps import one_fault, one_step
from tests.wallets.follower.conftest import FollowingRig
from tests.wallets.follower.faulty_node import FaultyNode
from tests.wallets.follower.fresh_read import assert_stored_as_fresh
from tests.wallets.follower.told import assert_told_as_stored
from wallets.models import Balance

WALKS = int(os.environ.get("WALLET_WALKS", "3"))
SEED = int(os.environ["WALLET_SEED"])
_STEPS = 25
_BLOCK_TIME = 0.4
"""Short, as a node by HTTP is asked four times as often."""


@pytest.fixture
async def faulty(rig: FollowingRig) -> AsyncIterator[FaultyNode]:
    """Stand before the rig's node."""
    node = FaultyNode(rig.node.http_url)
    await node.start()
    yield node
    await node.stop()


@pytest.mark.parametrize("seed", range(SEED, SEED + WALKS))
async def test_it_stores_and_tells_what_the_chain_is(rig: FollowingRig, faulty: FaultyNode, seed: int) -> None:
    await rig.make_chain(rig.node.websocket_url, faulty.url, block_time_seconds=_BLOCK_TIME)
    await rig.start()
    await rig.caught_up()
    random = Random(seed)
    for _ in range(_STEPS):
        one_step(rig, random)
        one_fault(rig, faulty, random)
        if random.random() < 0.5:
            faulty.lie = None
            await rig.caught_up()
    faulty.lie = None
    rig.control("mine")
    await rig.caught_up()
    await until_answer(lambda: rig.read(Balance.objects.filter(is_outdated=True).count), 0)
    await assert_stored_as_fresh(rig)
    await rig.read(assert_told_as_stored, rig)
