"""Which old backups may go once a new one is there: those that this database has noted, and nothing else."""

from collections.abc import Collection, Iterator
from datetime import datetime
from pathlib import Path

from config.backups.backup_file import opened_backup
from config.backups.errors import BackupError

Noted = tuple[datetime, int]
"""A backup as it was noted: as at which time the database is in it, and how many bytes the file has."""


def old_backups(folder: Path, noted: Collection[Noted], *, keep_last: int) -> list[Path]:
    """Return the backups in `folder` that were noted, without the last `keep_last` (1 and more), oldest first.

    So what lies there beside them stays: other files, another deployment's backups, and those that can't be read.
    Raise `OSError` where the folder can't be.
    """
    return [path for _made_at, path in sorted(_noted_backups(folder, noted))[:-keep_last]]


def _noted_backups(folder: Path, noted: Collection[Noted]) -> Iterator[tuple[datetime, Path]]:
    sizes = {size for _made_at, size in noted}
    for path in folder.iterdir():
        if not path.is_file() or (size := path.stat().st_size) not in sizes:
            continue
        try:
            with opened_backup(path) as backup:
                made_at = backup.manifest.made_at
        except BackupError:  # it only happens to be as long as one
            continue
        if (made_at, size) in noted:
            yield made_at, path
