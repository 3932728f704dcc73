"""Whole deployments of the platform in real processes: the demo in one, and the same spread over several."""

import json
import os
import secrets
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit, urlunsplit

import psycopg

from tests.databases.prepared_databases import begin_demo_database, new_database, prepare_database
from tests.processes import ROOT, Process
from tests.services import need_postgres, need_redis
from tests.waiting import LIMIT_SECONDS, until_now

READY_SECONDS = 120.0
_PROGRAM = ("manage.py",)


_ASKED_OFTEN = {"WS_COMMANDS_PER_SECOND_PER_USER": "10000"}
"""Tests share a user, and ask as often as they can while they wait; the limit itself has tests of its own."""


@dataclass
class Deployment:
    """Where a running deployment is: its gateways, and the simulated exchange that it follows.

    `environment` is what its processes were started with: who starts another with it joins the deployment.
    """

    gateways: list[str]
    exchange: str
    processes: dict[str, Process] = field(default_factory=dict)
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def http_url(self) -> str:
        """The first gateway's address."""
        return self.gateways[0]

    @property
    def socket_url(self) -> str:
        """The first gateway's socket endpoint."""
        return self.socket_url_of(0)

    @property
    def exchange_socket_url(self) -> str:
        """The exchange's stream address."""
        return self.exchange.replace("http", "ws", 1)

    def socket_url_of(self, gateway: int) -> str:
        """Return the socket endpoint of one gateway."""
        return f"{self.gateways[gateway].replace('http', 'ws', 1)}/ws"

    def get(self, path: str, *, gateway: int = 0) -> Any:
        """Return the JSON at `path`."""
        return fetch_json(self.gateways[gateway] + path)

    def fault(self, kind: str, **parameters: float) -> None:
        """Let the simulated exchange fail, as docs/simulator.md tells."""
        fetch_json(f"{self.exchange}/simulator/faults/{kind}?{urlencode(parameters)}")

    def token(self, username: str = "demo") -> str:
        """Log a demo user in and return the access token."""
        body = json.dumps({"username": username, "password": username}).encode()
        headers = {"Content-Type": "application/json"}
        request = urllib.request.Request(f"{self.http_url}/api/v1/auth/token/", body, headers)
        with urllib.request.urlopen(request, timeout=LIMIT_SECONDS) as answer:
            token: str = json.load(answer)["access"]
        return token

    def wait_until_ready(self) -> None:
        """Wait until every gateway knows the symbols and the upstream is live."""
        for gateway in self.gateways:
            until_now(
                lambda url=gateway: status_of(f"{url}/ready") == 200,  # type: ignore[misc]
                seconds=READY_SECONDS,
                explain=self.account,
            )

    def account(self) -> str:
        """Return what a gateway says of its health, and what each process said: for whoever looks for a cause."""
        said = [f"-- {name}:\n{process.output}" for name, process in self.processes.items()]
        return "\n".join([json.dumps(self.get("/health")), *said])


def fetch_json(url: str) -> Any:
    """Return the JSON at `url`."""
    with urllib.request.urlopen(url, timeout=LIMIT_SECONDS) as answer:
        return json.load(answer)


def status_of(url: str) -> int:
    """Return the HTTP status of `url`; 0 where nothing answers in time."""
    try:
        with urllib.request.urlopen(url, timeout=LIMIT_SECONDS) as answer:
            status: int = answer.status
    except urllib.error.HTTPError as error:
        return error.code
    except (urllib.error.URLError, TimeoutError, ConnectionError):  # or the server ended before it had answered
        return 0
    return status


