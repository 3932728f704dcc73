"""Whether the database takes what is written: asked of a file and of a server, and not for every probe anew."""

import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
from psycopg import sql

from streaming.clock import SystemClock
from streaming.gateway.api.health import is_ready
from streaming.gateway.checks import DatabaseCheck
from tests.conformance.rows import row
from tests.databases.prepared_databases import new_database, prepare_database
from tests.deployments import fetch_json, status_of
from tests.processes import Process
from tests.services import need_postgres, need_redis
from tests.waiting import until_now


@contextmanager
def serving(environment: dict[str, str]) -> Iterator[str]:
    """Run a gateway, and return its address."""
    with Process.command("serve", "--port", "0", environment=environment) as process:
        yield process.wait_for(r"Serving on (http://\S+)")[1]


def database_of(url: str) -> Any:
    """Return what a gateway says of its database."""
    return fetch_json(f"{url}/health")["database"]["state"]


@row("GW-98")
def test_it_tells_of_a_file_that_can_only_be_read(tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite3"
    environment = {"VAR_DIR": str(tmp_path), "DATABASE_URL": f"sqlite:///{path}"}
    prepare_database(environment)
    with closing(sqlite3.connect(path)) as writer:
        writer.execute("SELECT count(*) FROM streaming_lease")  # its shared memory is there, as beside another process
        with serving({**environment, "DJANGO_SETTINGS_MODULE": "tests.gateway.read_only_settings"}) as url:
            assert database_of(url) == "read_only"
            assert status_of(f"{url}/ready") == 503


@row("GW-98")
@pytest.mark.postgres
@pytest.mark.redis
def test_it_tells_when_a_server_takes_no_changes_and_when_it_does_again(tmp_path: Path) -> None:
    redis = {"REDIS_URL": need_redis(), "REDIS_PREFIX": f"tidewire-test-{secrets.token_hex(4)}"}
    with new_database(need_postgres()) as database:
        environment = {"VAR_DIR": str(tmp_path), "DATABASE_URL": database, **redis}
        prepare_database(environment)
        name = sql.Identifier(urlsplit(database).path.removeprefix("/"))
        with serving(environment) as url, psycopg.connect(database, autocommit=True) as connection:
            for setting, state in (("off", "ok"), ("on", "read_only"), ("off", "ok")):
                change = sql.SQL("SET default_transaction_read_only = off; ALTER DATABASE {} SET {} = {}")
                connection.execute(change.format(name, sql.SQL("default_transaction_read_only"), sql.SQL(setting)))
                until_now(lambda state=state: database_of(url) == state)  # type: ignore[misc]


def test_it_is_not_ready_where_the_database_only_reads() -> None:
    parts = {"database": {"state": "ok"}, "channel_layer": {"state": "ok"}, "bridge": {"state": "live"}}
    assert is_ready(parts)
    assert not is_ready({**parts, "database": {"state": "read_only"}})


@pytest.mark.django_db(transaction=True)
async def test_it_asks_no_more_than_once_a_second() -> None:
    check = DatabaseCheck(SystemClock())
    assert await check.seconds() == await check.seconds() > 0
