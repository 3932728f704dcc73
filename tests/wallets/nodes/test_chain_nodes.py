"""Which of a chain's nodes is used."""

from tests.manual_clock import ManualClock
from tests.wallets.follower.faulty_node import FaultyNode
from tests.wallets.simple_chain import hash_of
from wallets.chain import BlockReference
from wallets.nodes.chain_nodes import PREFERENCE_SECONDS, ChainNodes
from wallets.nodes.node import Node
from wallets.simulator.node import SimulatedNode
from wallets.simulator.settings import ChainSettings


async def test_it_goes_back_to_the_preferred_node_once_that_is_well_again_and_has_our_tip() -> None:
    clock = ManualClock()
    node = SimulatedNode(seed=7, clock=clock, settings=ChainSettings(tick_interval=None, history=5))
    await node.start()
    nodes = ChainNodes((node.websocket_url, node.http_url), 31337, clock=clock, heard=lambda: None)
    try:
        tip = BlockReference(node.chain.head.number, node.chain.head.hash)
        assert (await nodes.node()).url == node.websocket_url
        assert not await nodes.prefer(tip), "it is used already"
        await nodes.failed()
        assert (await nodes.node()).url == node.http_url
        assert not await nodes.prefer(tip), "so soon after its fault"
        clock.advance(PREFERENCE_SECONDS)
        assert not await nodes.prefer(BlockReference(tip.number + 1, tip.hash)), "it lags"
        assert not await nodes.prefer(tip), "so soon after it was tried"
        clock.advance(PREFERENCE_SECONDS)
        assert not await nodes.prefer(BlockReference(tip.number, hash_of(tip.number))), "it is on another branch"
        clock.advance(PREFERENCE_SECONDS)
        assert await nodes.prefer(tip)
        assert (await nodes.node()).url == node.websocket_url
    finally:
        await nodes.close()
        await node.stop()


async def test_a_preferred_node_that_hangs_is_tried_again_only_after_twice_as_long() -> None:
    clock = ManualClock()
    node = SimulatedNode(seed=7, clock=clock, settings=ChainSettings(tick_interval=None, history=5))
    await node.start()
    hanging = FaultyNode(node.http_url)
    await hanging.start()
    nodes = ChainNodes((hanging.url, node.http_url), 31337, clock=clock, heard=lambda: None)
    try:
        tip = BlockReference(node.chain.head.number, node.chain.head.hash)
        await nodes.node()
        await nodes.failed()
        assert (await nodes.node()).url == node.http_url
        hanging.fault = lambda _: None
        clock.advance(PREFERENCE_SECONDS)
        assert not await nodes.prefer(tip)
        hanging.fault = None
        clock.advance(PREFERENCE_SECONDS)
        assert not await nodes.prefer(tip), "it isn't asked yet"
        clock.advance(PREFERENCE_SECONDS)
        assert await nodes.prefer(tip)
    finally:
        await nodes.close()
        await hanging.stop()
        await node.stop()


async def test_other_nodes_are_asked_unless_they_failed_and_one_that_hangs_has_no_say() -> None:
    clock = ManualClock()
    node = SimulatedNode(seed=7, clock=clock, settings=ChainSettings(tick_interval=None, history=5))
    await node.start()
    hanging = FaultyNode(node.http_url)
    await hanging.start()
    hanging.fault = lambda _: b"<html>502</html>"
    nodes = ChainNodes((node.websocket_url, hanging.url, node.http_url), 31337, clock=clock, heard=lambda: None)
    asked: list[str] = []

    async def is_so(other: Node) -> bool:
        asked.append(other.url)
        return is_any

    try:
        await nodes.node()
        is_any = True
        assert await nodes.another_that(is_so) == node.http_url
        hanging.fault, is_any = lambda _: None, False
        assert await nodes.another_that(is_so) is None
        hanging.fault, is_any = None, True
        assert await nodes.another_that(is_so) == node.http_url, "the other one has failed twice"
        clock.advance(0.5)
        assert await nodes.another_that(is_so) == hanging.url
        assert asked.count(hanging.url) == 1
    finally:
        await nodes.close()
        await hanging.stop()
        await node.stop()
