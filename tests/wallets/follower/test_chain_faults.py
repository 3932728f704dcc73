"""What becomes of a chain whose nodes stop, are away, or come back."""

import pytest

from tests.manual_clock import ManualClock
from tests.wallets.follower.conftest import FollowingRig
from tests.wallets.follower.fresh_read import assert_stored_as_fresh
from wallets.chain_state import SILENT_BLOCK_TIMES
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
