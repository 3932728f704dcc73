"""Bridges and gateways that are killed at random moments: clients of other gateways lose no trade untold.

`FAULT_KILLS` sets how often one is killed, `FAULT_SEED` repeats a run. The workers of alerts have runs of their own.
"""

import asyncio
import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from random import Random

import pytest

from tests.deployments import Deployment
from tests.faults.conftest import deploying
from tests.faults.readers import Readers, reading
from tests.faults.returning import Returning, returning
from tests.faults.victims import HASTE, Victims
from tests.faults.watching import until_well

_KILLS = int(os.environ.get("FAULT_KILLS", "2"))
_SEED = int(os.environ["FAULT_SEED"])
_SECONDS_EACH = 60
_CALM_SECONDS = 1.5
"""The longest time between two bursts of kills besides what it takes until all is as it was."""


@pytest.fixture
def killing(tmp_path: Path) -> Iterator[tuple[Deployment, Victims]]:
    """A deployment of its own: in the end none of its first processes may be left."""
    with deploying(tmp_path, **HASTE) as deployment, ExitStack() as processes:
        yield deployment, Victims(deployment, Random(_SEED), processes)


@pytest.mark.timeout(180 + _KILLS * _SECONDS_EACH)
async def test_it_loses_no_trade_untold_though_bridges_and_gateways_are_killed(
    killing: tuple[Deployment, Victims],
) -> None:
    deployment, victims = killing
    print(f"FAULT_SEED={_SEED} FAULT_KILLS={_KILLS}")  # noqa: T201 - so that a run can be repeated
    random = Random(_SEED + 1)
    gateways = [victims.gateway, *deployment.gateways]
    async with (
        reading(deployment) as readers,
        returning(gateways, deployment.exchange, Random(_SEED + 2)) as client,
    ):
        while (killed := victims.counts.total()) < _KILLS:
            await client.go_home()
            await asyncio.sleep(random.uniform(0, _CALM_SECONDS))
            handovers, repaired = victims.handovers, [reader.repaired for reader in readers.all]
            said = await victims.kill(_KILLS - killed)
            print(f"{killed + 1}: {', '.join(said)}")  # noqa: T201 - which one it was that failed
            await _check(deployment, readers, client)
            without = [one.name for one, before in zip(readers.all, repaired, strict=True) if one.repaired == before]
            assert victims.handovers == handovers or not without, f"nothing was repaired for {without}"
    trades = sum(len(reader.trades) for reader in readers.all)
    print(f"{dict(victims.counts)}, {trades} trades told to {len(readers.all)} clients")  # noqa: T201
    repaired_ones = sum(reader.repaired for reader in readers.all)
    print(f"{repaired_ones} of them repaired; {client.trades} to one who came {len(client.stays)} times")  # noqa: T201


async def _check(deployment: Deployment, readers: Readers, client: Returning) -> None:
    """Wait until all is as it was; check that nobody lost a trade untold, and only one was disconnected."""
    await readers.until_fresh(seconds=40)
    await client.until_told()
    await until_well(deployment, readers)
    await readers.assert_told()
    assert readers.closed == {}
