"""A deployment on which grids trade: gateways and workers that can be hit, Redis and PostgreSQL by way of proxies."""

import json
import os
import re
import signal
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import Any

import psycopg

from tests.databases.prepared_databases import new_database, prepare_database
from tests.deployments import Deployment, fetch_json, several_processes, status_of
from tests.loopback_proxy import LoopbackProxy
from tests.processes import Process
from tests.services import need_postgres, need_redis
from tests.trading.live.chaos.own_strategies import with_own_strategies
from tests.waiting import until_now

SYMBOL = "BTCUSDT"
GRIDS = 3
WAIT_SECONDS = 180.0
GRID = {"pair": SYMBOL, "grid_count": 40, "investment": 20_000, "fee_rate": 0}
"""Its lines are so near each other that the simulator's price is at another within seconds; and so few that all grids
and the orders by hand beside them are no more than an account may have open of a symbol (200).
"""
_SETTINGS = {
    "PAPER_ACCOUNTS_DEMO": "true",
    "TRADING_RECORDING": "true",
    "TRADING_LEASE_SECONDS": os.environ.get("TRADING_LEASE_SECONDS", "5"),  # longer on a machine that is busy
    "TRADING_LEASE_RENEWAL_SECONDS": "0.5",
    "ACCESS_TOKEN_MINUTES": "600",
    "THROTTLE_ORDERS": "",
    "THROTTLE_GRIDS": "",
    "STRATEGY_MEMORY_MIB": "64",
}
_SERVING = r"Serving on (http://\S+)"

_NOTE_WRITERS = """
    CREATE TABLE chaos_writer (fill bigint, worker text, holder text);
    CREATE FUNCTION chaos_note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        INSERT INTO chaos_writer SELECT NEW.id, current_setting('application_name'), holder
        FROM streaming_lease WHERE name = 'trading';
        RETURN NULL;
    END $$;
    CREATE CONSTRAINT TRIGGER chaos_note AFTER INSERT ON trading_fill DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION chaos_note();
"""
"""Notes at each commit of an execution who stores it, and who then holds the lease."""