@contextmanager
def demo(var_dir: Path, environment: Mapping[str, str] | None = None) -> Iterator[Deployment]:
    """Run the demo with one simulated market, in one process, on what `demo_services` gives, or `environment` names."""
    chosen = {"VAR_DIR": str(var_dir), "COMBINED_SYMBOLS": "", **_ASKED_OFTEN, **(environment or {})}
    begin_demo_database(var_dir)
    command = demo_command(port=0)
    given = nullcontext(chosen) if "DATABASE_URL" in chosen else demo_services()
    with given as services, Process.command(*command, environment=services | chosen) as process:
        settings = services | chosen
        exchange = process.wait_for(r"simulator.*?(http://[\d.:]+)")[1]
        page = process.wait_for(r"page\s+(http://\S+?)/?$")[1]
        deployment = Deployment([page], exchange, {"demo": process}, settings)
        deployment.wait_until_ready()
        yield deployment


@contextmanager
def demo_on_kraken(var_dir: Path) -> Iterator[Deployment]:
    """Run the demo in one process on a Kraken of its own, as on the real one: a simulated one, by Kraken's wire."""
    chosen = {"VAR_DIR": str(var_dir), "COMBINED_SYMBOLS": "", **_ASKED_OFTEN}
    begin_demo_database(var_dir)
    arguments = ("simulate_exchange", "--control", "--port", "0", "--kraken-port", "0")
    with demo_services() as services, Process.command(*arguments, environment=chosen) as simulator:
        exchange = simulator.wait_for(r"control\s+(http://[\d.:]+)")[1]
        rest, feed = (simulator.wait_for(line)[1] for line in (r"REST\s+(http://[\d.:]+)/0/", r"feed\s+(ws://[\d.:]+)"))
        followed = {"EXCHANGE_SOURCE": "kraken", "EXCHANGE_REST_URL": rest, "EXCHANGE_STREAM_URLS": feed}
        settings = services | chosen | followed
        with Process.command("demo", "--port", "0", environment=settings) as process:
            page = process.wait_for(r"page\s+(http://\S+?)/?$")[1]
            deployment = Deployment([page], exchange, {"demo": process, "simulator": simulator}, settings)
            deployment.wait_until_ready()
            yield deployment


def demo_command(*, port: int) -> tuple[str, ...]:
    """Return the command of a demo on the simulated market, or on that of the seed in the variable `TEST_DEMO_SEED`."""
    seed = os.environ.get("TEST_DEMO_SEED", "1")
    return ("demo", "--simulator", "--control", "--port", str(port), "--seed", seed)


@contextmanager
def demo_services() -> Iterator[dict[str, str]]:
    """Give what names the database and the layer of a demo: nothing, which is SQLite and memory.

    Where the variable `TEST_DEMO_ON` is `services`, it is a PostgreSQL database of its own, and the Redis of all tests.
    """
    if os.environ.get("TEST_DEMO_ON") != "services":
        yield {}
        return
    with new_database(need_postgres()) as database:
        yield {"DATABASE_URL": database, "REDIS_URL": need_redis(), "REDIS_PREFIX": _new_prefix()}


def _new_prefix() -> str:
    return f"tidewire-test-{secrets.token_hex(4)}"


@contextmanager
def several_processes(
    var_dir: Path,
    environment: Mapping[str, str] | None = None,
    *,
    exchange_options: Sequence[str] = (),
    program: Sequence[str] = _PROGRAM,
    root: Path = ROOT,
) -> Iterator[Deployment]:
    """Run two gateways and a bridge on PostgreSQL and Redis, with the simulator, each in a process of its own.

    `program` runs management commands of the checkout at `root`. The services are those that the tests share, or those
    that `DATABASE_URL` and `REDIS_URL` in `environment` name.
    """
    serve = (*program, "serve", "--port", "0")
    gateways = {"gateway 1": serve, "gateway 2": serve}
    announced = r"Serving on (http://\S+)"
    with _spread(var_dir, gateways, announced, environment, exchange_options, program=program, root=root) as deployment:
        deployment.wait_until_ready()
        yield deployment


ONE_PROCESS = "one process"
KINDS: Mapping[str, Callable[[Path], AbstractContextManager[Deployment]]] = {
    ONE_PROCESS: demo,
    "several processes": several_processes,
}
"""The ways to run the platform in which most tests run it."""


