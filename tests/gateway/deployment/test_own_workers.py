"""The workers of a process that is alone: alive while they run, missed where they failed, forgotten once they ended."""

import asyncio

import pytest

from streaming.events.system import WorkerLease
from streaming.gateway.deployment.own_workers import OwnWorkers


def test_it_tells_of_those_that_run() -> None:
    workers = OwnWorkers("p")
    assert workers.reports() == ()
    with workers.running("deliveries"), workers.running("alerts"):
        assert workers.reports() == (
            WorkerLease(name="alerts", holder="p", alive=True),
            WorkerLease(name="deliveries", holder="p", alive=True),
        )


def test_it_misses_one_that_has_failed_until_it_runs_again() -> None:
    workers = OwnWorkers("p")
    with pytest.raises(LookupError), workers.running("deliveries"):
        raise LookupError
    assert workers.reports() == (WorkerLease(name="deliveries", holder="", alive=False),)
    with workers.running("deliveries"):
        assert workers.reports()[0].alive


async def test_it_forgets_one_that_was_told_to_end() -> None:
    workers = OwnWorkers("p")

    async def work() -> None:
        with workers.running("deliveries"):
            await asyncio.Event().wait()

    task = asyncio.create_task(work())
    await asyncio.sleep(0)
    assert workers.reports()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert workers.reports() == ()
