"""What production refuses to start with, by its database; as whoever starts it sees it."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from pytest_django import Settings

from config.start import refuse_known_passwords
from tests.deployments import prepare_database, status_of
from tests.lost_connection import lost_connections
from tests.processes import Process
from tests.waiting import until_now

_SERVE = ("manage.py", "serve", "--port", "0")
_DAPHNE = ("-m", "daphne", "--port", "0", "config.asgi:application")
_PLAIN_UVICORN = ("-m", "uvicorn", "--port", "0", "config.asgi:application")
_BRIDGE = ("manage.py", "run_bridge")
_CHECK = ("manage.py", "check", "--deploy", "--fail-level", "ERROR")


@pytest.fixture(scope="module")
def demo_database(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return the settings of a production whose database was a demo's before."""
    var_dir = tmp_path_factory.mktemp("var")
    prepare_database({"VAR_DIR": str(var_dir)})
    return _production(var_dir)


def _production(var_dir: Path) -> dict[str, str]:
    return {
        "VAR_DIR": str(var_dir),
        "ENVIRONMENT": "production",
        "SECRET_KEY": "a key that only this deployment knows",
        "ALLOWED_HOSTS": "127.0.0.1",
    }


def _run(arguments: Sequence[str], settings: dict[str, str]) -> tuple[int, str]:
    with Process(*arguments, environment=settings) as process:
        return process.wait(60), process.output


@pytest.mark.parametrize("arguments", [_SERVE, _BRIDGE])
def test_it_says_in_one_sentence_whose_password_everybody_knows(
    demo_database: dict[str, str], arguments: Sequence[str]
) -> None:
    code, output = _run(arguments, demo_database)
    assert code == 1
    assert output == (
        "CommandError: production does not start while everybody knows the password of admin and demo: "
        "give each a new one by `manage.py changepassword`, or delete the user"
    )


@pytest.mark.parametrize("arguments", [_DAPHNE, _PLAIN_UVICORN, _CHECK])
def test_it_starts_on_no_server_and_passes_no_check(demo_database: dict[str, str], arguments: Sequence[str]) -> None:
    code, output = _run(arguments, demo_database)
    assert code != 0
    assert "everybody knows the password of admin and demo" in output


@pytest.fixture
def mended_database(tmp_path: Path) -> dict[str, str]:
    """Return the settings of a production whose administrator changed one password and deleted the other user."""
    prepare_database({"VAR_DIR": str(tmp_path)})
    settings = _production(tmp_path)
    mend = (
        "from accounts.models import User; User.objects.get(username='demo').delete(); "
        "admin = User.objects.get(username='admin'); admin.set_password('a new one, longer'); admin.save()"
    )
    assert _run(("manage.py", "shell", "-c", mend), settings)[0] == 0
    return settings


def _assert_it_serves(settings: dict[str, str]) -> None:
    with Process(*_SERVE, environment=settings) as process:
        url = process.wait_for(r"Serving on (http\S+)")[1]
        until_now(lambda: status_of(f"{url}/health") == 200)
        assert process.stop() == 0


def test_it_starts_once_the_passwords_are_changed(mended_database: dict[str, str]) -> None:
    _assert_it_serves(mended_database)


def test_it_starts_with_a_database_without_tables(tmp_path: Path) -> None:
    _assert_it_serves(_production(tmp_path))


@pytest.mark.django_db
def test_it_starts_where_the_connection_to_the_database_is_lost(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.ENVIRONMENT = "production"
    with lost_connections() as lost:
        refuse_known_passwords()
    assert lost.failures == 1
    assert "did not say whether it holds users" in caplog.text


def test_it_lets_the_demo_be_a_demo(demo_database: dict[str, str]) -> None:
    _assert_it_serves({"VAR_DIR": demo_database["VAR_DIR"]})
