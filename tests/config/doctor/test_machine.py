"""Open files, disk, and who may read and write what is kept on this machine."""

import resource
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from pytest_django import DjangoDbBlocker, Settings

from config.doctor.findings import State
from config.doctor.machine import disk_finding, look_at_disk, look_at_open_files, look_at_permissions
from tests.databases.default_database import default_database

_NO_FILE = "sqlite://:memory:"


@contextmanager
def open_files(most: int) -> Iterator[None]:
    """Let this process have so many files open."""
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)


@pytest.mark.parametrize(("most", "state"), [(200, State.FAILED), (1024, State.WARNING), (4096, State.OK)])
def test_it_says_how_many_connections_a_gateway_may_have(most: int, state: State) -> None:
    with open_files(most):
        (finding,) = look_at_open_files()
    assert finding.state is state
    assert f"may open {most:,}" in finding.text


def test_it_says_how_much_room_there_is(settings: Settings, tmp_path: Path, django_db_blocker: DjangoDbBlocker) -> None:
    settings.VAR_DIR = tmp_path
    with django_db_blocker.unblock(), default_database(_NO_FILE):
        (finding,) = look_at_disk()
    assert f"GB are free at {tmp_path}" in finding.text


@pytest.mark.parametrize(
    ("free", "state"), [(100_000_000, State.FAILED), (1_000_000_000, State.WARNING), (5_000_000_000, State.OK)]
)
def test_it_judges_the_room_that_is_left(free: int, state: State) -> None:
    assert disk_finding(Path("/somewhere"), free=free, total=100_000_000_000).state is state


@pytest.mark.parametrize(("mode", "state"), [(0o644, State.WARNING), (0o600, State.OK)])
def test_it_minds_a_database_that_others_can_read(
    settings: Settings, tmp_path: Path, django_db_blocker: DjangoDbBlocker, mode: int, state: State
) -> None:
    settings.VAR_DIR, file = tmp_path, tmp_path / "some.sqlite3"
    file.touch()
    file.chmod(mode)
    with django_db_blocker.unblock(), default_database(f"sqlite:///{file}"):
        found = {finding.subject: finding for finding in look_at_permissions()}
    assert found["folder"].state is State.OK
    assert found["secrets"].state is state


def test_it_says_that_its_folder_can_not_be_written(
    settings: Settings, tmp_path: Path, django_db_blocker: DjangoDbBlocker
) -> None:
    settings.VAR_DIR = tmp_path / "none"
    with django_db_blocker.unblock(), default_database(_NO_FILE):
        (finding,) = look_at_permissions()
    assert (finding.state, finding.subject) == (State.FAILED, "folder")


def test_it_minds_keys_that_can_not_be_read_and_such_as_others_can_change(settings: Settings, tmp_path: Path) -> None:
    settings.VAR_DIR, settings.JWT_PUBLIC_KEYS = tmp_path, [str(tmp_path / "none.json")]
    assert "none.json" in {finding.subject: finding for finding in look_at_permissions()}["keys"].text
    keys = tmp_path / "keys.json"
    key = Ed25519PrivateKey.generate().public_key()
    keys.write_bytes(key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    settings.JWT_PUBLIC_KEYS = [str(keys)]
    for mode, state in ((0o644, State.OK), (0o666, State.FAILED)):
        keys.chmod(mode)
        assert stat.S_IMODE(keys.stat().st_mode) == mode
        assert {finding.subject: finding for finding in look_at_permissions()}["keys"].state is state
