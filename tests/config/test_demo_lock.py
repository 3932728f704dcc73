"""Two demos on one database: the second is refused with a sentence, until the first has gone, however it went."""

import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dj_database_url
import pytest
from django.core.management.base import CommandError
from pytest_django import DjangoDbBlocker

from config.management.demo_lock import only_demo
from tests.databases.prepared_databases import new_database
from tests.processes import START_SECONDS, Process
from tests.services import need_postgres

SQLITE = "django.db.backends.sqlite3"


def database(path: Path) -> dict[str, str]:
    """Return Django's settings of the database that a demo has in a folder."""
    return {"ENGINE": SQLITE, "NAME": str(path / "tidewire.sqlite3")}


def on_server(url: str) -> dict[str, Any]:
    """Return Django's settings of a database at an address."""
    return dict(dj_database_url.parse(url))


@pytest.fixture
def connecting(django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Let the test connect by Django to databases that aren't the tests'."""
    with django_db_blocker.unblock():
        yield


@pytest.fixture
def url(connecting: None) -> Iterator[str]:
    """The address of an empty database of PostgreSQL."""
    with new_database(need_postgres()) as url:
        yield url


def demo(folder: Path, **environment: str) -> Process:
    """Start a demo that keeps its data in `folder`, or where the environment says."""
    arguments = ("demo", "--simulator", "--port", "0")
    return Process.command(*arguments, environment={"VAR_DIR": str(folder), **environment})


def test_it_refuses_a_second_demo_until_the_first_was_killed(tmp_path: Path) -> None:
    with demo(tmp_path) as first:
        first.wait_for(r"bringing .* up to date")
        with pytest.raises(CommandError) as refusal, only_demo(database(tmp_path)):
            pass
        assert f"another demo runs on this database (process {first.id})" in str(refusal.value)
        assert "VAR_DIR=$(mktemp -d) PORT=8001 make demo" in str(refusal.value)
        first.signal(signal.SIGKILL)
        first.wait()
    with only_demo(database(tmp_path)):
        pass


@pytest.mark.postgres
def test_it_ends_a_second_demo_on_a_server_whatever_its_folder_is(tmp_path: Path, url: str) -> None:
    with only_demo(on_server(url)), demo(tmp_path, DATABASE_URL=url) as second:
        code = second.wait(START_SECONDS)
    assert code == 1
    assert second.output == (
        "CommandError: another demo runs on this database. Stop it, or give this one a database and a port of its own: "
        "DATABASE_URL=postgres://…/another PORT=8001 make demo"
    )


def test_it_knows_files_apart(tmp_path: Path) -> None:
    folders = [tmp_path / name for name in ("one", "two")]
    for folder in folders:
        folder.mkdir()
    with (
        only_demo(database(folders[0])),
        only_demo(database(folders[1])),
        pytest.raises(CommandError, match="another demo runs"),
        only_demo(database(folders[1])),
    ):
        pass


@pytest.mark.postgres
def test_it_knows_databases_of_a_server_apart(url: str) -> None:
    with (
        new_database(need_postgres()) as another,
        only_demo(on_server(another)),
        only_demo(on_server(url)),
        pytest.raises(CommandError, match="another demo runs"),
        only_demo(on_server(url)),
    ):
        pass
    with only_demo(on_server(url)):
        pass


@pytest.mark.usefixtures("connecting")
def test_it_says_where_a_server_does_not_answer() -> None:
    server = on_server("postgres://somebody@127.0.0.1:1/a")
    with pytest.raises(CommandError, match=r"^the database does not let us in: "), only_demo(server):
        pass
