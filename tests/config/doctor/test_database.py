"""What is said of a database that isn't there, or isn't of this version. One that is well: `test_doctor`."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.db import connection
from pytest_django import DjangoDbBlocker

from config.doctor.database import look_at_database
from config.doctor.findings import Finding, State
from tests.databases.default_database import default_database
from tests.databases.prepared_databases import begin_demo_database, new_database, prepare_database
from tests.services import need_postgres


@pytest.fixture(autouse=True)
def _connecting(django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with django_db_blocker.unblock():
        yield


def failures(url: str) -> list[Finding]:
    """Return what has failed of the database at `url`."""
    with default_database(url):
        return [finding for finding in look_at_database() if finding.state is not State.OK]


def test_it_says_how_to_make_missing_tables(tmp_path: Path) -> None:
    (failure,) = failures(f"sqlite:///{tmp_path / 'new.sqlite3'}")
    assert failure.subject == "migrations"
    assert "are not applied: " in failure.text
    assert failure.to_do == "manage.py migrate"


def test_it_knows_a_database_of_a_newer_version(tmp_path: Path) -> None:
    begin_demo_database(tmp_path)
    url = f"sqlite:///{tmp_path / 'tidewire.sqlite3'}"
    with default_database(url), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('trading', '9999_later', '2026-01-01')"
        )
    (failure,) = failures(url)
    assert failure.text == "the database is of a newer version, with trading.9999_later"


def test_it_says_that_nobody_answers_at_the_address() -> None:
    (failure,) = failures("postgres://nobody@127.0.0.1:1/none")
    assert failure.subject == "database"
    assert "Connection refused" in failure.text
    assert "DATABASE_URL" in failure.to_do


def test_it_is_content_with_one_of_this_version(tmp_path: Path) -> None:
    begin_demo_database(tmp_path)
    assert failures(f"sqlite:///{tmp_path / 'tidewire.sqlite3'}") == []


@pytest.mark.postgres
def test_it_compares_the_clock_of_a_server_and_sees_that_it_is_only_read(tmp_path: Path) -> None:
    with new_database(need_postgres()) as url:
        prepare_database({"DATABASE_URL": url, "VAR_DIR": str(tmp_path)})
        name = url.rpartition("/")[2]
        with psycopg.connect(url, autocommit=True) as owner:
            owner.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on".encode())
        with default_database(url):
            found = {finding.subject: finding for finding in look_at_database()}
    assert found["database"].text.startswith("PostgreSQL ")
    assert found["clock"].state is State.OK
    assert found["clock"].text.startswith("the database's is ")
    assert found["migrations"].state is State.OK
    assert found["writing"].state is State.FAILED
    assert "read-only transaction" in found["writing"].text
