"""A small, seeded share of the soak: random clients and some faults at both kinds of deployment.

SOAK_SEED repeats a run, SOAK_SECONDS makes things go wrong for longer; docs/soak.md tells how to read what it says.
"""

import os
from pathlib import Path

import pytest

from streaming.simulator.faults.faults import FaultKind
from tests.services import need_postgres, need_redis
from tests.soak.deployment.schedule import Act, ProcessAct
from tests.soak.options import DeploymentKind, Options
from tests.soak.report import Report
from tests.soak.run import soak

SECONDS = float(os.environ.get("SOAK_SECONDS", "6"))
WARM_UP_SECONDS = 3.0
SEED = int(os.environ["SOAK_SEED"])
OF_ONE: tuple[Act, ...] = (FaultKind.CUT, FaultKind.SERVER_SHUTDOWN, FaultKind.MISSING_CANDLES)
OF_SEVERAL: tuple[Act, ...] = (FaultKind.CUT, ProcessAct.GATEWAY_STOP, ProcessAct.BRIDGE_KILL)


@pytest.mark.timeout(210 + SECONDS)
async def test_one_process_loses_and_doubles_nothing(tmp_path: Path) -> None:
    await check(options(DeploymentKind.ONE, OF_ONE), tmp_path)


@pytest.mark.redis
@pytest.mark.postgres
@pytest.mark.timeout(210 + SECONDS)
async def test_several_processes_lose_and_double_nothing(tmp_path: Path) -> None:
    need_postgres()
    need_redis()
    await check(options(DeploymentKind.SEVERAL, OF_SEVERAL), tmp_path)


def options(kind: DeploymentKind, acts: tuple[Act, ...]) -> Options:
    """Return what is asked of a run."""
    return Options(kind=kind, seed=SEED, seconds=SECONDS, acts=acts, warm_up=WARM_UP_SECONDS, scale=0.5)


async def check(options: Options, folder: Path) -> None:
    report = Report(folder / "soak.log")
    try:
        outcome = await soak(options, folder / "deployment", report.say)
        report.conclude([outcome])
    finally:
        report.close()
    assert outcome.verdict.seen > 200
    assert outcome.is_clean, f"SOAK_SEED={options.seed}\n{report.path.read_text(encoding='utf-8')}"
