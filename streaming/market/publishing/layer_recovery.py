"""Coming back after the channel layer was away, without losing what waited."""

import asyncio

from streaming.layer.groups import GATEWAYS_GROUP
from streaming.market.bridge.demand import DEMAND_REQUEST_MESSAGE
from streaming.market.publishing.sender import Sender


async def until_layer_is_back(sender: Sender, *, retry: float, settle: float) -> None:
    """Wait until the layer answers, asking it what nothing is lost with, and until its other users are back too.

    It is asked every `retry` seconds; once it answers, other processes get `settle` seconds to find it.
    """
    await asyncio.sleep(retry)
    await sender.send_until_taken(GATEWAYS_GROUP, {"type": DEMAND_REQUEST_MESSAGE}, pause=retry)
    await asyncio.sleep(settle)
