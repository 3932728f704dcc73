"""Acceptance: one bridge at a time, in real processes, on PostgreSQL and Redis."""

import signal
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager
from typing import Any

import pytest

from streaming.events import Envelope, Interval
from streaming.fan_out.publishing import EVENT_MESSAGE
from streaming.installed import topic_registry
from streaming.market.bridge.demand import DemandPublisher
from streaming.topics.topic import MarketKind, Topic
from tests import deployments
from tests.deployments import Deployment
from tests.exchange_rules.bridge.bridging import Bridged, Reading
from tests.exchange_rules.bridge.deployed_hub import deployed_hub
from tests.exchange_rules.defaults import default_of
from tests.exchange_rules.rules import rule
from tests.faults.duty import Duty, duty_of
from tests.processes import Process
from tests.waiting import until, until_now

pytestmark = [pytest.mark.redis, pytest.mark.postgres, pytest.mark.timeout(180)]

TRADES = Topic(MarketKind.TRADE, "BTCUSDT")
SECONDS = Topic(MarketKind.CANDLE, "BTCUSDT", Interval.SECOND_1)


class Pair:
    """Two bridges of one deployment: one holds the lease, the other stands by."""

    def __init__(self, deployment: Deployment, processes: ExitStack) -> None:
        self.deployment = deployment
        self.bridges = [deployment.processes["bridge"]]
        self.epochs: list[int] = []
        """Of which epoch each event of the market was, raw, in the order in which they came."""
        self._processes = processes

    def complete(self) -> None:
        """Start another one where one was killed, and wait until one serves and one stands by."""
        self.bridges = [one for one in self.bridges if not one.has_ended]
        if len(self.bridges) == 1:
            started = Process.command("run_bridge", environment=self.deployment.environment)
            self.bridges.append(self._processes.enter_context(started))
        until_now(lambda: {duty_of(one) for one in self.bridges} == set(Duty), seconds=60)
        self.epochs.clear()

    def holder(self, watch: Bridged) -> Process | None:
        """Return the process that says that it serves."""
        status = watch.status
        return next((one for one in self.bridges if status and f"-{one.id}-" in status.holder), None)

    def note(self, message: Any) -> None:
        """Note an event of the market, before anybody sorts out those of a former holder."""
        if message["topic"] in {TRADES.key, SECONDS.key}:
            envelope: Envelope = topic_registry().decoder.decode(message["body"])
            self.epochs.append(envelope.epoch)


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    """Run the simulator and two bridges."""
    with deployments._spread(tmp_path_factory.mktemp("var"), {}, "", None) as deployment, ExitStack() as processes:
        yield Pair(deployment, processes)


@pytest.fixture
def pair(both: Pair) -> Pair:
    """Two bridges, of which one serves and one stands by."""
    both.complete()
    return both


@asynccontextmanager
async def watching(pair: Pair) -> AsyncIterator[tuple[Bridged, Reading, Reading]]:
    """Be another process, which wants trades and candles, and hears what bridges say."""
    async with deployed_hub(pair.deployment) as hub:
        demand = DemandPublisher(hub, process_id="watcher", interval=0.5, gather=0.01)
        watch = Bridged(hub)
        await watch.start()
        await demand.start()
        for topic in (TRADES, SECONDS):
            await hub.listen(topic.group, EVENT_MESSAGE, pair.note)
        trades, seconds = await watch.read(TRADES, SECONDS)
        try:
            await until(lambda: pair.holder(watch) and trades.events and len(seconds.closed) >= 2, seconds=60)
            yield watch, trades, seconds
        finally:
            await demand.stop()


def epoch_of(watch: Bridged) -> int:
    """Return the fencing number of the one that serves."""
    assert watch.status is not None
    return watch.status.epoch


def assert_whole(trades: Reading, seconds: Reading) -> None:
    """Check that each trade and each closed candle was told once: neither ids nor seconds have holes."""
    ids = trades.trade_ids
    assert sorted(ids) == list(range(min(ids), max(ids) + 1))
    opens = [candle.open_time for candle in seconds.closed]
    assert sorted(opens) == list(range(min(opens), max(opens) + 1000, 1000))


async def _until_complete(*readings: Reading) -> None:
    """Wait until what was missed at the change of hands has come: it follows late where REST takes its time."""
    for reading in readings:
        await until(lambda reading=reading: any(resync.complete for resync in reading.resyncs))  # type: ignore[misc]


async def _until_closed_since(seconds: Reading, time_ms: int) -> None:
    """Wait for a candle that has closed since a time: the layer delivers in order."""
    await until(lambda: any(candle.close_time >= time_ms for candle in seconds.closed), seconds=60)


@rule("A.9")
async def test_a_second_bridge_takes_over_within_ten_seconds_of_a_sigkill(pair: Pair) -> None:
    """A holder that is killed gives nothing back: its lease of 6 s runs out, and the other one, which knows already
    what is wanted, goes on behind where it stopped. What was made meanwhile comes from REST.
    """
    assert default_of("BRIDGE_LEASE_SECONDS") == 6.0
    async with watching(pair) as (watch, trades, seconds):
        killed, before = pair.holder(watch), epoch_of(watch)
        assert killed is not None
        killed.signal(signal.SIGKILL)
        killed_at, told = time.monotonic(), len(trades.trades)
        await until(lambda: pair.holder(watch) not in {killed, None} and len(trades.trades) > told, seconds=30)
        assert time.monotonic() - killed_at < 10.0
        await _until_complete(trades, seconds)
        assert set(pair.epochs) == {before, before + 1}
        assert_whole(trades, seconds)


@rule("A.10")
async def test_a_stalled_former_holder_cannot_go_on_publishing(pair: Pair) -> None:
    """A holder that is stopped (SIGSTOP) loses its lease without knowing. When it goes on (SIGCONT), what it still
    publishes has an old fencing number, which no reader takes; it finds out, ends its turn, and stands by.
    """
    async with watching(pair) as (watch, trades, seconds):
        former, before = pair.holder(watch), epoch_of(watch)
        assert former is not None
        former.signal(signal.SIGSTOP)
        try:
            await until(lambda: pair.holder(watch) not in {former, None}, seconds=30)
            await until(lambda: before + 1 in pair.epochs)
        finally:
            former.signal(signal.SIGCONT)
        await until(lambda: duty_of(former) is Duty.STANDS_BY, seconds=30)
        assert "the lease is lost" in former.output
        await _until_closed_since(seconds, round(time.time() * 1000))  # what was on its way before has come by then
        came = len(pair.epochs)
        closed = len(seconds.closed)
        await until(lambda: len(seconds.closed) >= closed + 3)
        assert set(pair.epochs[came:]) == {before + 1}
        assert pair.holder(watch) is not former
        assert epoch_of(watch) == before + 1
        await _until_complete(trades, seconds)
        assert_whole(trades, seconds)
