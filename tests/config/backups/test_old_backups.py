"""`manage.py backup --keep-last`: the last backups of a database stay, and so does all else that lies beside them."""

import io
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from msgspec.structs import replace

from config.backups.backup_file import opened_backup, write_backup
from streaming.models import BackupRecord
from tests.databases.default_database import default_database


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the backups lie."""
    folder = tmp_path / "backups"
    folder.mkdir()
    return folder


def make(folder: Path, *names: str, **options: object) -> str:
    """Make a backup by each name in turn, and return what was said."""
    said = io.StringIO()
    for name in names:
        call_command("backup", str(folder / name), stdout=said, **options)
    return said.getvalue()


def made_of_tomorrow(file: Path) -> None:
    """Have a backup, and its note, as if the clock had been a day ahead."""
    with opened_backup(file) as backup:
        backup.extract(file.with_name("database"))
        manifest = replace(backup.manifest, made_at=backup.manifest.made_at + timedelta(days=1))
    file.unlink()
    write_backup(file, manifest, file.with_name("database"))
    file.with_name("database").unlink()
    BackupRecord.objects.update(made_at=manifest.made_at, size=file.stat().st_size)


def names(folder: Path) -> list[str]:
    """Return what lies in the folder."""
    return sorted(path.name for path in folder.iterdir())


def test_the_last_stay_by_when_they_were_made_and_not_by_their_names(
    sqlite_urls: tuple[str, str], folder: Path
) -> None:
    with default_database(sqlite_urls[0]):
        make(folder, "d", "c", "b")
        said = make(folder, "a", keep_last=3)
        assert names(folder) == ["a", "b", "c"]
        assert said.splitlines()[-1].endswith(f"deleted  {folder / 'd'}")
        assert "deleted" not in make(folder, "e")
        assert names(folder) == ["a", "b", "c", "e"]
        make(folder, "f", keep_last=1)
    assert names(folder) == ["f"]


def test_what_the_database_has_not_noted_stays(sqlite_urls: tuple[str, str], folder: Path) -> None:
    with default_database(sqlite_urls[0]):
        make(folder, "of-another-deployment", "old")
        (folder / "as-long").write_bytes(bytes((folder / "old").stat().st_size))
        (folder / "old.folder").mkdir()
        of_another = (folder / "of-another-deployment").stat().st_size
        noted = BackupRecord.objects.earliest("made_at")
        noted.made_at -= timedelta(seconds=1)  # as long as one of ours, and of another moment
        noted.save()
        assert noted.size == of_another
        make(folder, "new", keep_last=1)
    assert names(folder) == ["as-long", "new", "of-another-deployment", "old.folder"]


def test_what_was_just_written_stays_whatever_the_clock_showed_before(
    sqlite_urls: tuple[str, str], folder: Path
) -> None:
    with default_database(sqlite_urls[0]):
        make(folder, "old")
        made_of_tomorrow(folder / "old")
        (folder / "link").symlink_to(folder / "old")
        make(folder, "new", keep_last=1)
    assert names(folder) == ["link", "new"]


def test_a_restored_database_deletes_no_backup_of_the_one_from_which_it_was_made(
    sqlite_urls: tuple[str, str], folder: Path
) -> None:
    with default_database(sqlite_urls[0]):
        make(folder, "older", "old")
    with default_database(sqlite_urls[1]):
        call_command("restore", str(folder / "old"), stdout=io.StringIO())
        make(folder, "of-the-restored", keep_last=1)
    assert names(folder) == ["of-the-restored", "older"]


def test_nothing_is_deleted_where_none_was_written(sqlite_urls: tuple[str, str], folder: Path) -> None:
    with default_database(sqlite_urls[0]):
        make(folder, "old", "older-name")
        with pytest.raises(CommandError, match="is there already"):
            make(folder, "old", keep_last=1)
    assert names(folder) == ["old", "older-name"]


def test_what_can_not_be_deleted_is_said_and_the_backup_is_there(
    sqlite_urls: tuple[str, str], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(path: Path) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    with default_database(sqlite_urls[0]):
        make(folder, "old")
        with monkeypatch.context() as patched:
            patched.setattr(Path, "unlink", refused)
            said = make(folder, "new", keep_last=1)
    assert said.splitlines()[-1].endswith(f"not deleted  {folder / 'old'}: Permission denied")
    assert names(folder) == ["new", "old"]


@pytest.mark.parametrize("text", ["0", "-1", "1001", "1.5", "all", "٣", "9" * 5000])
def test_how_many_to_keep_is_a_number_that_can_be_told(text: str, folder: Path) -> None:
    with pytest.raises(CommandError, match="a whole number from 1 to 1000, not"):
        call_command("backup", str(folder / "new"), "--keep-last", text)
    assert names(folder) == []
