"""Databases with tables and the demo's users: migrated once for each run and server, copied for each test."""

import atexit
import secrets
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg

from tests.processes import Process

_SQLITE = "sqlite:///"
_FILE = "tidewire.sqlite3"
_SERVERS_OWN = "postgres"
_PREPARE_SECONDS = 120.0
_PREPARE = (
    "from django.core.management import call_command; from accounts.demo import demo_users_ensure; "
    "call_command('migrate', verbosity=0, interactive=False); demo_users_ensure()"
)


def prepare_database(environment: Mapping[str, str]) -> None:
    """Make the tables and the demo's users in the database that a process with `environment` would use.

    One that is there, and not empty, is brought up to date instead; so is the one that a server has from the beginning,
    which a test's own server alone uses, and nobody can drop.
    """
    url = environment.get("DATABASE_URL", "")
    if not url or url.startswith(_SQLITE):
        path = Path(url.removeprefix(_SQLITE)) if url else Path(environment["VAR_DIR"]) / _FILE
        is_empty = not path.exists()
        if is_empty:
            path.write_bytes(_sqlite_prepared())
    else:
        is_empty = _name_of(url) != _SERVERS_OWN and _is_empty(url)
        if is_empty:
            _copy(_postgres_prepared(_with_name(url, _SERVERS_OWN)), url)
    if not is_empty or "DJANGO_SETTINGS_MODULE" in environment:  # whose apps may bring tables of their own
        _prepare(environment)


def begin_demo_database(folder: Path) -> None:
    """Put the prepared SQLite file where a demo with this `VAR_DIR` looks for its own, unless one is there.

    The demo brings it up to date itself: it finds that little is left to do, which is most of what its start costs.
    """
    path = folder / _FILE
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        path.write_bytes(_sqlite_prepared())


@contextmanager
def new_database(url: str) -> Iterator[str]:
    """Make a PostgreSQL database beside the one at `url`, and drop it afterwards."""
    new = _with_name(url, f"tidewire_test_{secrets.token_hex(4)}")
    with psycopg.connect(url, autocommit=True) as connection:
        _create(connection, new)
        try:
            yield new
        finally:
            _drop(connection, new)


@cache
def _sqlite_prepared() -> bytes:
    with tempfile.TemporaryDirectory(prefix="tidewire-prepared-") as folder:
        _prepare({"VAR_DIR": folder})
        return (Path(folder) / _FILE).read_bytes()


@cache
def _postgres_prepared(server: str) -> str:
    """Return the address of a prepared database on a server; it is dropped at the end of this process."""
    prepared = _with_name(server, f"tidewire_test_prepared_{secrets.token_hex(4)}")
    with psycopg.connect(server, autocommit=True) as connection:
        _create(connection, prepared)
    atexit.register(_drop_where_the_server_is, server, prepared)
    with tempfile.TemporaryDirectory(prefix="tidewire-prepared-") as folder:
        _prepare({"VAR_DIR": folder, "DATABASE_URL": prepared})
    return prepared


def _prepare(environment: Mapping[str, str]) -> None:
    with Process.command("shell", "--verbosity", "0", "-c", _PREPARE, environment=environment) as process:
        assert process.wait(_PREPARE_SECONDS) == 0, process.output


def _is_empty(url: str) -> bool:
    with psycopg.connect(url) as connection:
        return connection.execute("SELECT FROM pg_tables WHERE schemaname = 'public'").fetchone() is None


def _copy(prepared: str, url: str) -> None:
    with psycopg.connect(_with_name(url, _SERVERS_OWN), autocommit=True) as connection:
        _drop(connection, url)
        _create(connection, url, f'TEMPLATE "{_name_of(prepared)}"')


def _create(connection: psycopg.Connection, url: str, how: str = "") -> None:
    connection.execute(f'CREATE DATABASE "{_name_of(url)}" {how}'.encode())


def _drop(connection: psycopg.Connection, url: str) -> None:
    connection.execute(f'DROP DATABASE "{_name_of(url)}" WITH (FORCE)'.encode())


def _drop_where_the_server_is(server: str, url: str) -> None:
    with suppress(psycopg.OperationalError), psycopg.connect(server, autocommit=True) as connection:
        _drop(connection, url)


def _with_name(url: str, name: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


def _name_of(url: str) -> str:
    return urlsplit(url).path.removeprefix("/")
