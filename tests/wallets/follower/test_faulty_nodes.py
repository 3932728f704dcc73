"""Nodes that fail, lag, lie or are of another chain: the next one is asked, and no block is skipped."""

import json
from collections.abc import AsyncIterator
from functools import partial
from typing import Any

import pytest

from tests.manual_clock import ManualClock
from tests.waiting import until, until_answer
from tests.wallets.follower.chain_steps import lagging
from tests.wallets.follower.conftest import NAME, FollowingRig
from tests.wallets.follower.faulty_node import Fault, FaultyNode, each, half
from tests.wallets.follower.fresh_read import assert_stored_as_fresh
from tests.wallets.follower.told import assert_told_as_stored
from tests.wallets.rows import NOW, status_of
from wallets.chain_state import SILENT_BLOCK_TIMES, ChainFault, ChainState
from wallets.following.known_blocks import DEEPEST_REORGANISATION
from wallets.lifecycle import MISSING_POLLS
from wallets.models import ChainTransaction, KnownBlock
from wallets.nodes.chain_nodes import PREFERENCE_SECONDS
from wallets.nodes.node import NodeLimits
from wallets.simulator.node import SimulatedNode

BLOCK_TIME = 1.0
"""Short, as a node by HTTP is asked so often; three of them are longer than a node that fails twice is left alone."""
SILENCE_LIMITS = NodeLimits(open_seconds=15, answer_seconds=1)


@pytest.fixture
async def faulty(rig: FollowingRig) -> AsyncIterator[FaultyNode]:
    node = FaultyNode(rig.node.http_url)
    await node.start()
    yield node
    await node.stop()


def _without_hash(result: Any) -> Any:
    return {name: value for name, value in result.items() if name != "hash"} if isinstance(result, dict) else result


def _of_another_branch(result: Any) -> Any:
    return {**result, "parentHash": f"0x{1:064x}"} if isinstance(result, dict) and "parentHash" in result else result


FAULTS: dict[str, Fault] = {
    "nothing": lambda _: None,
    "garbage": lambda _: b"<html>502</html>",
    "an empty answer": lambda _: b"",
    "half a batch": half,
    "errors": lambda _: b'{"jsonrpc": "2.0", "id": null, "error": {"code": -32005, "message": "rate limited"}}',
    "blocks without hash": each(_without_hash),
    "blocks of no chain": each(_of_another_branch),
    "a number that is none": each(lambda result: "0xzz" if isinstance(result, str) else result),
    "another chain": each(lambda result: "0x1" if result == "0x7a69" else result),
}


@pytest.mark.parametrize("name", FAULTS)
async def test_the_next_node_is_asked_where_one_answers(rig: FollowingRig, faulty: FaultyNode, name: str) -> None:
    rig.limits = SILENCE_LIMITS if name == "nothing" else rig.limits
    await rig.make_chain(faulty.url, rig.node.http_url, block_time_seconds=BLOCK_TIME)
    await rig.start()
    await rig.caught_up()
    faulty.fault = FAULTS[name]
    for _ in range(5):
        rig.send(0, 1, 7)
        rig.control("mine")
    rig.control("reorganise", depth=2, length=3)
    await rig.caught_up()
    await assert_stored_as_fresh(rig)


@pytest.mark.parametrize("name", FAULTS)
async def test_where_there_is_no_other_it_goes_on_once_the_node_is_well_again(
    rig: FollowingRig, faulty: FaultyNode, name: str
) -> None:
    rig.limits = SILENCE_LIMITS if name == "nothing" else rig.limits
    await rig.make_chain(faulty.url, block_time_seconds=BLOCK_TIME)
    await rig.start()
    await rig.caught_up()
    faulty.fault = FAULTS[name]
    rig.send(0, 1, 7)
    rig.control("mine", blocks=3)
    if name == "another chain":  # asked where it is connected to
        faulty.fault = FAULTS["garbage"]
        await rig.until_reported("no JSON-RPC")
        faulty.fault = FAULTS[name]
    await rig.until_reported("the node is of chain 1," if name == "another chain" else "")
    faulty.fault = None
    await rig.caught_up()
    await assert_stored_as_fresh(rig)


