"""A follower that was away for long: it catches up from nodes that keep few states and answer small batches."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.waiting import until_answer
from tests.wallets.follower.conftest import FollowingRig
from tests.wallets.follower.faulty_node import FaultyNode
from tests.wallets.follower.fresh_read import assert_stored_as_fresh
from tests.wallets.follower.told import assert_told_as_stored
from wallets.models import Balance
from wallets.simulator.chain.chain import STATES_KEPT

MOST_AT_A_TIME = 12


@pytest.fixture
async def strict(rig: FollowingRig) -> AsyncIterator[FaultyNode]:
    """Answer batches of a few calls only."""
    node = FaultyNode(rig.node.http_url)
    await node.start()
    node.fault = _refusing_many
    yield node
    await node.stop()


def _refusing_many(answer: Any) -> bytes:
    if isinstance(answer, list) and len(answer) > MOST_AT_A_TIME:
        answer = {"jsonrpc": "2.0", "id": None, "error": {"code": -32600, "message": "batch too large"}}
    return json.dumps(answer).encode()


async def test_balances_are_read_where_the_node_has_them_still(rig: FollowingRig) -> None:
    await rig.make_chain()
    await rig.start()
    await rig.caught_up()
    await rig.stop()
    for token in (None, 0, 1):
        rig.send(0, 1, 1000, token)
        rig.send(0, 5, 70)
        rig.control("mine", blocks=STATES_KEPT)
    await rig.start()
    await rig.caught_up()
    await until_answer(lambda: rig.read(Balance.objects.filter(is_outdated=True).count), 0)
    await assert_stored_as_fresh(rig)
    await rig.read(assert_told_as_stored, rig)


async def test_fewer_blocks_are_asked_for_where_a_batch_is_too_large(rig: FollowingRig, strict: FaultyNode) -> None:
    await rig.make_chain(strict.url, block_time_seconds=1.0)
    await rig.start()
    await rig.caught_up()
    await rig.stop()
    rig.send(0, 1, 1000)
    rig.control("mine", blocks=40)
    await rig.start()
    await rig.caught_up()
    await assert_stored_as_fresh(rig)
