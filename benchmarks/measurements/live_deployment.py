"""A deployment on which grids trade: two gateways, bridge, two trading workers, the simulated exchange."""

import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import psycopg

from tests.deployments import Deployment, fetch_json, several_processes
from tests.processes import Process
from tests.waiting import until_now

SYMBOL = "BTCUSDT"
_LONG = 180.0
_SETTINGS = {
    "ACCOUNTS_PER_USER": "20",
    "PAPER_ACCOUNTS_DEMO": "true",
    "PAPER_ACCOUNT_BALANCES": "USDT:1000000",
    "WS_COMMANDS_PER_SECOND": "10000",
    "THROTTLE_ORDERS": "",
    "LOG_LEVEL": "INFO",
}
"""Money, and accounts, for a hundred grids and orders beside them; whoever measures asks more often than a user may."""


class LiveDeployment:
    """The deployment, its workers and its rows; `start_seconds` is how long its grids took to run."""

    def __init__(self, deployment: Deployment, workers: list[Process]) -> None:
        self._deployment = deployment
        self.workers = workers
        self.start_seconds = 0.0

    @property
    def gateways(self) -> list[str]:
        """The gateways' addresses."""
        return self._deployment.gateways

    @property
    def socket_url(self) -> str:
        """The first gateway's socket."""
        return self._deployment.socket_url

    @property
    def exchange_socket_url(self) -> str:
        """The exchange's streams."""
        return self._deployment.exchange_socket_url

    def socket_url_of(self, gateway: int) -> str:
        """Return the socket of one gateway."""
        return self._deployment.socket_url_of(gateway)

    def token(self, username: str = "demo") -> str:
        """Log a user of the demo in."""
        return self._deployment.token(username)

    def price(self) -> float:
        """Return what the symbol costs now."""
        return float(fetch_json(f"{self._deployment.exchange}/api/v3/ticker/price?symbol={SYMBOL}")["price"])

    def query(self, statement: str) -> list[tuple[Any, ...]]:
        """Return what the database answers."""
        with psycopg.connect(self._deployment.environment["DATABASE_URL"]) as connection:
            return connection.execute(statement.encode()).fetchall()

    def count(self, what: str) -> int:
        """Return how many rows there are: `what` stands behind FROM."""
        return int(self.query(f"SELECT count(*) FROM {what}")[0][0])  # noqa: S608 - our own tables

    def holder(self) -> Process | None:
        """Return the worker that holds the lease."""
        rows = self.query("SELECT holder FROM streaming_lease WHERE name = 'trading' AND expires_at > now()")
        return next((worker for worker in self.workers if rows and f"-{worker.id}-" in rows[0][0]), None)

    def start_grids(self, grids: int) -> None:
        """Start so many grids, and wait until all run."""
        run = f"from benchmarks.load.grids import grids_start; grids_start({grids}, {SYMBOL!r}, '{self.price()}')"
        environment = self._deployment.environment
        with Process.command("shell", "-v", "0", "-c", run, environment=environment) as process:
            assert process.wait(_LONG) == 0, process.output
        began = time.monotonic()
        running = "trading_grid WHERE state = 'running'"
        until_now(lambda: self.count(running) == grids, seconds=_LONG, explain=self.said)
        self.start_seconds = time.monotonic() - began

    def said(self) -> str:
        """Return what the workers wrote last."""
        return "\n".join(worker.output[-3000:] for worker in self.workers)


@contextmanager
def live_deployment(grids: int) -> Iterator[LiveDeployment]:
    """Run a deployment with so many grids."""
    name = tempfile.TemporaryDirectory(prefix="live-")
    with name as folder, several_processes(Path(folder), _SETTINGS) as deployment, ExitStack() as stack:
        start = Process.command
        workers = [
            stack.enter_context(start("run_trading", environment=deployment.environment)) for _ in ("one", "other")
        ]
        live = LiveDeployment(deployment, workers)
        until_now(lambda: live.holder() is not None, seconds=_LONG, explain=live.said)
        live.start_grids(grids)
        yield live
