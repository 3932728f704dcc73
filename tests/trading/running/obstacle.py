"""A strategy of another package, which a test holds up: it waits while an obstacle is there, and says who it is.

It is installed as packages are, by an entry point beside its module, where the process of a run looks for strategies.
"""

import os
import signal
from pathlib import Path

import pytest

from tests.waiting import until
from trading.engine.strategies.registry import installed_strategies

NAME = "obstacle"
_MODULE = '''
"""Waits, sleeps or fails at its candles as files say."""

import os, time
from pathlib import Path
from msgspec import Struct
from trading.engine.strategies.strategy import Strategy

FOLDER = Path({folder!r})

class Parameters(Struct, frozen=True):
    sleep_ms: int = 0
    fails: bool = False

class Obstacle(Strategy[Parameters]):
    name = "obstacle"
    title = "Obstacle"
    description = "Waits while a file is there."
    Parameters = Parameters

    def on_start(self):
        print("what a strategy prints disturbs nobody")
        (FOLDER / "pid").write_text(str(os.getpid()))
        while (FOLDER / "wait").exists():
            time.sleep(0.01)

    def on_candle(self, candle):
        time.sleep(self.parameters.sleep_ms / 1000)
        if self.parameters.fails:
            raise ZeroDivisionError("by a hundred")
'''


class Obstacle:
    """The test's side of it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        (folder / "obstacle_strategy.py").write_text(_MODULE.format(folder=str(folder)))
        about = folder / "obstacle_strategy-1.dist-info"
        about.mkdir()
        (about / "METADATA").write_text("Metadata-Version: 2.1\nName: obstacle-strategy\nVersion: 1\n")
        (about / "entry_points.txt").write_text("[tidewire.strategies]\nobstacle = obstacle_strategy:Obstacle\n")

    def put(self) -> None:
        """Let runs wait at their start from now on."""
        (self._folder / "wait").touch()

    def clear(self) -> None:
        """Let them go on."""
        (self._folder / "wait").unlink()

    async def reached(self) -> int:
        """Return the id of the process that has come to its start."""
        pid = self._folder / "pid"
        await until(lambda: pid.exists() and pid.read_text())
        return int(pid.read_text())

    async def kill(self) -> None:
        """Kill that process; the next one is another."""
        pid = await self.reached()
        (self._folder / "pid").unlink()
        os.kill(pid, signal.SIGKILL)


def installed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Obstacle:
    """Return the obstacle of a strategy that is installed in a folder of the path."""
    obstacle = Obstacle(folder)
    monkeypatch.syspath_prepend(folder)
    installed_strategies.cache_clear()
    return obstacle


def is_alive(pid: int) -> bool:
    """Return whether there is a process of that id."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
