"""What production refuses to start with, by its database; as whoever starts it sees it."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from pytest_django import Settings

from config.start import refuse_known_passwords, refuse_metrics_without_token
from tests.commands import Commands
from tests.databases.lost_connection import lost_connections
from tests.databases.prepared_databases import prepare_database
from tests.deployments import status_of
from tests.processes import Process
from tests.waiting import until_now

_SERVE = ("manage.py", "serve", "--port", "0")
_DAPHNE = ("-m", "daphne", "--port", "0", "config.asgi:application")
_PLAIN_UVICORN = ("-m", "uvicorn", "--port", "0", "config.asgi:application")


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
        "JWT_SECRET": "one for tokens that only this deployment knows",
        "ALLOWED_HOSTS": "127.0.0.1",
    }


def _run(arguments: Sequence[str], settings: dict[str, str]) -> tuple[int, str]:
    with Process(*arguments, environment=settings) as process:
        return process.wait(60), process.output


@pytest.fixture(scope="module")
def commands(demo_database: dict[str, str]) -> Iterator[Commands]:
    """Where that production's commands run; none of them goes on."""
    with Commands(demo_database) as running:
        yield running


@pytest.mark.parametrize("arguments", [("serve", "--port", "0"), ("run_bridge",)])
def test_it_says_in_one_sentence_whose_password_everybody_knows(commands: Commands, arguments: tuple[str, ...]) -> None:
    code, output = commands.run(*arguments)
    assert code == 1
    assert output == (
        "CommandError: production does not start while everybody knows the password of admin and demo: "
        "give each a new one by `manage.py changepassword`, or delete the user"
    )


def test_it_passes_no_check(commands: Commands) -> None:
    code, output = commands.run("check", "--deploy", "--fail-level", "ERROR")
    assert code != 0
    assert "everybody knows the password of admin and demo" in output


@pytest.mark.parametrize("arguments", [_DAPHNE, _PLAIN_UVICORN])
def test_it_starts_on_no_server(demo_database: dict[str, str], arguments: Sequence[str]) -> None:
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


@pytest.mark.parametrize(
    ("setting", "value"),
    [("ALLOWED_HOSTS", "*"), ("WS_ALLOWED_ORIGINS", "*"), ("SECRET_KEY", "s" * 64), ("JWT_SECRET", "")],
)
def test_it_starts_in_production_with_nothing_that_lets_everybody_in(tmp_path: Path, setting: str, value: str) -> None:
    code, output = _run(("-c", "import config.settings"), {**_production(tmp_path), setting: value})
    assert code != 0
    assert f"ImproperlyConfigured: {setting} must " in output


def test_production_is_strict_by_default(tmp_path: Path) -> None:
    ask = "import config.settings as s; print(s.WS_ALLOWED_ORIGINS, s.SECURE_HSTS_SECONDS, s.SESSION_COOKIE_SECURE)"
    assert _run(("-c", ask), _production(tmp_path)) == (0, "[] 0 True")
    assert _run(("-c", ask), {**_production(tmp_path), "BEHIND_TLS_PROXY": "true"}) == (0, "[] 3600 True")


def test_metrics_for_whoever_has_a_token_need_one(settings: Settings) -> None:
    settings.METRICS, settings.METRICS_TOKEN = "token", ""
    with pytest.raises(ImproperlyConfigured, match="METRICS_TOKEN is not set"):
        refuse_metrics_without_token()
    settings.METRICS_TOKEN = "a-token-of-enough-characters"
    refuse_metrics_without_token()
    settings.METRICS, settings.METRICS_TOKEN = "local", ""
    refuse_metrics_without_token()
