"""Which old backups may go once a new one is there: those that this database has noted, and nothing else."""

from collections.abc import Collection, Iterator
from datetime import datetime
from pathlib import Path

from config.backups.backup_file import opened_backup
from config.backups.errors import BackupError

Noted = tuple[datetime, int]
"""A backup as it was noted: as at which time the database is in it, and how many bytes the file has."""


def old_backups(written: Path, noted: Collection[Noted], *, keep_last: int) -> list[Path]:
    """Return the backups beside `written`, just made, that aren't among the last `keep_last` with it, oldest first.

    Only what was noted is one: what else lies there stays, as another deployment's backups, links, and what can't be
    read. `written` stays whatever the clock showed when the others were made. Raise `OSError` where the folder can't be
    read.
    """
    others = sorted(_noted_backups(written, noted))
    return [path for _made_at, path in others[: max(0, len(others) - keep_last + 1)]]


def _noted_backups(written: Path, noted: Collection[Noted]) -> Iterator[tuple[datetime, Path]]:
    sizes = {size for _made_at, size in noted}
    for path in written.parent.iterdir():
        if path.name == written.name or path.is_symlink() or not path.is_file():
            continue
        if (size := path.stat().st_size) not in sizes:
            continue
        try:
            with opened_backup(path) as backup:
                made_at = backup.manifest.made_at
        except BackupError:  # it only happens to be as long as one
            continue
        if (made_at, size) in noted:
            yield made_at, path
