"""The workers that the market declares; whatever speaks of one says its name by these."""

from streaming.events import Source
from streaming.market.bridge.slots import BRIDGE_SLOT, slot_of
from streaming.workers.worker import Worker

BRIDGE_WORKER = Worker(
    name=BRIDGE_SLOT, title="the bridge", work="streaming.market.bridge.bridge.run_bridge", follows_market=False
)
COMBINED_WORKER = Worker(
    name="combined", title="the combined prices", work="streaming.market.combined.worker.combine_prices"
)
WORKERS = (BRIDGE_WORKER, COMBINED_WORKER)


def further_bridge(source: Source) -> Worker:
    """Return the worker that reads a further market; its process is told of it, and it runs in no other."""
    name = slot_of(source)
    work = "streaming.market.bridge.bridge.run_further_bridge"
    return Worker(name=name, title=f"the bridge of {source.value}", work=work, follows_market=False)
