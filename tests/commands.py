"""A process that runs one `manage.py` command after the other, each as `manage.py` runs it; Django starts once.

Run as a program it is that process: it reads commands from its input, a line of JSON for each.
"""

import gc
import json
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping
from typing import Self

from django.core.management import execute_from_command_line

from tests.processes import ROOT, process_environment
from tests.waiting import LIMIT_SECONDS

_ENDED = "\x00ended with "


class Commands:
    """Where tests run commands; it starts with the first, and again after one that it did not survive."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        """Run all of them with these settings."""
        self._environment = process_environment(environment)
        self._running: subprocess.Popen[str] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self._stop()

    def run(
        self,
        *arguments: str,
        environment: Mapping[str, str] | None = None,
        until: tuple[str, ...] = (),
        stop: signal.Signals = signal.SIGINT,
    ) -> tuple[int, str]:
        """Run a command to its end; return its exit code and what it printed.

        Where there are patterns in `until`, it is sent the signal `stop` once each has matched a line.
        """
        process = self._process()
        assert process.stdin is not None
        process.stdin.write(f"{json.dumps([arguments, dict(environment or {})])}\n")
        process.stdin.flush()
        limit = threading.Timer(LIMIT_SECONDS, process.kill)
        limit.start()
        try:
            return self._listen(process, set(until), stop)
        finally:
            limit.cancel()

    @staticmethod
    def _listen(process: subprocess.Popen[str], until: set[str], stop: signal.Signals) -> tuple[int, str]:
        assert process.stdout is not None
        lines: list[str] = []
        for line in process.stdout:
            if line.startswith(_ENDED):
                return int(line.removeprefix(_ENDED)), "\n".join(lines)
            lines.append(line.rstrip("\n"))
            met = {pattern for pattern in until if re.search(pattern, lines[-1])}
            until -= met
            if met and not until:
                process.send_signal(stop)
        raise AssertionError(f"no end within {LIMIT_SECONDS:g} s, and not {until}:\n" + "\n".join(lines))

    def _process(self) -> subprocess.Popen[str]:
        if self._running is not None and self._running.poll() is not None:
            self._stop()
        if self._running is None:
            self._running = subprocess.Popen(
                [sys.executable, "-m", "tests.commands"],
                cwd=ROOT,
                env=self._environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
            )
        return self._running

    def _stop(self) -> None:
        process, self._running = self._running, None
        if process is not None:
            process.kill()
            process.communicate()


def _run_all() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    gc.disable()  # while Django starts, as `manage.py` does
    before = dict(os.environ)
    for line in sys.stdin:
        arguments, environment = json.loads(line)
        os.environ.update(environment)
        code = _run(arguments)
        os.environ.clear()
        os.environ.update(before)
        sys.stdout.write(f"{_ENDED}{code}\n")
        sys.stdout.flush()


def _run(arguments: list[str]) -> int:
    try:
        execute_from_command_line(["manage.py", *arguments])
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 0
    return 0


if __name__ == "__main__":
    _run_all()
