"""The platform as a process of its own: `manage.py demo` on a free port, on the simulator, SQLite and memory."""

import json
import os
import re
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from tests.processes import ROOT

_START_SECONDS = 60.0
_STOP_SECONDS = 20.0
_STEP_SECONDS = 0.1
_NOT_INHERITED = {"DATABASE_URL", "REDIS_URL", "PORT", "EXCHANGE_SOURCE", "STATIC_ROOT", "DJANGO_SETTINGS_MODULE"}


class DemoProcess:
    """A demo that can be started, stopped, and started again on the same port."""

    def __init__(self, folder: Path, *, checkout: Path = ROOT) -> None:
        """Keep the database and the log in `folder`."""
        self._folder = folder
        self._checkout = checkout
        self._log = folder / "demo.log"
        self._process: subprocess.Popen[bytes] | None = None
        self._port = 0

    @property
    def url(self) -> str:
        """The page's address."""
        return f"http://127.0.0.1:{self._port}/"

    def start(self) -> None:
        """Return once the platform says that it is ready: symbols known, exchange live."""
        environment = {name: value for name, value in os.environ.items() if name not in _NOT_INHERITED}
        environment |= {"VAR_DIR": str(self._folder), "LOG_LEVEL": "WARNING", "NO_COLOR": "1"}
        command = [sys.executable, "manage.py", "demo", "--simulator", "--port", str(self._port)]
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                command, cwd=self._checkout, env=environment, stdout=log, stderr=subprocess.STDOUT
            )
        self._await_ready(time.monotonic() + _START_SECONDS)

    def stop(self) -> None:
        """End it as Ctrl-C does; safe to call twice. A demo that doesn't end is a failure."""
        process, self._process = self._process, None
        if process is None:
            return
        process.terminate()
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise
        assert process.returncode == 0, f"the demo ended with {process.returncode}:\n{self._said()}"

    def _await_ready(self, deadline: float) -> None:
        while not self._is_ready():
            assert self._process is not None
            assert self._process.poll() is None, f"the demo ended:\n{self._said()}"
            assert time.monotonic() < deadline, f"not ready within {_START_SECONDS:g} s:\n{self._said()}"
            time.sleep(_STEP_SECONDS)

    def _is_ready(self) -> bool:
        address = re.search(r"http://127\.0\.0\.1:(\d+)/", self._said())
        if address is None:
            return False
        self._port = int(address[1])
        try:
            with urllib.request.urlopen(f"{self.url}ready", timeout=5) as answer:  # noqa: S310 - loopback
                return bool(json.load(answer)["ready"])
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return False

    def _said(self) -> str:
        return self._log.read_text(errors="replace")
