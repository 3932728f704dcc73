"""Real processes of the platform, for tests that talk to it as its users do."""

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Self

ROOT = Path(__file__).resolve().parents[1]
_SETTINGS = re.compile(
    r"(DATABASE|REDIS|EXCHANGE|BRIDGE|WS|HUB|DEMAND|THROTTLE|LOCKOUT|TICKET|TRUSTED|ACCESS|REFRESH|CONTENT|PASSWORD)_\w+|"
    r"(GAP|PUBLISH|CANDLES|HISTORY|BACKFILL|SYMBOLS|OVERVIEW|LAST_VALUE|ADMIN|HTTP_MAXIMUM|METRICS)_\w+|"
    r"(BACKTESTS|TRADING|PAPER|ALERTS|NOTIFICATIONS|DELIVERIES|VAPID|EMAIL|COMMANDS|LEARNING)_\w+|DEFAULT_FROM_EMAIL|PUBLIC_URL|LOGIN_BY_UNCONFIRMED_EMAIL|"
    r"(WALLETS?|BLOCKS|CHAINS?|ACCOUNT_MAILS|CONFIRMATION|RESET)_\w+|"
    r"PORT|METRICS|DEMO|DEBUG|ENVIRONMENT|LOG_LEVEL"
)
"""What a test sets itself, so that the settings of whoever runs the tests don't leak into what they start."""
_OURS = ("PYTHONPATH", "DJANGO_SETTINGS_MODULE")
_READABLE = {"PYTHONUNBUFFERED": "1", "NO_COLOR": "1"}
START_SECONDS = 120.0
STOP_SECONDS = 15.0
_READ_SECONDS = 5.0
"""So long its last words are waited for: a child that outlives it holds its output open."""


class Process:
    """A Python process, whose output is kept; it is stopped by SIGTERM at the end of the `with`."""

    def __init__(self, *arguments: str, environment: Mapping[str, str], root: Path = ROOT) -> None:
        self._start([sys.executable, *arguments], folder=root, environment=process_environment(environment, root=root))

    def _start(self, command: Sequence[str], *, folder: Path, environment: Mapping[str, str]) -> None:
        self.lines: list[str] = []
        self._grew = threading.Condition()
        self._process = subprocess.Popen(
            command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    @classmethod
    def command(cls, *arguments: str, environment: Mapping[str, str], root: Path = ROOT) -> Self:
        """Run a `manage.py` command of the checkout at `root`."""
        return cls("manage.py", *arguments, environment=environment, root=root)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.stop()

    @property
    def id(self) -> int:
        """The process's number."""
        return self._process.pid

    @property
    def has_ended(self) -> bool:
        """True where it runs no more."""
        return self._process.poll() is not None

    @property
    def output(self) -> str:
        """What it has printed so far."""
        return "\n".join(self.lines)

    def wait_for(self, pattern: str, *, seconds: float = START_SECONDS) -> re.Match[str]:
        """Return the first match of `pattern` in a line of output; fail when it ends or `seconds` pass without one."""
        deadline = time.monotonic() + seconds
        seen = 0
        with self._grew:
            while True:
                for line in self.lines[seen:]:
                    seen += 1
                    found = re.search(pattern, line)
                    if found:
                        return found
                left = deadline - time.monotonic()
                assert left > 0, f"no {pattern!r} within {seconds:g} s in:\n{self.output}"
                assert self._reader.is_alive() or seen < len(self.lines), f"it ended:\n{self.output}"
                self._grew.wait(min(left, 0.2))

    def signal(self, number: signal.Signals) -> None:
        """Send a signal."""
        self._process.send_signal(number)

    def wait(self, seconds: float = STOP_SECONDS) -> int:
        """Return the exit code, once what it printed has been read."""
        code = self._process.wait(seconds)
        self._reader.join(_READ_SECONDS)
        return code

    def stop(self) -> int:
        """End it by SIGTERM, by SIGKILL where that is not enough, and return its exit code."""
        if self._process.poll() is None:
            self.signal(signal.SIGTERM)
        try:
            code = self.wait()
        except subprocess.TimeoutExpired:
            self.signal(signal.SIGKILL)
            code = self.wait()
        self._reader.join()
        if self._process.stdout is not None:
            self._process.stdout.close()
        return code

    def resident_bytes(self) -> int:
        """Return how much memory it holds (Linux)."""
        return resident_bytes_of(self.id)

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            with self._grew:
                self.lines.append(line.rstrip("\n"))
                self._grew.notify_all()


class Program(Process):
    """A program as people start it in a shell: nothing in its variables says where the platform's code is."""

    def __init__(self, *command: str, folder: Path, environment: Mapping[str, str]) -> None:
        self._start(command, folder=folder, environment=shell_environment(environment))


def resident_bytes_of(process: int | str) -> int:
    """Return how much memory a process holds (Linux); `self` stands for this one."""
    pages = int(Path(f"/proc/{process}/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def process_environment(environment: Mapping[str, str], *, root: Path = ROOT) -> dict[str, str]:
    """Return the variables of a process of the checkout at `root`: the given ones, and of ours all but settings.

    Unless it is told otherwise a demo doesn't train a model by itself.
    """
    ours = {"DJANGO_SETTINGS_MODULE": "config.settings", "LEARNING_SYMBOLS": ""}
    return {**_inherited(), **_python_environment(root), **ours, **environment}


def shell_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the variables of a program that finds the platform's code by itself, with the given ones."""
    inherited = {name: value for name, value in _inherited().items() if name not in _OURS}
    return {**inherited, **_READABLE, **environment}


def _inherited() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not _SETTINGS.fullmatch(name)}


def _python_environment(root: Path) -> dict[str, str]:
    path = os.pathsep.join((str(root), str(root / "platform"), str(root / "clients" / "python")))
    return {"PYTHONPATH": path, **_READABLE}
