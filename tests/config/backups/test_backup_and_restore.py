"""`manage.py backup` and `manage.py restore`, from one real database into another of its kind."""

import io
import secrets
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from pytest_django import Settings

from accounts.models import User
from config.backups.backup_file import opened_backup
from config.backups.configured import configured_database
from config.redis_names import redis_client
from streaming.models import BackupRecord, Lease, WorkerPresence
from tests.databases.default_database import default_database
from tests.services import need_redis

SOON = datetime.now(UTC) + timedelta(hours=1)
CHANGED = {"accounts_user", "streaming_lease", "streaming_backuprecord"}
"""What is set right, or noted, after a restore."""


def add_rows() -> None:
    """Add a session and a lease that are good for a while, and somebody with a name that takes quoting."""
    Session.objects.create(session_key="k3y", session_data="signed", expire_date=SOON)
    Lease.objects.create(name="bridge", holder="one", token=7, expires_at=SOON, seconds=6)
    WorkerPresence.objects.create(name="deliveries", process="one", expires_at=SOON)
    User.objects.create(username="carla", email="carla@example.com", first_name="Carla 'Ü' \\ \n", token_generation=3)


@pytest.fixture(params=["sqlite_urls", pytest.param("postgres_urls", marks=pytest.mark.postgres)])
def urls(request: pytest.FixtureRequest) -> tuple[str, str]:
    """The addresses of a filled database, and of an empty one of the same kind."""
    found: tuple[str, str] = request.getfixturevalue(request.param)
    return found


def test_it_restores_all_of_a_backup_into_an_empty_database(urls: tuple[str, str], tmp_path: Path) -> None:
    source, target = urls
    file, said = tmp_path / "made.backup", io.StringIO()
    with default_database(source):
        add_rows()
        call_command("backup", str(file), stdout=said)
        noted = BackupRecord.objects.get()
        assert (noted.size, datetime.now(UTC) - noted.made_at < timedelta(minutes=5)) == (file.stat().st_size, True)
        noted.delete()
        before = configured_database().contents()
        Lease.objects.update(token=9)  # what happens later isn't in it
    with default_database(target):
        call_command("restore", str(file), stdout=said)
        restored = configured_database().contents()
        left_out = {"django_session", "streaming_workerpresence"}
        assert BackupRecord.objects.get().size == file.stat().st_size  # the one that it comes from is its last
        assert {name for name in before if before[name] != restored[name]} == CHANGED | left_out
        assert Lease.objects.get().holder == ""
        assert Lease.objects.get().token > 9
        carla = User.objects.get(username="carla")
        assert carla.first_name == "Carla 'Ü' \\ \n"
        assert carla.token_generation > 3
        assert User.objects.create(username="dora", email="dora@example.com").pk > carla.pk
    assert "all is there as the backup says" in said.getvalue()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


@pytest.mark.redis
def test_it_lets_redis_forget_what_was_told_since_and_nothing_of_others(
    sqlite_urls: tuple[str, str], tmp_path: Path, settings: Settings
) -> None:
    file, said = tmp_path / "made.backup", io.StringIO()
    settings.REDIS_URLS = [need_redis()]
    settings.REDIS_PREFIX = ours = f"tidewire-test-{secrets.token_hex(4)}"
    others = f"{ours}-of-another"
    with default_database(sqlite_urls[0]):
        call_command("backup", str(file), stdout=said)
    with redis_client(need_redis()) as redis:
        redis.mset({f"{ours}:history:{number}": "told" for number in range(3)} | {f"{others}:history": "told"})
        try:
            with default_database(sqlite_urls[1]):
                call_command("restore", str(file), "--empty-redis", stdout=said)
                assert User.objects.filter(username="demo").exists()
            assert list(redis.scan_iter(f"{ours}*")) == [f"{others}:history".encode()]
        finally:
            redis.delete(f"{others}:history")
    assert f"has forgotten the names that begin with {ours}:" in said.getvalue()


def test_it_leaves_a_database_alone_that_has_tables(urls: tuple[str, str], tmp_path: Path) -> None:
    file = tmp_path / "made.backup"
    with default_database(urls[0]):
        call_command("backup", str(file), stdout=io.StringIO())
        before = configured_database().contents()
        with pytest.raises(CommandError, match=r"^Not restored: the database .* has \d+ tables, and a backup is resto"):
            call_command("restore", str(file), stdout=io.StringIO())
        assert configured_database().contents() == before


