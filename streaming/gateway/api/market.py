"""REST of what the gateway knows of the market: the overview, which comes through its hub. Anyone may read it."""

from typing import Any

from streaming.gateway.commands.market import overview_answer
from streaming.gateway.dialects.times import iso_time
from streaming.gateway.runtime import current_runtime
from streaming.market.api import reading
from streaming.market.parameters import Given, overview_query


@reading
async def overview(given: Given) -> dict[str, Any]:
    """Return the market at a glance; it takes no parameters."""
    overview_query(given)
    runtime = await current_runtime()
    return await overview_answer(runtime.hub, iso_time)
