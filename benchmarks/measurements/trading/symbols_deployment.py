"""What a worker needs that follows many symbols: an exchange of so many, bridge, PostgreSQL and Redis."""

import secrets
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import psycopg

from benchmarks.load.many_symbols import symbols
from tests.databases.prepared_databases import new_database, prepare_database
from tests.processes import Process
from tests.services import need_postgres, need_redis
from tests.waiting import until_now

LONG_SECONDS = 300.0
_SETTINGS = {
    "EXCHANGE_SOURCE": "simulator",
    "PAPER_ACCOUNTS_DEMO": "true",
    "PAPER_ACCOUNT_BALANCES": "USDT:1000000",
    "LOG_LEVEL": "INFO",
}


class SymbolsDeployment:
    """Its processes' `environment`, and its rows."""

    def __init__(self, environment: dict[str, str], count: int) -> None:
        self.environment = environment
        self.symbols = symbols(count)
        self._connection = psycopg.connect(environment["DATABASE_URL"], autocommit=True)

    def number(self, statement: str, *given: object) -> float:
        """Return what the database answers, which is one number."""
        row = self._connection.execute(statement.encode(), given).fetchone()
        assert row is not None
        return float(row[0] or 0)

    def write(self, statement: str, *given: object) -> None:
        """Have the database do something."""
        self._connection.execute(statement.encode(), given)

    def close(self) -> None:
        """Ask the database no more."""
        self._connection.close()

    def shell(self, program: str) -> None:
        """Run a program below Django's `shell`."""
        with Process.command("shell", "-v", "0", "-c", program, environment=self.environment) as process:
            assert process.wait(LONG_SECONDS) == 0, process.output


@contextmanager
def symbols_deployment(count: int, settings: Mapping[str, str] | None = None) -> Iterator[SymbolsDeployment]:
    """Run it, until its symbols are known."""
    with tempfile.TemporaryDirectory(prefix="symbols-") as folder, new_database(need_postgres()) as database:
        environment = {
            **_SETTINGS,
            "VAR_DIR": folder,
            "DATABASE_URL": database,
            "REDIS_URL": need_redis(),
            "REDIS_PREFIX": f"tidewire-bench-{secrets.token_hex(4)}",
            **(settings or {}),
        }
        prepare_database(environment)
        with Process("-m", "benchmarks.load.many_symbols", str(count), environment=environment) as exchange:
            address = exchange.wait_for(r"(http://[\d.:]+)")[1]
            environment |= {"EXCHANGE_REST_URL": address, "EXCHANGE_STREAM_URLS": address.replace("http", "ws", 1)}
            with Process.command("run_bridge", environment=environment) as bridge:
                deployment = SymbolsDeployment(environment, count)
                listed = "SELECT count(*) FROM market_symbol WHERE status = 'TRADING'"
                until_now(
                    lambda: deployment.number(listed) >= count, seconds=LONG_SECONDS, explain=lambda: bridge.output
                )
                yield deployment
                deployment.close()
