"""Databases with tables and the demo's users: migrated once for each run and server, copied for each test.

The processes of a run share what is prepared, in a folder that the first of them makes, and names to the others by
the environment.
"""

import atexit
import fcntl
import os
import secrets
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from functools import partial
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from django.core.management import call_command

from tests.processes import ROOT, Process

_SQLITE = "sqlite:///"
_FILE = "tidewire.sqlite3"
_SERVERS_OWN = "postgres"
_FOLDER = "TEST_PREPARED_DATABASES"
_TABLES, _USERS = "tables.sqlite3", "users.sqlite3"
_DATABASE_SUFFIX = ".postgres"
_PREPARE_SECONDS = 200.0
"""Well under the time-out of a test (pyproject.toml), which has begun before and would not tell what was printed."""
_MIGRATE = "from django.core.management import call_command; call_command('migrate', verbosity=0, interactive=False); "
_ADD_USERS = "from accounts.demo import demo_users_ensure; demo_users_ensure()"
_PREPARE = _MIGRATE + _ADD_USERS
_COPY = "from django.db import connection; connection.cursor().execute('VACUUM INTO %s', [{path!r}]); "


def share_prepared() -> Path:
    """Return the folder for what is prepared, which the processes that are started from now on share.

    Whoever makes it drops, at its end, what is in it.
    """
    if _FOLDER not in os.environ:
        os.environ[_FOLDER] = tempfile.mkdtemp(prefix="tidewire-prepared-")
        atexit.register(_drop_prepared, Path(os.environ[_FOLDER]))
    return Path(os.environ[_FOLDER])


def prepare_database(environment: Mapping[str, str], *, root: Path = ROOT) -> None:
    """Make the tables and the demo's users in the database that a process with `environment` would use.

    They are those of the checkout at `root`; what is prepared is of this one. One that is there, and not empty, is
    brought up to date instead; so is the one that a server has from the beginning, which a test's own server alone
    uses, and nobody can drop.
    """
    url = environment.get("DATABASE_URL", "")
    if root != ROOT:
        _prepare(environment, root)
        return
    if not url or url.startswith(_SQLITE):
        path = Path(url.removeprefix(_SQLITE)) if url else Path(environment["VAR_DIR"]) / _FILE
        is_empty = not path.exists()
        if is_empty:
            path.write_bytes(_sqlite_prepared().read_bytes())
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
        path.write_bytes(_sqlite_prepared().read_bytes())


def fill_with_tables(connection: sqlite3.Connection, *, starts_processes: bool) -> None:
    """Put all tables into a SQLite database, as the migrations make them, instead of whatever is there.

    Where no process may be started, they are made in the default database, which must be that of the connection.
    """
    if starts_processes:
        prepared = _sqlite_prepared().with_name(_TABLES)
    else:
        prepared = _made_once(_TABLES, partial(_migrate_here, connection))
    with closing(sqlite3.connect(prepared)) as tables:
        tables.backup(connection)


def _migrate_here(connection: sqlite3.Connection, path: Path) -> None:
    with closing(sqlite3.connect(":memory:")) as empty:
        empty.backup(connection)
    call_command("migrate", verbosity=0, interactive=False)
    with closing(sqlite3.connect(path)) as tables:
        connection.backup(tables)


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


def _sqlite_prepared() -> Path:
    """Return the file with tables and users; beside it is one with tables alone."""
    return _made_once(_USERS, _prepare_sqlite)


def _prepare_sqlite(path: Path) -> None:
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        copy = _COPY.format(path=str(path.with_name(_TABLES)))
        _run(_MIGRATE + copy + _ADD_USERS, {"VAR_DIR": folder})
        (Path(folder) / _FILE).rename(path)


def _postgres_prepared(server: str) -> str:
    """Return the address of a prepared database on a server."""
    name = f"{sha256(server.encode()).hexdigest()}{_DATABASE_SUFFIX}"
    return _made_once(name, lambda path: _prepare_postgres(server, path)).read_text(encoding="utf-8").split("\n")[1]


def _prepare_postgres(server: str, path: Path) -> None:
    prepared = _with_name(server, f"tidewire_test_prepared_{secrets.token_hex(4)}")
    with psycopg.connect(server, autocommit=True) as connection:
        _create(connection, prepared)
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        _prepare({"VAR_DIR": folder, "DATABASE_URL": prepared})
    path.write_text(f"{server}\n{prepared}", encoding="utf-8")


def _made_once(name: str, make: Callable[[Path], None]) -> Path:
    """Return the file of that name in the run's folder, made by whichever process wants it first."""
    path = share_prepared() / name
    with path.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not path.exists():
            make(path)
    return path


def _drop_prepared(folder: Path) -> None:
    for prepared in folder.glob(f"*{_DATABASE_SUFFIX}"):
        server, url = prepared.read_text(encoding="utf-8").split("\n")
        _drop_where_the_server_is(server, url)
    shutil.rmtree(folder)


def _prepare(environment: Mapping[str, str], root: Path = ROOT) -> None:
    _run(_PREPARE, environment, root)


def _run(program: str, environment: Mapping[str, str], root: Path = ROOT) -> None:
    with Process.command("shell", "--verbosity", "0", "-c", program, environment=environment, root=root) as process:
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
