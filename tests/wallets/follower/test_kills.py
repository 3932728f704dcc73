"""A follower that is really killed, anywhere: the next one goes on, and nothing is lost or told twice.

WALLET_KILLS=200 kills more often, WALLET_SEED=7 repeats a run.
"""

import asyncio
import os
import signal
from functools import partial
from pathlib import Path
from random import Random

import pytest

from tests.processes import Process
from tests.wallets.follower.chain_steps import one_step
from tests.wallets.follower.conftest import FollowingRig
from tests.wallets.follower.fresh_read import assert_stored_as_fresh
from tests.wallets.follower.told import assert_told_as_stored
from wallets.models import Chain

KILLS = int(os.environ.get("WALLET_KILLS", "3"))
SEED = int(os.environ["WALLET_SEED"])
_SECONDS_EACH = 60
_MOST_BEHIND = 32
"""Blocks; with one more step, at most 65, a follower stays within the 128 whose balances nodes still answer."""


@pytest.mark.timeout(120 + KILLS * _SECONDS_EACH)
async def test_kills_lose_nothing_and_repeat_nothing(rig_of_processes: FollowingRig, tmp_path: Path) -> None:
    rig, random = rig_of_processes, Random(SEED)
    environment = {"DATABASE_URL": rig.url, "VAR_DIR": str(tmp_path)}
    await rig.make_chain()
    await rig.start()
    await rig.caught_up()
    await rig.stop()
    for _ in range(KILLS):
        with Process("-m", "tests.wallets.follower.following_process", environment=environment) as process:
            await asyncio.to_thread(process.wait_for, "it follows")
            for _ in range(random.randint(1, 12)):
                await rig.until_row(partial(_is_near, rig), seconds=_SECONDS_EACH)
                one_step(rig, random)
                await asyncio.sleep(random.random() * 0.05)
            process.signal(signal.SIGKILL)
    rig.control("mine")
    await rig.start()
    await rig.caught_up()
    await assert_stored_as_fresh(rig)
    await rig.read(assert_told_as_stored, rig)


def _is_near(rig: FollowingRig, row: Chain) -> bool:
    return row.cursor_number is not None and rig.node.chain.head.number - row.cursor_number <= _MOST_BEHIND
