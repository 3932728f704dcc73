"""Bridges and gateways that are killed at random moments: clients of other gateways lose no trade untold.

`FAULT_KILLS` sets how often one is killed, `FAULT_SEED` repeats a run. The workers of alerts have runs of their own.
"""

import asyncio
import os
import secrets
import signal
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from random import Random

import pytest

from tests.faults.conftest import Stage, staging
from tests.faults.readers import reading
from tests.faults.watching import until_well
from tests.processes import Process

_KILLS = int(os.environ.get("FAULT_KILLS", "3"))
_SEED = int(os.environ.get("FAULT_SEED", "0")) or secrets.randbelow(1_000_000)
_SECONDS_EACH = 60
_CALM_SECONDS = 1.5
"""The longest time between two kills besides what it takes until all is as it was."""
_SERVES, _STANDS_BY = "the bridge serves ", "standing by"


class Victims:
    """Two bridges, one of which serves, and a gateway; who is killed is replaced."""

    def __init__(self, stage: Stage, random: Random, processes: ExitStack) -> None:
        self._environment = stage.deployment.environment
        self._random = random
        self._processes = processes
        self._bridges = [stage.deployment.processes["bridge"], self._bridge()]
        self._gateway = self._serve()
        self.counts: Counter[str] = Counter()

    def kill_one(self) -> None:
        """Kill one of them, and wait until all are there again."""
        victim = self._random.choices(("the bridge", "the one that stands by", "a gateway"), (6, 1, 3))[0]
        self.counts[victim] += 1
        if victim == "a gateway":
            self._kill(self._gateway)
            self._gateway = self._serve()
            return
        serves, stands_by = self._bridges
        killed, heir = (serves, stands_by) if victim == "the bridge" else (stands_by, serves)
        self._kill(killed)
        heir.wait_for(_SERVES)
        self._bridges = [heir, self._bridge()]

    def _kill(self, process: Process) -> None:
        process.signal(signal.SIGKILL)
        process.wait()

    def _bridge(self) -> Process:
        process = self._processes.enter_context(Process.command("run_bridge", environment=self._environment))
        process.wait_for(_STANDS_BY)
        return process

    def _serve(self) -> Process:
        process = self._processes.enter_context(Process.command("serve", "--port", "0", environment=self._environment))
        process.wait_for("Serving on")
        return process


@pytest.fixture
def killing(tmp_path: Path) -> Iterator[tuple[Stage, Victims]]:
    """A stage of its own: in the end none of its first processes may be left."""
    with staging(tmp_path) as stage, ExitStack() as processes:
        yield stage, Victims(stage, Random(_SEED), processes)


@pytest.mark.timeout(180 + _KILLS * _SECONDS_EACH)
async def test_it_loses_no_trade_untold_though_bridges_and_gateways_are_killed(killing: tuple[Stage, Victims]) -> None:
    stage, victims = killing
    print(f"FAULT_SEED={_SEED} FAULT_KILLS={_KILLS}")  # noqa: T201 - so that a run can be repeated
    random = Random(_SEED + 1)
    async with reading(stage.deployment) as readers:
        for _ in range(_KILLS):
            await asyncio.sleep(random.uniform(0, _CALM_SECONDS))
            await asyncio.to_thread(victims.kill_one)
            await readers.until_fresh(seconds=40)
            await until_well(stage.deployment, readers)
            await readers.assert_told()
            assert readers.closed == {}
        trades = sum(len(reader.trades) for reader in readers.all)
    print(f"{dict(victims.counts)}, {trades} trades told to {len(readers.all)} clients")  # noqa: T201
