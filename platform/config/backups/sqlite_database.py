"""A SQLite database in a file: copied and filled by SQLite's own backup API, which needs nobody to stop.

https://www.sqlite.org/backup.html
"""

import hashlib
import os
import sqlite3
from collections.abc import Collection, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote

from config.backups.errors import BackupError, OccupiedDatabaseError
from config.backups.manifest import DatabaseKind, TableContents
from config.backups.stored_database import DatabaseCopy

_PATIENCE_SECONDS = 20.0
_PRIVATE = 0o600
_WHOLE = "ok"
_IS_IT_OURS = "is DATABASE_URL, or VAR_DIR, that of the platform?"


class SqliteDatabase:
    """The one in the file at `path`, which may be missing until it is filled."""

    kind = DatabaseKind.SQLITE

    def __init__(self, path: Path, *, patience: float = _PATIENCE_SECONDS) -> None:
        """Wait for so many seconds where somebody has locked it."""
        self._path = path
        self._patience = patience

    @property
    def place(self) -> str:
        """The path."""
        return str(self._path)

    @property
    def work_beside(self) -> Path:
        """The file itself: what is unpacked is as large as it."""
        return self._path

    def version(self) -> str:
        """Return the version of the library."""
        return sqlite3.sqlite_version

    def copy_to(self, path: Path, *, left_out: Collection[str]) -> DatabaseCopy:
        """Copy it as it is at one moment; writers go on meanwhile, and no free page holds what was deleted."""
        if not self._path.is_file():
            raise BackupError(f"there is no database at {self._path}; {_IS_IT_OURS}")
        with self._opened() as source, _opened(path) as copy:
            source.execute("BEGIN")
            _tables(source)  # whoever has locked it is waited for here, and not for ever
            source.backup(copy)
            tables = set(_tables(copy))
            for table in tables & set(left_out):
                copy.execute(f'DELETE FROM "{table}"')  # noqa: S608 - our own tables
            copy.commit()
            copy.execute("PRAGMA journal_mode = DELETE")
            copy.execute("VACUUM")
            _require_whole(copy, self.place)
            return DatabaseCopy(
                tool=f"sqlite3 {sqlite3.sqlite_version}", migrations=_migrations(copy), tables=_contents(copy)
            )

    def require_empty(self) -> None:
        """Raise `OccupiedDatabaseError` where the file has tables; one without any may be there."""
        if not self._path.exists():
            return
        with self._opened() as connection:
            self._require_no_tables(connection)

    def fill(self, path: Path) -> None:
        """Copy a file into it, in one transaction; whoever uses it meanwhile is a reason not to."""
        with _opened(path) as source:
            _require_whole(source, str(path))
            os.close(os.open(self._path, os.O_RDWR | os.O_CREAT, _PRIVATE))
            with self._opened() as target:
                _lock(target)
                self._require_no_tables(target)
                source.backup(target)

    def contents(self) -> Mapping[str, TableContents]:
        """Return what each table holds, after a look at the whole file."""
        with self._opened() as connection:
            _require_whole(connection, self.place)
            return _contents(connection)

    def _require_no_tables(self, connection: sqlite3.Connection) -> None:
        if count := len(_tables(connection)):
            raise OccupiedDatabaseError(
                f"the database {self._path} has {count} tables, and a backup is restored into an empty one only: "
                "end what uses it, and move it away with its -wal and -shm; or set DATABASE_URL to a new file"
            )

    @contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        """Open the file, which is there, and say in a sentence what SQLite refuses."""
        try:
            with _opened(self._path, self._patience) as connection:
                yield connection
        except sqlite3.OperationalError as error:
            raise OccupiedDatabaseError(f"the database {self._path} can't be used just now: {error}") from None
        except sqlite3.DatabaseError as error:
            raise BackupError(f"the database {self._path} can't be read: {error}") from None


@contextmanager
def _opened(path: Path, patience: float = _PATIENCE_SECONDS) -> Iterator[sqlite3.Connection]:
    address = f"file:{quote(str(path.resolve()))}?mode=rwc"
    with closing(sqlite3.connect(address, uri=True, timeout=patience)) as connection:
        connection.text_factory = bytes  # whatever a row holds has a digest
        yield connection


def _lock(connection: sqlite3.Connection) -> None:
    """Keep everybody else out until it is closed; raise `OperationalError` where somebody is in for long.

    The backup API would wait for that without an end.
    """
    connection.execute("PRAGMA locking_mode = EXCLUSIVE")
    connection.execute("PRAGMA journal_mode = DELETE")
    connection.execute("BEGIN EXCLUSIVE")
    connection.commit()


def _require_whole(connection: sqlite3.Connection, place: str) -> None:
    found = connection.execute("PRAGMA integrity_check(1)").fetchone()[0].decode()
    if found != _WHOLE:
        raise BackupError(f"the database {place} is damaged: {found}")


def _tables(connection: sqlite3.Connection) -> list[str]:
    """Return the names of all tables but SQLite's own."""
    names = [name.decode() for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    return sorted(name for name in names if not name.startswith("sqlite_"))


def _migrations(connection: sqlite3.Connection) -> tuple[str, ...]:
    if "django_migrations" not in _tables(connection):
        raise BackupError(f"the database has no tables of the platform; {_IS_IT_OURS}")
    rows = connection.execute("SELECT app, name FROM django_migrations ORDER BY id")
    return tuple(f"{app.decode()}.{name.decode()}" for app, name in rows)


def _contents(connection: sqlite3.Connection) -> dict[str, TableContents]:
    return {table: _table_contents(connection, table) for table in _tables(connection)}


def _table_contents(connection: sqlite3.Connection, table: str) -> TableContents:
    digest, count = hashlib.sha256(), 0
    for row in connection.execute(f'SELECT * FROM "{table}" ORDER BY rowid'):  # noqa: S608 - our own tables
        digest.update(repr(row).encode())
        count += 1
    return TableContents(count, digest.hexdigest())
