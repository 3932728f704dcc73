"""Gateways and workers that are stopped and started anew, as another version too; a gateway at the address it had."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from benchmarks.processor_time import seconds_used
from tests.deployments import status_of
from tests.processes import ROOT, Process
from tests.waiting import until_now

_SERVING = r"Serving on (http://\S+)"
LEASE_TAKEN = "the lease is ours"
_STANDS = f"{LEASE_TAKEN}|another holds the lease"
_READY_SECONDS = 60.0
_EXIT_CODE = 0


class Member(ABC):
    """A process of a deployment, which runs a management command of the checkout at `root` in this environment."""

    def __init__(self, environment: Mapping[str, str], *command: str, root: Path = ROOT) -> None:
        self._environment = environment
        self._command = command
        self._root = root
        self._used_before = 0.0
        self.process = self._start()

    @property
    def cpu(self) -> float:
        """The processor time that it has used, in all its lives, in seconds."""
        return self._used_before + (0.0 if self.process.has_ended else seconds_used(self.process.id))

    def end(self) -> None:
        """End it by SIGTERM; raise `AssertionError` where it doesn't end in order."""
        used = seconds_used(self.process.id)
        code = self.process.stop()
        self._used_before += used
        assert code == _EXIT_CODE, self.process.output

    def begin_again(self, root: Path | None = None) -> None:
        """Start it anew, without waiting for it; where `root` is given, as another version's process."""
        self._root = self._root if root is None else root
        self.process = self._start()

    @abstractmethod
    def wait_until_ready(self) -> None:
        """Wait until it can take its work."""

    def stop(self) -> None:
        """End it however it stands."""
        self.process.stop()

    def _start(self) -> Process:
        return Process.command(*self._command, environment=self._environment, root=self._root)


class Gateway(Member):
    """One gateway."""

    def __init__(self, environment: Mapping[str, str], root: Path = ROOT) -> None:
        super().__init__(environment, "serve", "--port", "0", root=root)
        self.address = self.process.wait_for(_SERVING)[1]
        self._command = ("serve", "--port", str(urlsplit(self.address).port))

    def wait(self) -> None:
        """Wait until it serves."""
        self.process.wait_for(_SERVING)

    def wait_until_ready(self) -> None:
        """Wait until it has all that it needs to take clients, as a proxy would."""
        self.wait()
        until_now(
            lambda: status_of(f"{self.address}/ready") == 200,  # noqa: PLR2004 - OK
            seconds=_READY_SECONDS,
            explain=lambda: self.process.output,
        )


class Worker(Member):
    """One that must be single, or shares its work by leases."""

    def __init__(self, environment: Mapping[str, str], *command: str, root: Path = ROOT) -> None:
        super().__init__({**environment, "LOG_LEVEL": "INFO"}, *command, root=root)

    def wait_until_ready(self) -> None:
        """Wait until it has the lease, or stands by for it."""
        self.process.wait_for(_STANDS)


class Bridge(Worker):
    """One bridge."""

    def __init__(self, environment: Mapping[str, str], root: Path = ROOT) -> None:
        super().__init__(environment, "run_bridge", root=root)
