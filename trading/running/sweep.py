"""The runs of a sweep, spread over as many processes as there may be, and what they come to together."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import suppress

from django.conf import settings
from msgspec.structs import replace

from trading.engine.backtests.sweeps.cells import CellRun
from trading.running.jobs import Advanced, CellDone, Ended, Job
from trading.running.process import Heard, JobProcess
from trading.running.slots import RunStoppedError, held_slot

_SHARE_OF_THE_REST = 4
"""A batch is at the most such a part of what each process would have of the rest: so all end at about the same time."""
_MOST_OF_A_BATCH = 25
"""Others who wait for a process come after so many runs."""

CellsDone = Callable[[int], None]
"""Told how many combinations have been run."""


class SweepRun:
    """One sweep; `run` it once. `slots` are the processes that all backtests together may have."""

    def __init__(self, job: Job, *, slots: asyncio.Semaphore, stopping: asyncio.Event) -> None:
        self._job = job
        self._slots = slots
        self._stopping = stopping
        self._cells: list[CellRun] = []
        self._idle: list[JobProcess] = []

    async def run(self, told: CellsDone) -> Ended:
        """Run all combinations, and return what they came to; once stopped, what those did that were run by then.

        Raise like `run_in_process`; then no process is left.
        """
        batches = batches_of(self._job.runs)
        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(settings.BACKTESTS_PROCESSES):  # if all waited at once, whoever is later would be last
                    group.create_task(self._batches(batches, told))
            job = replace(self._job, cells=sorted(self._cells, key=lambda done: done.cell.number))
            return await self._do(job, lambda _: None, asyncio.Event())  # short, and whoever cancelled waits for it
        finally:
            await self._end_idle()

    async def _batches(self, batches: Iterator[range], told: CellsDone) -> None:
        """Run batches one after the other; others who wait for a process have their turn between two of them."""
        with suppress(RunStoppedError):
            for numbers in batches:
                async with held_slot(self._slots, stopping=self._stopping):
                    await self._batch(numbers, told)
                if self._slots.locked():  # it was somebody's turn
                    await self._end_idle()

    async def _batch(self, numbers: range, told: CellsDone) -> None:
        def heard(message: Advanced | CellDone) -> None:
            if isinstance(message, CellDone):
                self._cells.append(message.run)
                told(len(self._cells))

        await self._do(replace(self._job, numbers=list(numbers)), heard, self._stopping)

    async def _do(self, job: Job, heard: Heard, stopping: asyncio.Event) -> Ended:
        """Have a job done by a process that is idle, or a new one; one that is told to stop does no other."""
        process = self._idle.pop() if self._idle else await JobProcess.start(job.memory)
        ended = await process.run(job, heard=heard, stopping=stopping, stop_seconds=settings.BACKTESTS_CANCEL_SECONDS)
        self._idle.append(process)
        if stopping.is_set():
            await self._end_idle()
        return ended

    async def _end_idle(self) -> None:
        """Leave no process that has nothing to do."""
        while self._idle:
            await self._idle.pop().end()


def batches_of(runs: int) -> Iterator[range]:
    """Give the numbers of the runs of each batch; towards the end there are fewer in each."""
    first = 0
    while first < runs:
        share = (runs - first) // (_SHARE_OF_THE_REST * settings.BACKTESTS_PROCESSES)
        batch = range(first, first + min(max(share, 1), _MOST_OF_A_BATCH))
        yield batch
        first = batch.stop
