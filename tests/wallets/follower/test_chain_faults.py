"""What becomes of a chain whose nodes stop, are away, or come back."""

from typing import Any

import pytest

from tests.manual_clock import ManualClock
from tests.waiting import until, until_answer
from tests.wallets.follower.conftest import FollowingRig
from tests.wallets.follower.faulty_node import FaultyNode
from tests.wallets.follower.fresh_read import assert_stored_as_fresh
from tests.wallets.rows import status_of
from wallets.chain_state import SILENT_BLOCK_TIMES, ChainState
from wallets.simulator.node import SimulatedNode

BLOCK_TIME = 1.0


@pytest.mark.parametrize("is_stopped_preferred", [True, False])
async def test_a_node_that_has_stopped_at_a_block_that_is_taken_back_does_not_keep_the_chain_there(
    rig: FollowingRig, clock: ManualClock, is_stopped_preferred: bool
) -> None:
    stopped = SimulatedNode(seed=7, clock=clock, settings=rig.node.settings)  # of the same seed: the same chain
    await stopped.start()
    urls = [rig.node.websocket_url, stopped.websocket_url]
    try:
        await rig.make_chain(*(reversed(urls) if is_stopped_preferred else urls), block_time_seconds=BLOCK_TIME)
        await rig.start()
        await rig.caught_up()
        rig.control("reorganise", depth=1, length=2)
        if not is_stopped_preferred:
            await rig.until_reported("takes back 1 blocks")
        rig.control("mine")
        clock.advance(SILENT_BLOCK_TIMES * BLOCK_TIME)
        await rig.caught_up()
        await assert_stored_as_fresh(rig)
    finally:
        await rig.stop()
        await stopped.stop()


async def test_a_chain_that_begins_after_an_outage_is_not_told_as_disconnected(rig: FollowingRig) -> None:
    faulty = FaultyNode(rig.node.http_url)
    await faulty.start()
    faulty.fault = lambda _: b"<html>502</html>"
    try:
        await rig.make_chain(faulty.url, block_time_seconds=BLOCK_TIME)
        await rig.start()
        await rig.until_reported("no JSON-RPC")
        rig.clock.advance(SILENT_BLOCK_TIMES * BLOCK_TIME)
        away = ChainState.DISCONNECTED
        await rig.until_row(lambda row: row.state == away.value and rig.reported[-1][0] is away)
        told = len(rig.reported)
        faulty.fault = None
        await rig.caught_up()
        rig.control("mine")
        await rig.caught_up()
        assert not [reason for _, reason in rig.reported[told:] if "no block has come" in reason]
    finally:
        await rig.stop()
        await faulty.stop()


async def test_a_chain_whose_nodes_are_left_alone_for_longer_is_told_as_disconnected_in_time(
    rig: FollowingRig, clock: ManualClock
) -> None:
    left_alone, soon = 30.0, 0.3
    until_then = 0.5 + 1 + 2 + 4 + 8 + 16  # as a node that fails is left alone for twice as long each time
    await rig.make_chain("nothing://", block_time_seconds=(until_then + soon) / SILENT_BLOCK_TIMES)
    await rig.start()
    follower = rig.follower
    assert follower is not None
    await until(lambda: follower.pause)
    while follower.pause < left_alone:
        clock.advance(follower.pause)
        follower.wake()
        await until(lambda: follower.pause)
    assert (await rig.row()).state == ChainState.CONNECTING.value
    clock.advance(2 * soon)
    await until_answer(lambda: _state(rig), ChainState.DISCONNECTED.value)


async def test_a_transaction_that_is_told_while_the_node_fails_is_asked_for_again(rig: FollowingRig) -> None:
    faulty = FaultyNode(rig.node.http_url)
    await faulty.start()

    def fail_at_a_transaction(method: str, result: Any) -> Any:
        if method == "eth_getTransactionByHash":
            faulty.fault = lambda _: b"<html>502</html>"
        return result

    try:
        await rig.make_chain(faulty.url, block_time_seconds=BLOCK_TIME)
        await rig.start()
        await rig.caught_up()
        faulty.lie = fail_at_a_transaction
        sent = rig.send(0, 5, 1000)
        assert rig.follower is not None
        rig.follower._nodes.hints.note_hash(sent)  # as a node by WebSocket tells it
        await rig.until_reported("no JSON-RPC")
        faulty.lie = faulty.fault = None
        await until_answer(lambda: _status(rig, sent), ("pending", 0))
    finally:
        await rig.stop()
        await faulty.stop()


async def _status(rig: FollowingRig, transaction_hash: str) -> object:
    assert rig.follower is not None
    rig.clock.advance(rig.follower.pause)
    return await rig.read(status_of, transaction_hash)


async def _state(rig: FollowingRig) -> str:
    return (await rig.row()).state
