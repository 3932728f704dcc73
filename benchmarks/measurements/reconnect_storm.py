"""A gateway restarts, and all its clients come back: until when all have fresh data, and how late its event loop is.

`serve` on Redis and PostgreSQL, bridge and simulated exchange, all on this machine. The gateway gets SIGTERM while the
clients read, and starts anew on the same port; the clients come back by the client library's own back-off.
"""

import json
import statistics
import tempfile
import time
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

import msgspec

from benchmarks import lag_report
from benchmarks.lag_report import Lags, percentile_ms
from benchmarks.load.open_files import raise_open_files
from tests.deployments import Deployment, several_processes
from tests.processes import Process
from tests.waiting import until_now

_USERS = 100
_RETURN_SECONDS = 90.0
_SERVING = r"Serving on \S+ since ([\d.]+)"
_LINE = r"^(\{.*\})$"
_SETTINGS = {"ACCESS_TOKEN_MINUTES": "60", "LOG_LEVEL": "WARNING"}


class Storm(msgspec.Struct, frozen=True, kw_only=True):
    """One restart. Times in seconds, `first_welcome` and later ones from when the gateway listened again."""

    clients: int
    login: bool
    down: float
    """From SIGTERM until the gateway listened again."""
    first_welcome: float
    median_fresh: float
    all_fresh: float
    attempts: int
    lag_ms_p99: float
    """From the first welcome until all had fresh data, as `lag_ms_max`."""
    lag_ms_max: float
    cpu_ms_each: float
    """What the gateway used in that time, for each client: its handshake, its subscriptions, its share of the data."""
    lag_ms_start: float
    """The greatest before the first welcome: the gateway's own start, in which it serves nobody yet."""


def storms(*, clients: int, login: bool, rounds: int) -> list[Storm]:
    """Let a gateway restart `rounds` times under so many clients; without `login` they are anonymous."""
    raise_open_files()
    with tempfile.TemporaryDirectory(prefix="storm-") as name, several_processes(Path(name), _SETTINGS) as deployment:
        deployment.processes["gateway 2"].stop()
        tokens = _write_tokens(deployment, Path(name), clients, login=login)
        command = ("-m", "benchmarks.measurements.returning_clients", deployment.socket_url, str(tokens))
        with Process(*command, environment=deployment.environment) as crowd, Gateway(deployment, Path(name)) as gateway:
            crowd.wait_for(_LINE, seconds=_RETURN_SECONDS)
            returns = [gateway.restart(crowd) for _ in range(rounds)]
    return [_storm(found, clients=clients, login=login) for found in returns]


class Return(msgspec.Struct, frozen=True, kw_only=True):
    """What a restart showed, by `time.time()`; `lags` are the gateway's."""

    stopped_at: float
    listening_at: float
    welcome: list[float]
    fresh: list[float]
    attempts: int
    lags: Lags


class Gateway:
    """The gateway under test, which starts anew on the port where it was."""

    def __init__(self, deployment: Deployment, folder: Path) -> None:
        self._environment = deployment.environment
        self._port = urlsplit(deployment.http_url).port
        self._process = deployment.processes["gateway 1"]
        self._report = folder / "lag"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self._process.stop()

    def restart(self, crowd: Process) -> Return:
        """Restart it; return what was seen until all clients of `crowd` had fresh data."""
        rounds = len(crowd.lines)
        stopped_at = time.time()
        code = self._process.stop()
        assert code == 0, self._process.output
        run = f"from benchmarks.servers.measured_gateway import run; run({self._port}, {str(self._report)!r})"
        self._process = Process.command("shell", "-v", "0", "-c", run, environment=self._environment)
        listening_at = float(self._process.wait_for(_SERVING)[1])
        until_now(lambda: len(crowd.lines) > rounds, seconds=_RETURN_SECONDS, explain=lambda: self._process.output)
        seen = json.loads(crowd.lines[rounds])
        return Return(
            stopped_at=stopped_at,
            listening_at=listening_at,
            welcome=seen["welcome"],
            fresh=seen["fresh"],
            attempts=seen["attempts"],
            lags=self._lags_until(seen["fresh"][-1]),
        )

    def _lags_until(self, end: float) -> Lags:
        until_now(lambda: lag_report.read(self._report)[-1].at >= end)
        return [lag for lag in lag_report.read(self._report) if lag.at - lag.late <= end]


def _storm(found: Return, *, clients: int, login: bool) -> Storm:
    welcome, fresh = ([at - found.listening_at for at in times] for times in (found.welcome, found.fresh))
    welcome_at = found.welcome[0]
    served = [lag for lag in found.lags if lag.at >= welcome_at]
    started = [lag.late for lag in found.lags if lag.at - lag.late < welcome_at]
    return Storm(
        clients=clients,
        login=login,
        down=round(found.listening_at - found.stopped_at, 2),
        first_welcome=round(welcome[0], 3),
        median_fresh=round(statistics.median(fresh), 3),
        all_fresh=round(fresh[-1], 3),
        attempts=found.attempts,
        lag_ms_p99=percentile_ms(served, 0.99),
        lag_ms_max=percentile_ms(served, 1.0),
        cpu_ms_each=round(1000 * (served[-1].cpu - served[0].cpu) / clients, 2),
        lag_ms_start=round(1000 * max(started, default=0.0), 1),
    )


def _write_tokens(deployment: Deployment, folder: Path, clients: int, *, login: bool) -> Path:
    """Return a file with a token a line for each client, or with nothing in the lines."""
    tokens = folder / "tokens"
    if not login:
        tokens.write_text("\n" * (clients - 1), encoding="ascii")
        return tokens
    write = f"from benchmarks.load.users import tokens_write; tokens_write({_USERS}, {clients}, {str(tokens)!r})"
    with Process.command("shell", "-v", "0", "-c", write, environment=deployment.environment) as process:
        assert process.wait(_RETURN_SECONDS) == 0, process.output
    return tokens