class Deployed:
    """The processes by what they are: `workers`, of which one holds the lease, and `gateways` by their addresses."""

    def __init__(
        self, deployment: Deployment, database: str, postgres: LoopbackProxy, redis: LoopbackProxy, stack: ExitStack
    ) -> None:
        self.postgres = postgres
        self.redis = redis
        self.exchange = deployment.exchange
        self.token = deployment.token()
        self.other_token = deployment.token("admin")
        names = ("gateway 1", "gateway 2")
        self.gateways = {url: deployment.processes[name] for url, name in zip(deployment.gateways, names, strict=True)}
        self.workers: list[Process] = []
        self.worker_ids: dict[str, int] = {}
        self._environment = deployment.environment
        self._database = database
        self._stack = stack
        self._bridge = deployment.processes["bridge"]
        with psycopg.connect(database, autocommit=True) as connection:
            connection.execute(_NOTE_WRITERS)
        for _ in range(2):
            self.start_worker()

    def query(self, statement: str) -> list[tuple[Any, ...]]:
        """Return what the database answers, asked directly."""
        with psycopg.connect(self._database) as connection:
            return connection.execute(statement.encode()).fetchall()

    def is_done(self, path: str, body: Mapping[str, Any], *, token: str = "") -> bool:
        """Ask the first gateway for something; return whether it was done, False where a part isn't there yet."""
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token or self.token}"}
        request = urllib.request.Request(f"{next(iter(self.gateways))}{path}", json.dumps(body).encode(), headers)
        try:
            with urllib.request.urlopen(request, timeout=20):
                return True
        except urllib.error.HTTPError as error:
            assert error.code == HTTPStatus.SERVICE_UNAVAILABLE, f"{path}: {error.code} {error.read()!r}"
            return False

    def price(self) -> float:
        """Return the market's price."""
        return float(fetch_json(f"{self.exchange}/api/v3/ticker/price?symbol={SYMBOL}")["price"])

    def start_grids(self) -> None:
        """Start grids tight around the price, so that they trade all the time."""
        price = self.price()
        for width in range(1, GRIDS + 1):
            reach = 0.002 * width
            given = {"upper_price": round(price * (1 + reach)), "lower_price": round(price * (1 - reach))}
            started = partial(self.is_done, "/api/v1/trading/grids/", {**GRID, **given})
            until_now(started, seconds=WAIT_SECONDS, explain=self.said)
        until_now(lambda: self.query("SELECT 1 FROM trading_fill LIMIT 1"), seconds=WAIT_SECONDS, explain=self.said)

    # -- workers --------------------------------------------------------------------------------------------------

    def start_worker(self) -> None:
        """Start a worker, which works or stands by; PostgreSQL knows it by its name."""
        name = f"worker {len(self.worker_ids) + 1}"
        environment = {**self._environment, "PGAPPNAME": name}
        worker = self._stack.enter_context(Process.command("run_trading", environment=environment))
        self.workers.append(worker)
        self.worker_ids[name] = worker.id

    def holder(self) -> Process:
        """Return the worker that holds the lease, once one of those that live does."""
        until_now(lambda: self.held_by() is not None, seconds=WAIT_SECONDS, explain=self.said)
        found = self.held_by()
        assert found is not None
        return found

    def held_by(self) -> Process | None:
        """Return the worker that holds the lease now."""
        rows = self.query("SELECT holder FROM streaming_lease WHERE name = 'trading' AND expires_at > now()")
        return next((worker for worker in self.workers if rows and f"-{worker.id}-" in rows[0][0]), None)

    def kill_worker(self, worker: Process) -> None:
        """Kill a worker, and start another, which stands by."""
        worker.signal(signal.SIGKILL)
        self.workers.remove(worker)
        self.start_worker()

    # -- gateways -------------------------------------------------------------------------------------------------

    def kill_gateway(self, url: str) -> None:
        """Kill a gateway, and start it again at its address."""
        self.gateways[url].signal(signal.SIGKILL)
        self.gateways[url].wait()
        command = ("serve", "--port", url.rsplit(":", 1)[1])
        self.gateways[url] = self._stack.enter_context(Process.command(*command, environment=self._environment))

    # -- whether all is well --------------------------------------------------------------------------------------

    def wait_until_it_goes_on(self) -> None:
        """Wait until a trade of from now on has had its effect, and every gateway is ready."""
        began = int(time.time() * 1000)
        until_now(lambda: self._followed_to() >= began, seconds=WAIT_SECONDS, explain=self.said)
        for url in self.gateways:
            until_now(lambda url=url: self.is_ready(url), seconds=WAIT_SECONDS, explain=self.said)  # type: ignore[misc]

    def is_ready(self, url: str) -> bool:
        """Return whether a gateway has all that it needs."""
        return status_of(f"{url}/ready") == 200

    def _followed_to(self) -> int:
        rows = self.query(f"SELECT max(time) FROM trading_marketposition WHERE symbol = '{SYMBOL}'")  # noqa: S608 - ours
        return int(rows[0][0] or 0)

    def said(self) -> str:
        """Return the last that the processes wrote."""
        return "\n--\n".join(one.output[-3000:] for one in (*self.workers, *self.gateways.values(), self._bridge))

    def verify_audit(self) -> None:
        """Look whether the audit is whole, by the command."""
        status, output = self._run("verify_audit")
        assert status == 0, output

    def replay_recordings(self) -> None:
        """Look whether what all workers and gateways did comes to the same rows again, by the command."""
        status, output = self._run("replay_recording")
        assert status == 0, "\n".join((output, *self._recorded(re.findall(r"recording (\d+): step", output))))

    def _recorded(self, ids: list[str]) -> Iterator[str]:
        """Give recordings, as they are stored."""
        for one in ids:
            [start] = self.query(f"SELECT start FROM trading_recording WHERE id = {one}")  # noqa: S608 - a number
            yield f"recording {one}: {start[0]}"
            parts = f"SELECT lines FROM trading_recordedpart WHERE recording_id = {one} ORDER BY id"  # noqa: S608 - one
            yield from (lines for (lines,) in self.query(parts))

    def _run(self, *command: str) -> tuple[int, str]:
        with Process.command(*command, environment=self._environment) as process:
            return process.wait(WAIT_SECONDS), process.output


@contextmanager
def deployed(var_dir: Path) -> Iterator[Deployed]:
    """Run two gateways, a bridge, the simulator and two workers until the end of the `with`; grids trade."""
    with ExitStack() as stack:
        database = stack.enter_context(new_database(need_postgres()))
        prepare_database({"DATABASE_URL": database, "VAR_DIR": str(var_dir)})
        postgres, redis = (stack.enter_context(LoopbackProxy(url)) for url in (database, need_redis()))
        settings = {**_SETTINGS, "DATABASE_URL": postgres.url, "REDIS_URL": redis.url}
        settings = with_own_strategies(var_dir / "packages", settings)
        deployment = stack.enter_context(several_processes(var_dir, settings))
        made = Deployed(deployment, database, postgres, redis, stack)
        made.start_grids()
        yield made
