"""A PostgreSQL database: dumped and filled by `pg_dump` and `pg_restore`, which come with PostgreSQL's programs.

https://www.postgresql.org/docs/current/app-pgdump.html, app-pgrestore.html
"""

import os
import shutil
import subprocess
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.postgresql.client import DatabaseClient
from django.db.backends.utils import CursorWrapper

from config.backups.errors import BackupError, OccupiedDatabaseError
from config.backups.manifest import DatabaseKind, TableContents
from config.backups.stored_database import DatabaseCopy

_ONE_MOMENT = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"
_SAME_TEXTS = (
    "SET LOCAL timezone = 'UTC'; SET LOCAL datestyle = 'ISO'; SET LOCAL intervalstyle = 'postgres'; "
    "SET LOCAL bytea_output = 'hex'; SET LOCAL extra_float_digits = 1; "
    "SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0"
)
"""A row is written alike on every server, and however long a table takes."""
_DIGITS = 15
"""Of each row's digest, in hexadecimal digits: 60 bits fit into a `bigint`, and their sum into a `numeric`."""
_LAST_LINES = 3


class PostgresDatabase:
    """The one that a connection of Django's leads to."""

    kind = DatabaseKind.POSTGRESQL

    def __init__(self, connection: BaseDatabaseWrapper, *, folder: Path) -> None:
        """Let what a restore unpacks lie in `folder` for that time."""
        self._connection = connection
        self._folder = folder

    @property
    def place(self) -> str:
        """The database's name, and its host."""
        settings = self._connection.settings_dict
        return f"{settings['NAME']} on {settings['HOST'] or 'this machine'}"

    @property
    def work_beside(self) -> Path:
        """A name in the folder."""
        return self._folder / "restore"

    def version(self) -> str:
        """Return the server's version, such as 15.4."""
        with self._connection.cursor() as cursor:
            return str(_one(cursor, "SHOW server_version")).partition(" ")[0]

    def copy_to(self, path: Path, *, left_out: Collection[str]) -> DatabaseCopy:
        """Dump it as it is at one moment, at which its tables are read, too; writers go on meanwhile."""
        with transaction.atomic(using=self._connection.alias), self._connection.cursor() as cursor:
            cursor.execute(_ONE_MOMENT)
            cursor.execute(_SAME_TEXTS)
            migrations = self._migrations(cursor)
            snapshot = _one(cursor, "SELECT pg_export_snapshot()")
            excluded = [f'--exclude-table-data="{table}"' for table in left_out]
            self._run("pg_dump", "--format=custom", f"--snapshot={snapshot}", f"--file={path}", *excluded)
            tables = {
                name: TableContents(0, "0") if name in left_out else _contents(cursor, name)
                for name in self._tables(cursor)
            }
        return DatabaseCopy(tool=_tool("pg_dump"), migrations=migrations, tables=tables)

    def require_empty(self) -> None:
        """Raise `OccupiedDatabaseError` where it has tables."""
        with self._connection.cursor() as cursor:
            count = len(self._tables(cursor))
        if count:
            raise OccupiedDatabaseError(
                f"the database {self.place} has {count} tables, and a backup is restored into an empty one only: "
                "make one by `createdb`, and set DATABASE_URL to it"
            )

    def fill(self, path: Path) -> None:
        """Restore a dump, in one transaction; what it belongs to is whoever restores it."""
        self._run("pg_restore", "--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges", str(path))

    def contents(self) -> Mapping[str, TableContents]:
        """Return what each table holds."""
        with transaction.atomic(using=self._connection.alias), self._connection.cursor() as cursor:
            cursor.execute(_ONE_MOMENT)
            cursor.execute(_SAME_TEXTS)
            return {name: _contents(cursor, name) for name in self._tables(cursor)}

    def _tables(self, cursor: CursorWrapper) -> list[str]:
        return sorted(self._connection.introspection.table_names(cursor))

    def _migrations(self, cursor: CursorWrapper) -> tuple[str, ...]:
        if "django_migrations" not in self._tables(cursor):
            raise BackupError(f"the database {self.place} has no tables of ours; is DATABASE_URL the right one?")
        cursor.execute("SELECT app, name FROM django_migrations ORDER BY id")
        return tuple(f"{app}.{name}" for app, name in cursor.fetchall())

    def _run(self, tool: str, *arguments: str) -> None:
        """Run one of PostgreSQL's programs on the database; the password goes by its environment, which is its own."""
        options, environment = _login(self._connection.settings_dict)
        ended = subprocess.run(  # noqa: S603 - PostgreSQL's own program
            [_program(tool), *options, "--no-password", *arguments],
            env={**os.environ, **environment},
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
        )
        if ended.returncode:
            said = " ".join(ended.stderr.strip().splitlines()[-_LAST_LINES:])
            raise BackupError(f"{tool} ended with {ended.returncode}: {said}")


def _login(settings: dict[str, Any]) -> tuple[Sequence[str], Mapping[str, str]]:
    """Return where it is and who asks, as Django tells `psql`: options, and variables of the environment."""
    (_, *options), environment = DatabaseClient.settings_to_cmd_args_env(settings, [])
    if settings["NAME"]:
        options[-1] = f"--dbname={options[-1]}"
    return options, environment or {}


def _program(tool: str) -> str:
    found = shutil.which(tool)
    if found is None:
        raise BackupError(f"{tool} is not installed; it comes with PostgreSQL's client programs (postgresql-client)")
    return found


def _tool(tool: str) -> str:
    """Return the name and version that a program tells of itself."""
    command = [_program(tool), "--version"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()  # noqa: S603 - the same


def _contents(cursor: CursorWrapper, table: str) -> TableContents:
    """Count and digest a table where it is; in which order its rows come depends on the server, and says nothing."""
    digest_of_row = f"substr(encode(sha256(convert_to(whole_row::text, 'UTF8')), 'hex'), 1, {_DIGITS})"
    number = f"('x' || {digest_of_row})::bit({4 * _DIGITS})::bigint"
    cursor.execute(f'SELECT count(*), coalesce(sum({number}), 0)::text FROM "{table}" AS whole_row')  # noqa: S608 - our own tables
    rows, digest = cursor.fetchone()
    return TableContents(rows, digest)


def _one(cursor: CursorWrapper, question: str) -> Any:
    cursor.execute(question)
    return cursor.fetchone()[0]
