"""Where the extra `learning` isn't installed: nothing is offered that asks a model, and who names one is told why."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from channels.layers import InMemoryChannelLayer

from streaming.fan_out.hub import Hub
from streaming.installed import topic_registry
from streaming.workers.declared_figures import FigureSource
from streaming.workers.worker import WorkerContext
from tests.manual_clock import ManualClock
from tests.processes import ROOT
from tests.trading.asking import Desk, desk
from trading.engine.strategies.registry import installed_strategies
from trading.learning.kinds import NOT_INSTALLED
from trading.running.trainings import ModelTrainings

__all__ = ("desk",)
_LIBRARIES = ("river", "sklearn", "threadpoolctl")
_ASKS: dict[str, Any] = {"strategy": "learned_direction", "symbol": "BTCUSDT", "interval": "1m"}
_HOURS = {"start": 1_700_000_040_000, "end": 1_700_003_640_000}


@pytest.fixture
def _without_the_extra(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let none of the libraries be found; what a process has read of strategies is read anew."""
    for name in _LIBRARIES:
        monkeypatch.setitem(sys.modules, name, None)
    installed_strategies.cache_clear()
    yield
    installed_strategies.cache_clear()


@pytest.mark.usefixtures("_without_the_extra")
async def test_what_asks_a_model_is_not_offered_and_refused_by_what_is_missing(desk: Desk) -> None:
    trader = await desk.user("trader")
    kinds = (await desk.give(trader, "strategy.kinds")).data["items"]
    assert "learned_direction" not in [kind["name"] for kind in kinds]
    missing = {"strategy": f"learned_direction can't run here: {NOT_INSTALLED}"}
    for answered in (
        await desk.give(trader, "strategy.start", _ASKS),
        await desk.give(trader, "backtest.run", _ASKS | _HOURS),
        await desk.ask(trader, "POST", "live-strategies/", _ASKS),
    ):
        assert answered.refusal is not None
        assert (answered.code, answered.refusal[2]) == ("VALIDATION_ERROR", missing)
    assert (await desk.ask(trader, "GET", "models/")).data["items"] == []


@pytest.mark.usefixtures("_without_the_extra")
async def test_the_worker_trains_nothing_and_looks_for_nothing() -> None:
    hub = Hub(InMemoryChannelLayer(), topic_registry(), linger=0)
    context = WorkerContext(hub=hub, clock=ManualClock(0), holder="one", epoch=1, figures=FigureSource())
    await ModelTrainings(context, slots=asyncio.Semaphore(1)).run(1)


def test_the_platform_starts_and_the_command_says_what_to_install(tmp_path: Path) -> None:
    lines = ["import sys", *(f"sys.modules[{name!r}] = None" for name in _LIBRARIES)]
    (tmp_path / "sitecustomize.py").write_text("\n".join(lines), encoding="utf-8")
    found = os.pathsep.join([str(tmp_path), *sys.path])
    asked = subprocess.run(
        [sys.executable, "manage.py", "train_model", "BTCUSDT"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": found, "VAR_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert asked.returncode == 1
    assert NOT_INSTALLED in asked.stderr
    assert "Traceback" not in asked.stderr
