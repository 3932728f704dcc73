"""Databases to back up, and empty ones to restore into, of both kinds."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import DjangoDbBlocker

from tests.databases.prepared_databases import begin_demo_database, new_database, prepare_database
from tests.services import need_postgres


@pytest.fixture
def connecting(django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Let the test connect to databases that aren't the tests' own."""
    with django_db_blocker.unblock():
        yield


@pytest.fixture
def sqlite_file(tmp_path: Path, connecting: None) -> Path:
    """A SQLite file with tables and the demo's users."""
    begin_demo_database(tmp_path / "source")
    return tmp_path / "source" / "tidewire.sqlite3"


@pytest.fixture
def sqlite_urls(sqlite_file: Path, tmp_path: Path) -> tuple[str, str]:
    """The addresses of a filled SQLite file, and of one that isn't there yet."""
    (tmp_path / "target").mkdir()
    return f"sqlite:///{sqlite_file}", f"sqlite:///{tmp_path / 'target' / 'restored.sqlite3'}"


@pytest.fixture
def postgres_urls(tmp_path: Path, connecting: None) -> Iterator[tuple[str, str]]:
    """The addresses of a PostgreSQL database with tables and the demo's users, and of an empty one."""
    with new_database(need_postgres()) as source, new_database(need_postgres()) as target:
        prepare_database({"DATABASE_URL": source, "VAR_DIR": str(tmp_path)})
        yield source, target
