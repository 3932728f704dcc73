"""Wallets workers that are really killed: nothing is lost, clients are told nothing twice, and one alone writes.

WALLET_KILLS=200 kills more often, WALLET_SEED=7 repeats a run; docs/soak.md tells of the long one.
"""

import asyncio
import os
from pathlib import Path

import pytest
from pytest_django import DjangoDbBlocker

from tests.alerts.firing.stage import stage
from tests.manual_clock import ManualClock
from tests.wallets.follower.conftest import FollowingRig
from tests.wallets.follower.kills.killing import LEASE_SECONDS, RENEWAL_SECONDS, SETTINGS, KillMoment, KillRun
from wallets.simulator.node import SimulatedNode
from wallets.simulator.settings import ChainSettings

KILLS = int(os.environ.get("WALLET_KILLS", str(len(KillMoment))))
SEED = int(os.environ["WALLET_SEED"])
_SECONDS_EACH = 60
_BUSY_SECONDS = 5.0
"""So much later than by the lease alone another may follow, where the machine is busy."""


@pytest.mark.postgres
@pytest.mark.redis
@pytest.mark.timeout(180 + KILLS * _SECONDS_EACH)
async def test_kills_lose_nothing_tell_nothing_twice_and_let_one_worker_write_at_a_time(
    clock: ManualClock, tmp_path: Path, django_db_blocker: DjangoDbBlocker
) -> None:
    print(f"WALLET_SEED={SEED} WALLET_KILLS={KILLS}")  # noqa: T201 - so that a run can be repeated
    node = SimulatedNode(seed=7, clock=clock, settings=ChainSettings(tick_interval=None, control=True, history=80))
    await node.start()
    with stage(tmp_path, **SETTINGS) as running, django_db_blocker.unblock():
        await asyncio.to_thread(running.serve)
        rig = FollowingRig(node, clock, running.environment["DATABASE_URL"])
        run = KillRun(running, rig, seed=SEED)
        try:
            await run.play(KILLS)
        finally:
            await rig.close()
            await node.stop()
    slowest = max(run.handovers)
    heard = f"{run.events} events, {run.transactions} transactions heard"
    print(f"{KILLS} kills, {heard}, the slowest handover {slowest:.1f} s")  # noqa: T201 - what the run has shown
    assert slowest < LEASE_SECONDS + RENEWAL_SECONDS + _BUSY_SECONDS
