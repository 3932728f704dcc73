"""Two bridges that share a market's symbols: one is killed, and the other takes over what it had."""

import signal
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager
from functools import partial
from pathlib import Path

import pytest

from streaming.market.bridge.demand import DemandPublisher
from streaming.market.bridge.slots import place_of
from streaming.market.bridge.status_table import BridgeStatusTable
from streaming.topics.topic import MarketKind, Topic
from tests import deployments
from tests.deployments import Deployment, fetch_json
from tests.exchange_rules.bridge.bridging import Bridged, Reading
from tests.exchange_rules.bridge.deployed_hub import deployed_hub
from tests.processes import Process
from tests.waiting import until

pytestmark = [pytest.mark.redis, pytest.mark.postgres, pytest.mark.timeout(240)]

SLOTS = 2
TAKEN_OVER_SECONDS = 10.0


class Watching:
    """Another process, which wants the trades of every symbol, and hears what bridges say."""

    def __init__(self, statuses: BridgeStatusTable, trades: dict[str, Reading], processes: list[Process]) -> None:
        self.statuses = statuses
        self.trades = trades
        self._processes = processes

    def holder(self, place: int) -> Process | None:
        """Return the process that says that it serves a slot."""
        status = self.statuses.of_slots[place - 1]
        return next((one for one in self._processes if status and f"-{one.id}-" in status.holder), None)


@pytest.fixture
def deployment(tmp_path: Path) -> Iterator[tuple[Deployment, list[Process]]]:
    """Run the simulator and two bridges that share its symbols."""
    settings = {"BRIDGE_SLOTS": str(SLOTS)}
    with deployments._spread(tmp_path, {}, "", settings) as running, ExitStack() as processes:
        second = processes.enter_context(Process.command("run_bridge", environment=running.environment))
        yield running, [running.processes["bridge"], second]


@asynccontextmanager
async def watching(deployment: Deployment, processes: list[Process]) -> AsyncIterator[Watching]:
    """Read all symbols as a gateway does, once each bridge has a slot, and trades of every symbol have come."""
    async with deployed_hub(deployment) as hub:
        demand = DemandPublisher(hub, process_id="watcher", interval=0.5, gather=0.01)
        statuses = BridgeStatusTable(slots=SLOTS)
        await statuses.start(hub)
        await demand.start()
        listed = fetch_json(f"{deployment.exchange}/api/v3/exchangeInfo")["symbols"]
        symbols = [one["symbol"] for one in listed if one["status"] == "TRADING"]
        readings = await Bridged(hub).read(*(Topic(MarketKind.TRADE, symbol) for symbol in symbols))
        watch = Watching(statuses, dict(zip(symbols, readings, strict=True)), processes)
        try:
            await until(lambda: {watch.holder(1), watch.holder(2)} == set(processes), seconds=90)
            await until(lambda: all(one.trades for one in readings), seconds=60)
            yield watch
        finally:
            await demand.stop()


def is_whole(trades: Reading) -> bool:
    """Return whether each trade was told once, from the first to the last: their ids are the exchange's."""
    ids = trades.trade_ids
    return sorted(ids) == list(range(min(ids), max(ids) + 1))


def _faults_of(trades: Reading) -> str:
    """Return which trades are missing, and which were told more than once."""
    told = Counter(trades.trade_ids)
    missing = [number for number in range(min(told), max(told)) if number not in told]
    return (
        f"missing: {missing}, told again: {[number for number, times in told.items() if times > 1]}, {trades.resyncs}"
    )


async def test_the_others_take_a_dead_bridges_symbols_within_ten_seconds_and_no_trade_is_missing(
    deployment: tuple[Deployment, list[Process]],
) -> None:
    async with watching(*deployment) as watch:
        killed = watch.holder(2)
        assert killed is not None
        living = watch.holder(1)
        of_killed = [symbol for symbol in watch.trades if place_of(symbol, SLOTS) == 2]
        assert 0 < len(of_killed) < len(watch.trades)
        killed.signal(signal.SIGKILL)
        killed_at = time.monotonic()
        await until(lambda: watch.holder(2) is living, seconds=30)
        taken_at = time.monotonic()
        assert taken_at - killed_at < TAKEN_OVER_SECONDS
        await until(
            lambda: all(watch.trades[symbol].times[-1] > killed_at + 2 for symbol in of_killed),
            seconds=max(0.1, killed_at + TAKEN_OVER_SECONDS - time.monotonic()),
        )
        await until(lambda: all(any(one.complete for one in watch.trades[each].resyncs) for each in of_killed))
        for reading in watch.trades.values():
            await until(partial(is_whole, reading), explain=partial(_faults_of, reading))
