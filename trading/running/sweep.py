"""The runs of a sweep, spread over as many processes as there may be, and what they come to together."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import suppress

import msgspec
from django.conf import settings

from trading.engine.backtests.sweeps.cells import CellRun
from trading.running.jobs import Advanced, CellDone, Ended, Job
from trading.running.process import run_in_process
from trading.running.slots import RunStoppedError, held_slot

_BATCHES_PER_PROCESS = 2
_MOST_OF_A_BATCH = 25
"""Others who wait for a process come after so many runs."""

CellsDone = Callable[[int], None]
"""Told how many combinations have been run."""


class SweepRun:
    """One sweep; `run` it once. `slots` are the processes that all backtests together may have."""

    def __init__(self, job: Job, *, runs: int, slots: asyncio.Semaphore, stopping: asyncio.Event) -> None:
        self._job = job
        self._runs = runs
        self._slots = slots
        self._stopping = stopping
        self._cells: list[CellRun] = []

    async def run(self, told: CellsDone) -> Ended:
        """Run all combinations, and return what they came to; once stopped, what those did that were run by then.

        Raise like `run_in_process`; then no process is left.
        """
        batches = iter(batches_of(self._runs))
        async with asyncio.TaskGroup() as group:
            for _ in range(settings.BACKTESTS_PROCESSES):  # if all waited at once, whoever comes later would come last
                group.create_task(self._batches(batches, told))
        job = msgspec.structs.replace(self._job, cells=sorted(self._cells, key=lambda done: done.cell.number))
        return await self._process(job, lambda _: None, asyncio.Event())  # short, and whoever cancelled waits for it

    async def _batches(self, batches: Iterator[range], told: CellsDone) -> None:
        """Run batches one after the other; others who wait for a process have their turn between two of them."""
        with suppress(RunStoppedError):
            for numbers in batches:
                async with held_slot(self._slots, stopping=self._stopping):
                    await self._batch(numbers, told)

    async def _batch(self, numbers: range, told: CellsDone) -> None:
        def heard(message: Advanced | CellDone) -> None:
            if isinstance(message, CellDone):
                self._cells.append(message.run)
                told(len(self._cells))

        await self._process(msgspec.structs.replace(self._job, numbers=list(numbers)), heard, self._stopping)

    async def _process(self, job: Job, heard: Callable[[Advanced | CellDone], None], stopping: asyncio.Event) -> Ended:
        return await run_in_process(job, heard=heard, stopping=stopping, stop_seconds=settings.BACKTESTS_CANCEL_SECONDS)


def batches_of(runs: int) -> list[range]:
    """Return the numbers of the runs of each batch: every so manieth, so that all take about as long."""
    wanted = max(_BATCHES_PER_PROCESS * settings.BACKTESTS_PROCESSES, -(-runs // _MOST_OF_A_BATCH))
    count = min(runs, wanted)
    return [range(first, runs, count) for first in range(count)]
