"""A gateway that stops, or is killed, under load: who is told what, and what ends with it."""

import asyncio
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from tests.deployments import Deployment
from tests.faults.conftest import Stage
from tests.faults.readers import reading
from tests.faults.stalled import flooding, stalled_readers
from tests.faults.watching import until_well
from tests.processes import Process
from tests.waiting import until, until_now
from tests.wire.client import connected

STOP_SECONDS = 10.0
STALLED = 20
CODES = {"market": 1012, "trading": 1000, "zigquant-v2": 1012}


@contextmanager
def joining(stage: Stage, **settings: str) -> Iterator[tuple[Process, Deployment]]:
    """Start another gateway of the deployment; give its process, and the deployment as it alone."""
    environment = stage.deployment.environment | settings
    with Process.command("serve", "--port", "0", environment=environment) as process:
        address = process.wait_for(r"Serving on (http://\S+)")[1]
        alone = Deployment([address], stage.deployment.exchange, {"gateway": process}, environment)
        alone.wait_until_ready()
        yield process, alone


async def stopped(process: Process) -> float:
    """Tell a process to stop; return how many seconds it took, having checked that it ended in order."""
    began = time.monotonic()
    process.signal(signal.SIGTERM)
    assert await asyncio.to_thread(process.wait, 3 * STOP_SECONDS) == 0, process.output
    return time.monotonic() - began


async def test_it_closes_all_with_the_code_of_their_protocol_and_ends_in_time_though_some_never_read(
    stage: Stage,
) -> None:
    with joining(stage) as (process, alone):
        async with reading(alone) as readers, stalled_readers(alone, STALLED):
            async with flooding(alone):
                assert await stopped(process) < STOP_SECONDS
            await until(lambda: len(readers.closed) == len(readers.all))
            assert {name.split()[0]: code for name, code in readers.closed.items()} == CODES
            assert "Traceback" not in process.output


async def test_it_ends_in_time_though_the_database_answers_nobody(stage: Stage) -> None:
    with joining(stage) as (process, alone):
        async with reading(alone) as readers:
            with stage.postgres.paused():
                assert await stopped(process) < STOP_SECONDS
            await until(lambda: len(readers.closed) == len(readers.all))
            assert {name.split()[0]: code for name, code in readers.closed.items()} == CODES
        async with reading(stage.deployment) as readers:
            await until_well(stage.deployment, readers)


async def test_what_only_a_killed_gateway_wanted_ends_and_nobody_else_notices(stage: Stage) -> None:
    stream = "dogeusdt@trade"
    with joining(stage) as (process, alone):
        async with reading(stage.deployment) as readers, connected(alone.socket_url) as client:
            await client.subscribe("trades:DOGEUSDT")
            await client.next_of("trade")
            await until_told(stage.deployment, lambda told: stream in told["binanceActiveStreams"])
            told = len(readers.all[0].resyncs)
            process.signal(signal.SIGKILL)
            await until_told(stage.deployment, lambda told: stream not in told["binanceActiveStreams"])
            await until_told(stage.deployment, lambda told: told["connectedClients"] == len(readers.all))
            await readers.until_fresh(seconds=10)
            assert readers.closed == {}
            assert [len(reader.resyncs) for reader in readers.all] == [told] * len(readers.all)
            await readers.assert_told()


async def until_told(deployment: Deployment, matches: Callable[[dict[str, Any]], bool]) -> None:
    """Wait until what the first gateway tells of the deployment matches."""

    def told() -> bool:
        return matches(deployment.get("/api/v1/ws/stats")["data"])

    await asyncio.to_thread(until_now, told, seconds=40)
