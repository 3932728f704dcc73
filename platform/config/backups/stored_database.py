"""What a backup needs of a database, whichever kind it is."""

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Protocol

import msgspec

from config.backups.manifest import DatabaseKind, TableContents


class DatabaseCopy(msgspec.Struct, frozen=True, kw_only=True):
    """What was copied: all of one moment. `migrations` are those that were applied, as `app.name`."""

    tool: str
    migrations: tuple[str, ...]
    tables: Mapping[str, TableContents]


class StoredDatabase(Protocol):
    """A database that is backed up, or restored into. All of it raises a `BackupError` where it can't be done."""

    kind: DatabaseKind

    @property
    def place(self) -> str:
        """Where it is, for people; without a password."""

    @property
    def work_beside(self) -> Path:
        """A path beside which what a restore unpacks has room, and no other user reads it."""

    def version(self) -> str:
        """Return the version of its server, or library."""

    def copy_to(self, path: Path, *, left_out: Collection[str]) -> DatabaseCopy:
        """Write all of it into a new file, but for the rows of the tables `left_out`."""

    def require_empty(self) -> None:
        """Raise `OccupiedDatabaseError` where it has a table."""

    def fill(self, path: Path) -> None:
        """Take in what `copy_to` wrote: all of it, or nothing."""

    def contents(self) -> Mapping[str, TableContents]:
        """Return what each table holds."""
