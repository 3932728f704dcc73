"""Gateways that are stopped and started anew, each at the address that it had."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from benchmarks.processor_time import seconds_used
from tests.processes import Process

_SERVING = r"Serving on (http://\S+)"
_EXIT_CODE = 0


class Gateway:
    """One gateway of a deployment whose processes have this environment."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self._used_before = 0.0
        self._process = self._start("0")
        self.address = self._process.wait_for(_SERVING)[1]

    @property
    def cpu(self) -> float:
        """The processor time that it has used, in all its lives, in seconds."""
        return self._used_before + (0.0 if self._process.has_ended else seconds_used(self._process.id))

    def end(self) -> None:
        """End it by SIGTERM; raise `AssertionError` where it doesn't end in order."""
        used = seconds_used(self._process.id)
        code = self._process.stop()
        self._used_before += used
        assert code == _EXIT_CODE, self._process.output

    def begin_again(self) -> None:
        """Start it anew, without waiting until it serves."""
        self._process = self._start(str(urlsplit(self.address).port))

    def wait(self) -> None:
        """Wait until it serves."""
        self._process.wait_for(_SERVING)

    def stop(self) -> None:
        """End it however it stands."""
        self._process.stop()

    def _start(self, port: str) -> Process:
        return Process.command("serve", "--port", port, environment=self._environment)
