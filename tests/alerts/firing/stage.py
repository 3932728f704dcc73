"""A deployment for alerts whose exchange is the test: it publishes what the bridge would, through the real layer."""

import json
import secrets
import time
import urllib.request
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any, Self

import psycopg
import redis
from channels_redis.pubsub import RedisPubSubChannelLayer  # type: ignore[import-untyped]

from streaming.events import Envelope, Event, encode
from streaming.fan_out.hub import Hub
from streaming.installed import topic_registry
from streaming.topics.topic import Topic
from tests.databases.prepared_databases import new_database, prepare_database
from tests.processes import Process
from tests.services import need_postgres, need_redis
from tests.waiting import until_now

_NOWHERE = "http://127.0.0.1:9"
_HASTE = {
    "ALERTS_LEASE_SECONDS": "1.5",
    "ALERTS_LEASE_RENEWAL_SECONDS": "0.3",
    "ALERTS_RULE_CHANGES_SECONDS": "0.2",
    "ALERTS_CHECKPOINT_SECONDS": "0.3",
    "THROTTLE_ALERTS": "",
    "ALERTS_RULES_PER_USER": "100000",
    "WS_COMMANDS_PER_SECOND_PER_USER": "10000",  # a test that waits asks as often as it can
}
_LINES_TOLD = 40


class Stage:
    """The deployment: PostgreSQL, Redis, one gateway, and as many evaluators as are started."""

    def __init__(self, environment: Mapping[str, str], processes: ExitStack) -> None:
        self.environment = dict(environment)
        self._processes = processes
        self._workers: list[Process] = []
        self._redis = redis.Redis.from_url(environment["REDIS_URL"])
        self.token = ""
        self.gateway = ""

    @property
    def socket_url(self) -> str:
        """The gateway's socket endpoint."""
        return f"{self.gateway.replace('http', 'ws', 1)}/ws"

    def serve(self) -> None:
        """Start the gateway, and log the demo's user in."""
        process = self._processes.enter_context(Process.command("serve", "--port", "0", environment=self.environment))
        self.gateway = process.wait_for(r"Serving on (http://\S+)")[1]
        self.token = self.ask("POST", "/api/v1/auth/token/", {"username": "demo", "password": "demo"})["access"]

    def worker(self, command: str = "run_alerts", **settings: str) -> Process:
        """Start a worker, with settings of its own where some are given."""
        worker = Process.command(command, environment=self.environment | settings)
        self._workers.append(worker)
        return self._processes.enter_context(worker)

    def ask(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """Ask the gateway as the demo's user; return the answer, with exact numbers."""
        request = urllib.request.Request(self.gateway + path, method=method)
        request.add_header("Content-Type", "application/json")
        if self.token:
            request.add_header("Authorization", f"Bearer {self.token}")
        data = None if body is None else json.dumps(body).encode()
        try:
            with urllib.request.urlopen(request, data, timeout=20) as answer:
                text = answer.read()
        except urllib.error.HTTPError as error:
            raise AssertionError(f"{method} {path}: {error.code} {error.read()!r}") from error
        return json.loads(text, parse_float=Decimal) if text else None

    def rule(self, **parameters: Any) -> int:
        """Make a rule, by default one that fires every time the price rises through the threshold; return its id."""
        given = {"name": "a rule", "source": "price", "operator": "crossing_up", "trigger": "every_time", **parameters}
        made: int = self.ask("POST", "/api/v1/alerts/rules/", given)["id"]
        return made

    def rule_row(self, rule_id: int) -> Any:
        """Return a rule as it is told."""
        return self.ask("GET", f"/api/v1/alerts/rules/{rule_id}/")

    def query(self, statement: str, *parameters: Any) -> list[tuple[Any, ...]]:
        """Return what the database answers."""
        with psycopg.connect(self.environment["DATABASE_URL"], autocommit=True) as connection:
            found = connection.execute(statement.encode(), parameters)
            return found.fetchall() if found.description else []

    def write(self, statement: str, rows: Iterable[tuple[Any, ...]]) -> None:
        """Write many rows."""
        with psycopg.connect(self.environment["DATABASE_URL"]) as connection, connection.cursor() as cursor:
            cursor.executemany(statement.encode(), rows)

    def fired(self, rule_id: int) -> list[tuple[int, Decimal, bool]]:
        """Return number, value and lateness of each stored firing of a rule, oldest first."""
        found = self.query("SELECT number, value, late FROM alerts_alertevent WHERE rule_id = %s ORDER BY id", rule_id)
        return [(number, Decimal(value), late) for number, value, late in found]

    def wait_fired(self, rule_id: int, count: int) -> list[tuple[int, Decimal, bool]]:
        """Return a rule's firings once there are so many."""
        until_now(lambda: len(self.fired(rule_id)) >= count, explain=lambda: self._story(rule_id))
        return self.fired(rule_id)

    def _story(self, rule_id: int) -> str:
        """Return what is stored of a rule's firings, and what the workers have said last."""
        said = [line for worker in self._workers for line in worker.lines[-_LINES_TOLD:]]
        return "\n".join([f"fired: {self.fired(rule_id)}", *said])

    def list_symbols(self, names: Iterable[str]) -> None:
        """Let the exchange list symbols."""
        self.write(
            "INSERT INTO market_symbol (name, base, quote, status, source, listed_at, updated_at)"
            " VALUES (%s, %s, 'USDT', 'TRADING', 'binance', now(), now())",
            [(name, name.removesuffix("USDT")) for name in names],
        )

    def wait_for_readers(self, topics: Iterable[Topic], count: int = 1) -> None:
        """Wait until so many processes read each topic."""
        prefix = self.environment["REDIS_PREFIX"]
        groups = [f"{prefix}__group__{topic.group}" for topic in topics]

        def all_read() -> bool:
            return all(readers >= count for _, readers in self._redis.pubsub_numsub(*groups))

        until_now(all_read)

    def close(self) -> None:
        """Let go of Redis."""
        self._redis.close()


class Bridging:
    """Publishes events as the bridge of a deployment with this environment does; use it as an asynchronous context."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._layer = RedisPubSubChannelLayer(hosts=[environment["REDIS_URL"]], prefix=environment["REDIS_PREFIX"])
        self._hub = Hub(self._layer, topic_registry())

    async def __aenter__(self) -> Self:
        await self._hub.start()
        return self

    async def __aexit__(self, *exception: object) -> None:
        await self._hub.stop()
        await self._layer.flush()

    async def publish(self, topic: Topic, event: Event) -> None:
        """Publish an event to whoever reads the topic."""
        await self._hub.publish_encoded(topic.key, encode(Envelope(epoch=0, sequence=0, event=event)))


@contextmanager
def stage(var_dir: Path, **settings: str) -> Iterator[Stage]:
    """Prepare a database, with `settings` besides those that make things go quickly."""
    with ExitStack() as processes:
        environment = {
            "VAR_DIR": str(var_dir),
            "DATABASE_URL": processes.enter_context(new_database(need_postgres())),
            "REDIS_URL": need_redis(),
            "REDIS_PREFIX": f"tidewire-test-{secrets.token_hex(4)}",
            "EXCHANGE_SOURCE": "binance",
            "EXCHANGE_REST_URL": _NOWHERE,
            **_HASTE,
            **settings,
        }
        prepare_database(environment)
        made = Stage(environment, processes)
        processes.callback(made.close)
        yield made


def now_ms() -> int:
    """Return the time in ms since the epoch."""
    return time.time_ns() // 1_000_000