async def test_a_node_that_lags_is_left_and_one_that_takes_back_what_another_has(
    rig: FollowingRig, clock: ManualClock
) -> None:
    settings = rig.node.settings
    other = SimulatedNode(seed=7, clock=clock, settings=settings)  # of the same seed: the same chain
    await other.start()
    try:
        await rig.make_chain(other.websocket_url, rig.node.websocket_url, block_time_seconds=BLOCK_TIME)
        await rig.start()
        await rig.caught_up()
        for node in (other, rig.node):
            for _ in range(5):
                node.growth.mine()
        await rig.caught_up()
        other.growth.reorganise(3, 4)
        await rig.until_reported("takes back 3 blocks")
        rig.control("mine", blocks=5)
        await rig.caught_up()
        other.growth.reorganise(5, 1)
        rig.node.cut()
        await rig.until_reported("the node's head is 82, and ours 90")
        rig.control("mine")
        await rig.caught_up()
        await assert_stored_as_fresh(rig)
    finally:
        await other.stop()


async def test_a_chain_without_heads_is_disconnected_and_back_with_the_next(rig: FollowingRig) -> None:
    await rig.make_chain(block_time_seconds=BLOCK_TIME)
    await rig.start()
    await rig.caught_up()
    rig.clock.advance(3 * BLOCK_TIME)
    silent = (ChainState.DISCONNECTED, "no block has come for 3 block times")
    await rig.until_row(lambda row: row.state == ChainState.DISCONNECTED.value and rig.reported[-1] == silent)
    rig.control("mine")
    await rig.caught_up()
    back = (ChainState.CONNECTED, "")
    await rig.until_row(lambda row: row.state == ChainState.CONNECTED.value and rig.reported[-1] == back)


async def test_the_only_node_that_lags_below_all_blocks_that_are_known_is_said_to_lag(
    rig: FollowingRig, faulty: FaultyNode
) -> None:
    await rig.make_chain(faulty.url, block_time_seconds=BLOCK_TIME)
    await rig.start()
    await rig.caught_up()
    head = rig.node.chain.head.number
    lags, answered = lagging(DEEPEST_REORGANISATION + 2), set[str]()

    def lie(method: str, result: Any) -> Any:
        answered.add(method)
        return lags(method, result)

    faulty.lie = lie
    await until(lambda: "eth_blockNumber" in answered)
    rig.clock.advance(SILENT_BLOCK_TIMES * BLOCK_TIME)
    await rig.until_row(lambda row: row.state in {ChainState.DISCONNECTED.value, ChainState.ERROR.value})
    row = await rig.row()
    said = (
        f"no block has come for 3 block times: the node's head is {head - DEEPEST_REORGANISATION - 2}, and ours {head}"
    )
    assert (row.state, row.reason, row.fault) == (ChainState.DISCONNECTED, said, ChainFault.SILENT)


async def test_nothing_is_taken_back_by_a_start_over_from_a_node_that_lags_below_all_blocks_that_are_kept(
    rig: FollowingRig, faulty: FaultyNode
) -> None:
    await rig.make_chain(faulty.url, block_time_seconds=BLOCK_TIME)
    await rig.start()
    await rig.caught_up()
    rig.send(0, 1, 7)
    rig.control("mine")
    await rig.caught_up()
    head, oldest = rig.node.chain.head.number, await rig.read(lambda: KnownBlock.objects.earliest("number").number)
    faulty.lie = lagging(head - oldest + 1)
    await rig.start_over_from(oldest - 5)
    await rig.until_reported(f"the node's head is {oldest - 1}, below the oldest block that is kept, {oldest}")
    row = await rig.row()
    assert (row.cursor_number, row.followed_from) == (head, oldest - 5)
    await assert_stored_as_fresh(rig)
    faulty.lie = None
    await rig.until_row(lambda row: row.followed_from is row.reread_number is None)
    await rig.read(assert_told_as_stored, rig)


