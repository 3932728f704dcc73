"""The workers that the market declares; whoever names one (lease, wake, metric, command) takes its `.name`."""

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
    """Return the worker that reads a further market, with a lease of its own.

    It is none of `WORKERS`, and runs by `run_bridge --source` alone, in a process whose settings are that market's.
    """
    name = slot_of(source)
    work = "streaming.market.bridge.bridge.run_further_bridge"
    return Worker(name=name, title=f"the bridge of {source.value}", work=work, follows_market=False)