def test_it_makes_no_backup_of_a_database_without_tables(urls: tuple[str, str], tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    with default_database(urls[1]), pytest.raises(CommandError, match=r"^No backup: .*is DATABASE_URL"):
        call_command("backup", str(folder / "made.backup"), stdout=io.StringIO())
    assert list(folder.iterdir()) == []


def test_it_holds_nothing_by_which_somebody_is_logged_in(sqlite_urls: tuple[str, str], tmp_path: Path) -> None:
    file, database = tmp_path / "made.backup", tmp_path / "database"
    with default_database(sqlite_urls[0]):
        for key in ("session-that-was-ended", "session-that-goes-on"):
            Session.objects.create(session_key=key, session_data="signed", expire_date=SOON)
        Session.objects.get(pk="session-that-was-ended").delete()
        call_command("backup", str(file), stdout=io.StringIO())
    with opened_backup(file) as backup:
        backup.extract(database)
    assert b"session-that" not in database.read_bytes()


def test_it_replaces_no_file(sqlite_urls: tuple[str, str], tmp_path: Path) -> None:
    (tmp_path / "made.backup").write_text("mine")
    with default_database(sqlite_urls[0]), pytest.raises(CommandError, match="is there already"):
        call_command("backup", str(tmp_path / "made.backup"), stdout=io.StringIO())
    assert (tmp_path / "made.backup").read_text() == "mine"


@pytest.mark.postgres
def test_it_holds_one_moment_whatever_is_written_meanwhile(postgres_urls: tuple[str, str], tmp_path: Path) -> None:
    file = tmp_path / "made.backup"

    def write_then(execute, sql, params, many, context):  # type: ignore[no-untyped-def]
        found = execute(sql, params, many, context)
        if "pg_export_snapshot" in sql:
            with psycopg.connect(postgres_urls[0]) as other:
                other.execute("UPDATE accounts_user SET first_name = 'later'")
        return found

    with default_database(postgres_urls[0]), connection.execute_wrapper(write_then):
        call_command("backup", str(file), stdout=io.StringIO())
    with default_database(postgres_urls[1]):
        call_command("restore", str(file), stdout=io.StringIO())
        assert not User.objects.filter(first_name="later").exists()


@pytest.mark.postgres
def test_it_restores_no_backup_of_another_kind(
    sqlite_urls: tuple[str, str], postgres_urls: tuple[str, str], tmp_path: Path
) -> None:
    file = tmp_path / "made.backup"
    with default_database(sqlite_urls[0]):
        call_command("backup", str(file), stdout=io.StringIO())
    with default_database(postgres_urls[1]):
        with pytest.raises(CommandError, match="the backup is of SQLite, and DATABASE_URL names one of PostgreSQL"):
            call_command("restore", str(file), stdout=io.StringIO())
        assert configured_database().contents() == {}


def test_it_brings_an_older_backup_to_this_version(sqlite_urls: tuple[str, str], tmp_path: Path) -> None:
    file, said = tmp_path / "made.backup", io.StringIO()
    with default_database(sqlite_urls[0]):
        call_command("migrate", "streaming", "0001", verbosity=0)
        call_command("backup", str(file), stdout=io.StringIO())
    with opened_backup(file) as backup:
        assert "streaming.0002" not in str(backup.manifest.migrations)
    with default_database(sqlite_urls[1]):
        call_command("restore", str(file), stdout=said)
        assert Lease.objects.count() == 0
        assert "migrations were newer than the backup, and are applied" in said.getvalue()


def test_a_backup_of_a_database_that_takes_no_note_is_as_good(sqlite_urls: tuple[str, str], tmp_path: Path) -> None:
    file, said = tmp_path / "made.backup", io.StringIO()
    with default_database(sqlite_urls[0]):
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE streaming_backuprecord")  # it is of an older version
        call_command("backup", str(file), stdout=said)
    with opened_backup(file) as backup:
        backup.check()
    assert (
        "not noted  alerts and `doctor` don't know of it, as the database takes no note: no such table"
        in said.getvalue()
    )