@contextmanager
def on_daphne(var_dir: Path, environment: Mapping[str, str] | None = None) -> Iterator[Deployment]:
    """Run the gateway on Daphne, with a bridge beside it, as `several_processes` does."""
    with _spread(
        var_dir, {"daphne": daphne_command()}, r"Listening on TCP address ([\d.:]+)", environment
    ) as deployment:
        deployment.gateways = [f"http://{gateway}" for gateway in deployment.gateways]
        deployment.wait_until_ready()
        yield deployment


DAPHNE_OPTIONS = (
    "--websocket-max-message-size", "65536", "--ping-interval", "30", "--ping-timeout", "30",
    "--websocket_timeout", "-1", "--websocket_connect_timeout", "60",
)  # fmt: skip
"""What docs/operations.md has operators start it with."""


def daphne_command(*further: str) -> tuple[str, ...]:
    """Return the arguments of a Python that runs the gateway on Daphne, at a free port; `further` options win."""
    return ("-m", "daphne", "--port", "0", *DAPHNE_OPTIONS, *further, "config.asgi:application")


@contextmanager
def _spread(
    var_dir: Path,
    gateways: Mapping[str, Sequence[str]],
    announced: str,
    environment: Mapping[str, str] | None,
    exchange_options: Sequence[str] = (),
    *,
    program: Sequence[str] = _PROGRAM,
    root: Path = ROOT,
) -> Iterator[Deployment]:
    """Run simulator, bridge and gateways; each gateway announces its address with the pattern `announced`."""
    with simulated_market(var_dir, environment, exchange_options, root=root) as market, ExitStack() as stack:
        settings, processes = market.environment, market.processes
        processes["bridge"] = stack.enter_context(Process(*program, "run_bridge", environment=settings, root=root))
        for name, arguments in gateways.items():
            processes[name] = stack.enter_context(Process(*arguments, environment=settings, root=root))
        market.gateways = [processes[name].wait_for(announced)[1] for name in gateways]
        yield market


@contextmanager
def simulated_market(
    var_dir: Path,
    environment: Mapping[str, str] | None = None,
    exchange_options: Sequence[str] = (),
    *,
    root: Path = ROOT,
) -> Iterator[Deployment]:
    """Run the simulator alone, with PostgreSQL and Redis for whatever joins; the database has its tables."""
    with ExitStack() as stack:
        settings = {
            "VAR_DIR": str(var_dir),
            "REDIS_PREFIX": _new_prefix(),
            "EXCHANGE_SOURCE": "simulator",
            **_ASKED_OFTEN,
            **(environment or {}),
        }
        if "DATABASE_URL" not in settings:
            settings["DATABASE_URL"] = stack.enter_context(new_database(need_postgres()))
        if not settings.keys() & {"REDIS_URL", "REDIS_URLS"}:
            settings["REDIS_URL"] = need_redis()
        arguments = ("simulate_exchange", "--control", "--port", "0", *exchange_options)
        simulator = stack.enter_context(Process.command(*arguments, environment=settings, root=root))
        exchange = simulator.wait_for(r"(http://[\d.:]+)")[1]
        settings["EXCHANGE_REST_URL"] = exchange
        settings["EXCHANGE_STREAM_URLS"] = exchange.replace("http", "ws", 1)
        prepare_database(settings, root=root)
        yield Deployment([], exchange, {"simulator": simulator}, settings)


@contextmanager
def database_gone(url: str) -> Iterator[None]:
    """Cut everybody off from the PostgreSQL database at `url`, and let nobody in meanwhile."""
    parts = urlsplit(url)
    name = parts.path.removeprefix("/")
    with psycopg.connect(urlunsplit(parts._replace(path="/postgres")), autocommit=True) as connection:
        connection.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false'.encode())
        try:
            connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (name,))
            yield
        finally:
            connection.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true'.encode())
