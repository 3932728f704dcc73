"""A gateway that stops, or is killed, under load: who is told what, and what ends with it."""

import asyncio
import signal
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import psycopg
import pytest
from websockets.exceptions import ConnectionClosed

from tests.deployments import Deployment, status_of
from tests.faults.conftest import Stage
from tests.faults.readers import Readers, reading
from tests.faults.stalled import flooding, stalled_readers
from tests.faults.watching import until_part, until_well
from tests.processes import Process
from tests.soak.clients.notes import now_ms
from tests.waiting import until, until_now
from tests.wire.client import connected

STOP_SECONDS = 10.0
STALLED = 20
MANY = 250
"""More names than may wait to be answered; whoever asks for more is not read."""
UNREAD_SECONDS = 1.0
RENEWALS_SECONDS = 0.3
"""Several renewals of one that stands by eagerly, few of the others'."""
BEFORE_MS = 1000
"""A gap begins with the last that came before it, which may have been made so long before."""
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
    seconds = time.monotonic() - began
    process.stop()  # its last words have been read as well
    return seconds


async def assert_closed(readers: Readers) -> None:
    """Check that each was closed with the code of its protocol."""
    await until(lambda: len(readers.closed) == len(readers.all))
    assert {name.split()[0]: code for name, code in readers.closed.items()} == CODES


async def assert_all_is_well(stage: Stage) -> None:
    """Check that those who go on miss nothing."""
    async with reading(stage.deployment) as readers:
        await until_well(stage.deployment, readers)


@asynccontextmanager
async def asking_in_vain(stage: Stage, alone: Deployment) -> AsyncIterator[None]:
    """Keep a request waiting in a query, until the end of the `async with`."""
    with (
        psycopg.connect(stage.postgres.url) as locking,
        psycopg.connect(stage.postgres.url, autocommit=True) as looking,
    ):
        locking.execute("LOCK TABLE market_symbol")
        request = asyncio.create_task(asyncio.to_thread(status_of, f"{alone.http_url}/api/v1/market/symbols/"))

        def waits() -> bool:
            locks = looking.execute("SELECT 1 FROM pg_locks WHERE NOT granted AND relation = 'market_symbol'::regclass")
            return bool(locks.fetchall())

        await asyncio.to_thread(until_now, waits)
        try:
            yield
        finally:
            locking.rollback()
            await request


async def until_health_is_told_by(process: Process, stage: Stage) -> None:
    """Take the lease of telling the deployment's health away from whoever has it, until a process has it."""
    free = "UPDATE streaming_lease SET holder = '' WHERE name = 'health' AND holder NOT LIKE %s"
    with psycopg.connect(stage.postgres.url, autocommit=True) as connection:
        of_process = f"%-{process.id}-%"

        def is_held() -> bool:
            if connection.execute(free, (of_process,)).rowcount == 0:
                return True
            time.sleep(RENEWALS_SECONDS)
            return False

        await asyncio.to_thread(until_now, is_held)


async def test_it_closes_all_with_the_code_of_their_protocol_and_ends_in_time_though_some_never_read(
    stage: Stage,
) -> None:
    with joining(stage) as (process, alone):
        async with reading(alone) as readers, stalled_readers(alone, STALLED):
            async with flooding(alone, STALLED):
                assert await stopped(process) < STOP_SECONDS
            await assert_closed(readers)
            assert "Traceback" not in process.output


async def test_it_ends_in_time_though_neither_database_nor_redis_answers(stage: Stage) -> None:
    with joining(stage, WS_HEALTH_LEASE_RENEW_SECONDS="0.1") as (process, alone):
        async with reading(alone) as readers:
            await until_health_is_told_by(process, stage)
            async with asking_in_vain(stage, alone):
                with stage.redis.paused(), stage.postgres.paused():
                    await until_part(alone.http_url, "channel_layer", "down")
                    assert await stopped(process) < STOP_SECONDS
            await assert_closed(readers)
    await assert_all_is_well(stage)


async def test_it_ends_in_time_though_a_request_waits_for_a_lock(stage: Stage) -> None:
    with joining(stage) as (process, alone):
        async with reading(alone) as readers, asking_in_vain(stage, alone):
            assert await stopped(process) < STOP_SECONDS
            await assert_closed(readers)
            assert "leaving what is left" in process.output


async def test_it_ends_in_time_though_redis_stands_still_and_clients_wait_for_their_channels(stage: Stage) -> None:
    with joining(stage) as (process, alone):
        async with reading(alone) as readers, connected(alone.socket_url) as client:
            with stage.redis.paused():
                await until_part(alone.http_url, "channel_layer", "down")  # from now on whoever joins a group waits
                await client.subscribe("trades:DOGEUSDT", *(f"trades:UNKNOWN{number}" for number in range(MANY)))
                await client.send({"type": "ping"})  # which is not read: the client has no room for more
                with pytest.raises(TimeoutError):
                    await client.next(lambda frame: frame["type"] == "pong", seconds=UNREAD_SECONDS)
                assert await stopped(process) < STOP_SECONDS
                with pytest.raises(ConnectionClosed) as closed:
                    await client.next(lambda _: False)
            assert closed.value.rcvd is not None
            assert (closed.value.rcvd.code, closed.value.rcvd.reason) == (1012, "Server shutting down")
            await assert_closed(readers)
            assert "leaving what is left" not in process.output
    await assert_all_is_well(stage)


async def test_what_only_a_killed_gateway_wanted_ends_and_nobody_else_notices(stage: Stage) -> None:
    stream = "dogeusdt@trade"
    with joining(stage) as (process, alone):
        async with reading(stage.deployment) as readers, connected(alone.socket_url) as client:
            await client.subscribe("trades:DOGEUSDT")
            await client.next_of("trade")
            await until_told(stage.deployment, lambda told: stream in told["binanceActiveStreams"])
            began = now_ms()
            process.signal(signal.SIGKILL)
            await until_told(stage.deployment, lambda told: stream not in told["binanceActiveStreams"])
            await until_told(stage.deployment, lambda told: told["connectedClients"] == len(readers.all))
            await readers.until_fresh(seconds=10)
            assert readers.closed == {}
            assert readers.gaps_since(began - BEFORE_MS) == {}
            await readers.assert_told()


async def until_told(deployment: Deployment, matches: Callable[[dict[str, Any]], bool]) -> None:
    """Wait until what the first gateway tells of the deployment matches."""

    def told() -> bool:
        return matches(deployment.get("/api/v1/ws/stats")["data"])

    await asyncio.to_thread(until_now, told, seconds=40)
