"""Restoring a backup into an empty database: everything is looked at before anything is changed, and compared after.

Then the database is brought to this version, and what must not come back to life is set right.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.core.management import call_command
from django.db import transaction

from config.backups.backup_file import BackupFile, opened_backup
from config.backups.errors import BackupError, ForeignBackupError, IncompleteRestoreError
from config.backups.manifest import Manifest, differences
from config.backups.private_files import private_folder
from config.backups.stored_database import StoredDatabase
from streaming.database.schema import known_migrations, unknown_migrations
from streaming.installed import after_restore

_LEAST_AGE = timedelta(seconds=1)
_NAMED = 5


def backup_restore(database: StoredDatabase, path: Path) -> Manifest:
    """Fill an empty database with a backup; return its manifest once all of it is there as that says.

    Raise a `BackupError`: an `IncompleteRestoreError` where what is there afterwards differs, any other with nothing
    changed.
    """
    with opened_backup(path) as backup:
        _check(backup, database)
        try:
            with private_folder(database.work_beside) as folder:
                backup.extract(folder / "database")
                database.fill(folder / "database")
        except OSError as error:
            raise BackupError(f"the backup can't be unpacked beside {database.work_beside}: {error.strerror}") from None
    if wrong := list(differences(backup.manifest.tables, database.contents())):
        raise IncompleteRestoreError(
            f"what was restored is not what the backup says, and not to be used: {'; '.join(_few(wrong))}"
        )
    return backup.manifest


def migrations_apply(manifest: Manifest) -> int:
    """Bring a restored database to this version; return how many migrations that took."""
    missing = known_migrations() - set(manifest.migrations)
    if missing:
        call_command("migrate", verbosity=0, interactive=False)
    return len(missing)


@transaction.atomic
def set_right(manifest: Manifest, *, now: datetime | None = None) -> Sequence[str]:
    """Let nothing come back to life that has ended since the backup; return what was done, for people."""
    now = now or datetime.now(UTC)
    made_at = min(manifest.made_at, now - _LEAST_AGE)
    return [f"{rule.set_right(made_at=made_at, now=now):,} {rule.what}" for rule in after_restore()]


def _check(backup: BackupFile, database: StoredDatabase) -> None:
    """Raise a `BackupError` where the backup isn't whole, or isn't for this database."""
    manifest = backup.manifest
    if manifest.database is not database.kind:
        raise ForeignBackupError(
            f"the backup is of {manifest.database.product}, and DATABASE_URL names one of {database.kind.product}: "
            "set it to an empty one of the backup's kind"
        )
    if unknown := list(unknown_migrations(manifest.migrations)):
        raise ForeignBackupError(
            f"the backup is of a newer version (Tidewire {manifest.platform}), with migrations that this one doesn't "
            f"have: {', '.join(_few(unknown))}. Restore it with that version"
        )
    backup.check()
    database.require_empty()


def _few(sentences: Sequence[str]) -> Sequence[str]:
    more = len(sentences) - _NAMED
    return [*sentences[:_NAMED], f"and {more:,} more"] if more > 0 else sentences
