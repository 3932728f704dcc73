"""Delivery workers, of which any number run, in the health of whole deployments: missed only when none is left."""

import asyncio
import signal
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.deployments import Deployment, several_processes
from tests.processes import Process
from tests.wire.client import Client, connected

_STARTED = "deliveries are carried"
_HEALTH = {"WS_HEALTH_INTERVAL_SECONDS": "0.5", "DELIVERIES_PRESENCE_SECONDS": "2"}
Told = dict[str, Any]


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Deployment]:
    """A deployment without delivery workers yet, whose health is told often."""
    with several_processes(tmp_path, _HEALTH) as running:
        yield running


@pytest.fixture
def start(running: Deployment) -> Iterator[Callable[[], Process]]:
    """Return what starts a delivery worker."""
    with ExitStack() as stack:

        def begin() -> Process:
            process = stack.enter_context(Process.command("run_deliveries", environment=running.environment))
            process.wait_for(_STARTED)
            return process

        yield begin


def deliveries_of(health: Told) -> Any:
    """Return what a frame of the health tells of the delivery workers; None where it tells nothing."""
    return next((worker for worker in health["data"]["workers"] if worker["name"] == "deliveries"), None)


async def told(client: Client, matches: Callable[[Any], bool]) -> Told:
    """Return the next health that tells of the delivery workers what matches."""
    return await client.next(lambda frame: frame["type"] == "event" and matches(deliveries_of(frame)), seconds=30)


def number_of(holder: str) -> int:
    """Return the number of the process that a holder is."""
    return int(holder.rsplit("-", 2)[1])


async def test_it_is_degraded_only_where_no_process_is_left(running: Deployment, start: Callable[[], Process]) -> None:
    async with connected(f"{running.socket_url}?token={running.token()}") as client:
        await client.subscribe("system.health")
        # The newest of before may be older than the first word of the bridge.
        whole = await client.next(lambda frame: frame["type"] == "event" and frame["data"]["status"] == "ok")
        assert deliveries_of(whole) is None, "a worker that never ran is told of"
        first = await asyncio.to_thread(start)
        await told(client, lambda worker: worker is not None and worker["alive"])
        second = await asyncio.to_thread(start)
        beginning = len(client.frames)
        first.signal(signal.SIGKILL)
        await told(client, lambda worker: worker is not None and number_of(worker["holder"]) == second.id)
        assert {frame["data"]["status"] for frame in client.frames[beginning:]} == {"ok"}
        second.signal(signal.SIGTERM)
        health = await told(client, lambda worker: worker is not None and not worker["alive"])
        assert (health["data"]["status"], deliveries_of(health)["holder"]) == ("degraded", "")
        assert second.wait() == 0
