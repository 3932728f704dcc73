"""A demo that a test may stop, and start again on the same port."""

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlencode

from tests.databases.prepared_databases import begin_demo_database
from tests.deployments import READY_SECONDS, demo_command, fetch_json, status_of
from tests.processes import ROOT, Process
from tests.waiting import until_now


class DemoProcess:
    """`manage.py demo` on the one simulated market; its database is in `folder` unless the environment names one."""

    def __init__(self, folder: Path, *, checkout: Path = ROOT, environment: Mapping[str, str] | None = None) -> None:
        """Run the demo of `checkout`, on a free port, which it keeps."""
        chosen = {"VAR_DIR": str(folder), "LOG_LEVEL": "WARNING", "COMBINED_SYMBOLS": ""}
        self.environment = {**chosen, **(environment or {})}
        self._folder, self._checkout = folder, checkout
        self._process: Process | None = None
        self.url = ""
        self.exchange_url = ""

    def start(self) -> None:
        """Return once the platform says that it is ready: symbols known, exchange live."""
        if self._checkout == ROOT:  # of another, tables may differ
            begin_demo_database(self._folder)
        command = demo_command(port=int(self.url.rstrip("/").rpartition(":")[2] or 0))
        self._process = Process.command(*command, environment=self.environment, root=self._checkout)
        self.exchange_url = self._process.wait_for(r"simulator.*?(http://[\d.:]+)")[1]
        self.url = self._process.wait_for(r"page\s+(http://\S+)")[1]
        until_now(lambda: status_of(f"{self.url}ready") == 200, seconds=READY_SECONDS)

    def fault(self, kind: str, **parameters: float | str) -> None:
        """Ask the simulated exchange for a fault."""
        fetch_json(f"{self.exchange_url}/simulator/faults/{kind}?{urlencode(parameters)}")

    def end_fault(self, kind: str) -> None:
        """End a fault."""
        fetch_json(f"{self.exchange_url}/simulator/faults/{kind}/end")

    def stop(self) -> None:
        """End it by SIGTERM; safe to call twice. A demo that doesn't end well is a failure."""
        process, self._process = self._process, None
        if process is not None:
            assert process.stop() == 0, process.output
