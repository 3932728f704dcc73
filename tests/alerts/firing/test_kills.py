"""Evaluators that are killed lose no firing, and store none twice. A share of the long run that docs/soak.md tells of.

`ALERT_KILLS` sets how often one is killed, `ALERT_SEED` repeats a run.
"""

import os
from pathlib import Path

import pytest

from tests.alerts.firing.killing import Run
from tests.alerts.firing.stage import stage

_KILLS = int(os.environ.get("ALERT_KILLS", "2"))
_SEED = int(os.environ["ALERT_SEED"])
_SECONDS_EACH = 30
_NEVER_NOISE = ("ALERTS_NOISE_PER_MINUTE", "ALERTS_NOISE_PER_HOUR", "ALERTS_NOISE_PER_USER_PER_HOUR")
_SETTINGS = dict.fromkeys(_NEVER_NOISE, "1000000")


@pytest.mark.postgres
@pytest.mark.redis
@pytest.mark.timeout(120 + _KILLS * _SECONDS_EACH)
async def test_it_stores_each_firing_once_though_evaluators_are_killed(tmp_path: Path) -> None:
    print(f"ALERT_SEED={_SEED} ALERT_KILLS={_KILLS}")  # noqa: T201 - so that a run can be repeated
    with stage(tmp_path, **_SETTINGS) as running:
        running.list_symbols(("AAAUSDT", "BBBUSDT", "CCCUSDT"))
        running.serve()
        outcome = await Run(running, seed=_SEED).play(_KILLS)
    firings = sum(map(len, outcome.stored.values()))
    print(f"{outcome.prices} prices, {outcome.kills} kills, {firings} firings, {outcome.late} late")  # noqa: T201
    assert outcome.stored == outcome.expected
    assert firings > 0
    assert outcome.notifications == outcome.deliveries == firings