async def test_it_goes_back_to_the_preferred_node_though_each_turn_brings_a_block(
    rig: FollowingRig, faulty: FaultyNode
) -> None:
    other = FaultyNode(rig.node.http_url)
    await other.start()

    def mine(method: str, result: Any) -> Any:
        if method != "eth_blockNumber":
            return result
        rig.control("mine")
        return hex(rig.node.chain.head.number)

    try:
        await rig.make_chain(faulty.url, other.url, block_time_seconds=BLOCK_TIME)
        await rig.start()
        await rig.caught_up()
        faulty.fault, other.lie = FAULTS["garbage"], mine
        await rig.until_row(lambda row: row.node == other.url)
        faulty.fault = None
        rig.clock.advance(PREFERENCE_SECONDS)
        await rig.until_row(lambda row: row.node == faulty.url)
        await rig.caught_up()
        await assert_stored_as_fresh(rig)
    finally:
        await rig.stop()
        await other.stop()


async def test_the_block_from_which_a_chain_is_followed_may_be_taken_back(rig: FollowingRig) -> None:
    await rig.make_chain()
    await rig.start()
    await rig.caught_up()
    rig.control("reorganise", depth=1, length=2)
    await rig.caught_up()
    await assert_stored_as_fresh(rig)
    await rig.read(assert_told_as_stored, rig)


async def test_a_chain_that_is_not_ours_is_not_followed_until_staff_say_from_where(rig: FollowingRig) -> None:
    await rig.make_chain(block_time_seconds=BLOCK_TIME)
    await rig.start()
    await rig.caught_up()
    await rig.stop()
    rig.control("mine", blocks=70)
    await rig.start()
    await rig.caught_up()
    rig.control("reorganise", depth=65, length=66)
    await rig.until_row(lambda row: row.state == ChainState.ERROR.value)
    await rig.start_over_from(rig.node.chain.head.number - 10)
    await rig.caught_up()
    await rig.until_row(lambda row: row.state == ChainState.CONNECTED.value)


async def test_a_transaction_is_not_dropped_by_the_pool_of_a_node_that_lags(
    rig: FollowingRig, faulty: FaultyNode
) -> None:
    await rig.make_chain(faulty.url, block_time_seconds=BLOCK_TIME)
    await rig.start()
    await rig.caught_up()
    rig.control("mine", blocks=3)
    await rig.caught_up()
    sent = rig.send(0, 1, 7)
    await rig.read(_watch, sent)
    await _turns(rig, faulty, 1)
    await until_answer(lambda: rig.read(status_of, sent), ("pending", 0))
    head = rig.node.chain.head.number
    await _turns(rig, faulty, MISSING_POLLS + 1, each(lambda result: _two_blocks_ago(result, head, sent)))
    assert await rig.read(status_of, sent) == ("pending", 0)


def _watch(transaction_hash: str) -> None:
    times = {"seen_at": NOW, "changed_at": NOW}
    ChainTransaction.objects.create(chain_id=NAME, hash=transaction_hash, required=3, **times)


def _two_blocks_ago(result: Any, head: int, sent: str) -> Any:
    """Return what a node answers whose head is two blocks lower, and whose pool lacks a transaction."""
    if isinstance(result, dict) and result.get("hash") == sent:
        return None
    return hex(head - 2) if result == hex(head) else result


async def _turns(rig: FollowingRig, faulty: FaultyNode, count: int, fault: Fault | None = None) -> None:
    """Let the follower make whole turns, each of which is a poll of the pool and asks for the head first."""
    head = json.dumps(hex(rig.node.chain.head.number)).encode()
    asked = 0

    def counted(answer: Any) -> bytes | None:
        nonlocal asked
        asked += head in json.dumps(answer).encode()
        return json.dumps(answer).encode() if fault is None else fault(answer)

    def is_reached(turn: int) -> bool:
        return asked >= turn

    faulty.fault = counted
    assert rig.follower is not None
    for turn in range(1, count + 2):
        rig.clock.advance(BLOCK_TIME)
        rig.follower.wake()
        await until(partial(is_reached, turn))
