"""What a backup says of itself: what it was made of, and what must be there again once it is restored. Pure."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from enum import StrEnum

import msgspec

FORMAT = 1
"""Grows when an older version could not read what a newer one writes."""


class DatabaseKind(StrEnum):
    """Which kind of database it is; a backup of one can't be restored into the other."""

    SQLITE = "sqlite"
    POSTGRESQL = "postgresql"

    @property
    def product(self) -> str:
        """Its name for people."""
        return {DatabaseKind.SQLITE: "SQLite", DatabaseKind.POSTGRESQL: "PostgreSQL"}[self]


class TableContents(msgspec.Struct, frozen=True):
    """How many rows a table has, and a digest of all of them, which only the same kind of database makes again."""

    rows: int
    digest: str


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What stands beside the database in a backup.

    `made_at` is when its rows were read, all at the same moment. `migrations` are those that were applied, as
    `app.name`. `left_out` are tables whose rows no backup holds. `size` (bytes) and `sha256` are those of the database
    in the file; they show damage, and not whether somebody has changed both.
    """

    format: int
    made_at: datetime
    platform: str
    python: str
    django: str
    database: DatabaseKind
    server: str
    tool: str
    migrations: tuple[str, ...]
    left_out: tuple[str, ...]
    tables: Mapping[str, TableContents]
    size: int
    sha256: str

    @property
    def rows(self) -> int:
        """How many rows there are in all tables."""
        return sum(table.rows for table in self.tables.values())


class FormatOnly(msgspec.Struct, frozen=True):
    """What every format of a manifest has in common."""

    format: int


def differences(expected: Mapping[str, TableContents], found: Mapping[str, TableContents]) -> Iterator[str]:
    """Yield a sentence for each table that isn't as expected."""
    for name in sorted(expected.keys() | found.keys()):
        before, now = expected.get(name), found.get(name)
        if now is None:
            yield f"{name} is missing"
        elif before is None:
            yield f"{name} is not in the backup"
        elif before.rows != now.rows:
            yield f"{name} has {now.rows:,} rows instead of {before.rows:,}"
        elif before != now:
            yield f"{name} has other contents"
