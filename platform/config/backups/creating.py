"""Making a backup: copied, written beside its place, read again, and only then given its name."""

import platform
from datetime import UTC, datetime
from pathlib import Path

import django
from django.apps import apps

from config.backups.backup_file import opened_backup, size_and_digest, write_backup
from config.backups.errors import BackupError
from config.backups.manifest import FORMAT, Manifest
from config.backups.private_files import private_folder, put_into_place
from config.backups.stored_database import StoredDatabase
from config.versions import platform_version
from streaming.installed import left_out_of_backups


def backup_create(database: StoredDatabase, target: Path) -> Manifest:
    """Write a backup to `target`, a new file that only this user may read, and return its manifest.

    The file is there whole, or not at all. Raise a `BackupError`.
    """
    if target.exists():
        raise BackupError(f"{target} is there already; a backup replaces no file")
    try:
        with private_folder(target) as folder:
            manifest = _write(database, folder / "backup", folder / "database")
            put_into_place(folder / "backup", target)
    except OSError as error:
        raise BackupError(f"{target} can't be written: {error.strerror}") from None
    return manifest


def _write(database: StoredDatabase, written: Path, copied: Path) -> Manifest:
    left_out = tables_left_out()
    made_at = datetime.now(UTC)
    copy = database.copy_to(copied, left_out=left_out)
    size, digest = size_and_digest(copied)
    manifest = Manifest(
        format=FORMAT,
        made_at=made_at,
        platform=platform_version(),
        python=platform.python_version(),
        django=django.get_version(),
        database=database.kind,
        server=database.version(),
        tool=copy.tool,
        migrations=copy.migrations,
        left_out=left_out,
        tables=copy.tables,
        size=size,
        sha256=digest,
    )
    write_backup(written, manifest, copied)
    with opened_backup(written) as backup:
        backup.check()
    return manifest


def tables_left_out() -> tuple[str, ...]:
    """Return the tables whose rows belong in no backup."""
    models = map(apps.get_model, left_out_of_backups())
    return tuple(sorted(model._meta.db_table for model in models))  # noqa: SLF001 - Django's
