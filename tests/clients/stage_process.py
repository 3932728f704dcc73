"""A stage in a process of its own, for tests in Python: where it is, and what is asked of it."""

import json
import subprocess
import sys
from typing import Any, Self
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import urlopen

from tests.processes import ROOT, process_environment

_ASK_SECONDS = 60.0  # a restart of the gateway takes its time
_STOP_SECONDS = 30.0


class StageProcess:
    """Runs from the beginning of the `with` to its end."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.clients.stage"],
            cwd=ROOT,
            env=process_environment({}),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        said = self._process.stdout.readline()
        assert said, f"the stage ended with {self._process.wait()}; its errors stand above"
        self._addresses: dict[str, str] = json.loads(said)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self._process.communicate(timeout=_STOP_SECONDS)  # closes its standard input
        assert self._process.returncode == 0

    @property
    def socket_url(self) -> str:
        """The socket's address, through the proxy."""
        return self._addresses["socket"]

    def ask(self, path: str, **query: Any) -> Any:
        """Let something happen; return what was answered when it has, or fail with what was wrong. Blocks."""
        url = f"{self._addresses['control']}{path}?{urlencode(query)}"
        try:
            with urlopen(url, timeout=_ASK_SECONDS) as answer:
                return json.load(answer)
        except HTTPError as refused:
            with refused:
                raise AssertionError(f"{path}: {json.load(refused)['error']}") from None
