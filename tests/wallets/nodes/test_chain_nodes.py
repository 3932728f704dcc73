"""Which of a chain's nodes is used."""

from tests.manual_clock import ManualClock
from tests.wallets.simple_chain import hash_of
from wallets.chain import BlockReference
from wallets.nodes.chain_nodes import PREFERENCE_SECONDS, ChainNodes
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
