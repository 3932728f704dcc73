"""Files that are not restored: each with a sentence of its own, and nothing in the target's folder afterwards."""

import sqlite3
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest

from config.backups.backup_file import opened_backup, write_backup
from config.backups.creating import backup_create
from config.backups.errors import BackupError, DamagedBackupError, ForeignBackupError, IncompleteRestoreError
from config.backups.manifest import FORMAT, Manifest, TableContents
from config.backups.restoring import backup_restore
from config.backups.sqlite_database import SqliteDatabase


@pytest.fixture
def backup(sqlite_file: Path, tmp_path: Path) -> Path:
    """A backup of the SQLite file."""
    backup_create(SqliteDatabase(sqlite_file), tmp_path / "made.backup")
    return tmp_path / "made.backup"


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """The folder of a database to restore into, in which nothing may be left."""
    (tmp_path / "target").mkdir()
    yield tmp_path / "target"
    assert list((tmp_path / "target").iterdir()) == []


def restore(backup: Path, folder: Path) -> None:
    """Restore into a new file."""
    backup_restore(SqliteDatabase(folder / "restored.sqlite3"), backup)


def with_manifest(backup: Path, change: Callable[[Manifest], Manifest]) -> Path:
    """Return a backup with the same database and another manifest."""
    changed = backup.with_name("changed.backup")
    with opened_backup(backup) as opened:
        opened.extract(backup.with_name("database"))
        write_backup(changed, change(opened.manifest), backup.with_name("database"))
    return changed


def with_flipped_bit(content: bytes) -> bytes:
    """Flip a bit in the middle."""
    middle = len(content) // 2
    return content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]


@pytest.mark.parametrize(
    "damage",
    [with_flipped_bit, lambda content: content[: len(content) // 2], lambda _: b"", lambda _: b"text" * 999],
    ids=["a flipped bit", "cut short", "empty", "something else"],
)
def test_it_restores_no_damaged_file(backup: Path, folder: Path, damage: Callable[[bytes], bytes]) -> None:
    backup.write_bytes(damage(backup.read_bytes()))
    with pytest.raises(DamagedBackupError, match=r"made\.backup is damaged, or no backup: "):
        restore(backup, folder)


@pytest.mark.parametrize("manifest", [b"{}", b"text", b'{"format": 1}', b" " * 17_000_000])
def test_it_restores_no_archive_without_a_manifest_that_can_be_read(
    tmp_path: Path, folder: Path, manifest: bytes
) -> None:
    with zipfile.ZipFile(tmp_path / "made.backup", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("manifest.json", manifest)
    with pytest.raises(DamagedBackupError, match="its manifest can't be read"):
        restore(tmp_path / "made.backup", folder)


def test_it_restores_no_database_that_the_manifest_is_not_of(backup: Path, folder: Path) -> None:
    changed = with_manifest(backup, lambda manifest: msgspec.structs.replace(manifest, sha256="0" * 64))
    with pytest.raises(DamagedBackupError, match="has another digest than the manifest says"):
        restore(changed, folder)


def test_it_restores_no_backup_of_a_newer_version(backup: Path, folder: Path) -> None:
    newer = with_manifest(
        backup,
        lambda one: msgspec.structs.replace(
            one, platform="9.0.0", migrations=(*one.migrations, "trading.9999_later", "nobodys.0001_initial")
        ),
    )
    with pytest.raises(ForeignBackupError) as refusal:
        restore(newer, folder)
    assert "newer version (Tidewire 9.0.0)" in str(refusal.value)
    assert "trading.9999_later. Restore it with that version" in str(refusal.value)  # of an app that isn't here none


def test_it_restores_no_backup_of_a_newer_format(backup: Path, folder: Path) -> None:
    newer = with_manifest(backup, lambda one: msgspec.structs.replace(one, format=FORMAT + 1))
    with pytest.raises(ForeignBackupError, match=f"has format {FORMAT + 1}, and this version reads up to {FORMAT}"):
        restore(newer, folder)


def test_it_names_the_tables_that_are_not_as_the_backup_says(backup: Path, tmp_path: Path) -> None:
    def another(manifest: Manifest) -> Manifest:
        tables = {**manifest.tables, "accounts_user": TableContents(99, "0"), "gone": TableContents(1, "0")}
        return msgspec.structs.replace(manifest, tables=tables)

    target = tmp_path / "restored.sqlite3"
    with pytest.raises(IncompleteRestoreError, match=r"accounts_user has \d+ rows instead of 99; gone is missing"):
        backup_restore(SqliteDatabase(target), with_manifest(backup, another))


def test_it_restores_into_no_file_that_somebody_uses(backup: Path, tmp_path: Path) -> None:
    target = tmp_path / "restored.sqlite3"
    with sqlite3.connect(target) as user:
        user.execute("PRAGMA journal_mode = WAL")
        user.execute("BEGIN IMMEDIATE")
        with pytest.raises(BackupError, match="can't be used just now: database is locked"):
            backup_restore(SqliteDatabase(target, patience=0.1), backup)
    user.close()
    backup_restore(SqliteDatabase(target), backup)


def test_it_leaves_nothing_where_the_database_is_damaged(sqlite_file: Path, tmp_path: Path) -> None:
    backups = tmp_path / "backups"
    backups.mkdir()
    content = bytearray(sqlite_file.read_bytes())
    content[4096 * 3 : 4096 * 20] = b"\xff" * 4096 * 17
    sqlite_file.write_bytes(content)
    with pytest.raises(BackupError, match=r"malformed|damaged"):
        backup_create(SqliteDatabase(sqlite_file), backups / "made.backup")
    assert list(backups.iterdir()) == []
