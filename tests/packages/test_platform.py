"""The package `tidewire`: its command runs the platform in any folder, as `pipx` and `uvx` do, without a checkout."""

import json
import shlex
import tomllib
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.config.http.loaded_files import loaded_files
from tests.databases.prepared_databases import begin_demo_database
from tests.packages.building import Environment, built_wheel, run_program, try_program
from tests.processes import ROOT, Program
from tests.services import need_node_module
from tests.wire.client import connected

_CHART_LIBRARY = "lightweight-charts"
_DATA_FOLDERS = """
import json, sys
from config.data_folder import default_data_folder
print(json.dumps([str(default_data_folder({"XDG_DATA_HOME": given})) for given in sys.argv[1:]]))
"""
_PROGRAMS = """
import json
from django.conf import settings
from config.up.procfile import read_procfile
programs = read_procfile(settings.FILES_DIR / "Procfile")
print(json.dumps([program.arguments({"HOST": "::", "PORT": "0"}) for program in programs]))
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """The package in an environment of its own."""
    need_node_module(_CHART_LIBRARY)
    wheel = built_wheel(ROOT, tmp_path_factory.mktemp("built"))
    return Environment(tmp_path_factory.mktemp("environment"), wheel)


@dataclass
class Installed:
    """A demo that runs in a folder of its own, and the folder of its user's data."""

    url: str
    folder: Path
    data: Path

    def get(self, path: str) -> tuple[int, str]:
        """Return status and text of what is at a path."""
        try:
            with urllib.request.urlopen(self.url + path, timeout=10) as answer:
                return answer.status, answer.read().decode(errors="replace")
        except urllib.error.HTTPError as refusal:
            return refusal.code, ""


@pytest.fixture(scope="module")
def demo(installed: Environment, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installed]:
    """`tidewire demo`, in an empty folder."""
    folder, home = tmp_path_factory.mktemp("empty"), tmp_path_factory.mktemp("home")
    begin_demo_database(home / "tidewire")
    settings = {"XDG_DATA_HOME": str(home), "LEARNING_SYMBOLS": "", "COMBINED_SYMBOLS": ""}
    command = (str(installed.programs / "tidewire"), "demo", "--simulator", "--port", "0")
    with Program(*command, folder=folder, environment=settings) as process:
        yield Installed(process.wait_for(r"page\s+(http://\S+?)/?$")[1], folder, home / "tidewire")
    assert "Traceback" not in process.output


def test_the_page_has_all_that_it_loads_the_client_among_it(demo: Installed) -> None:
    seen, missing = loaded_files("/", demo.get)
    assert {"/static/client/index.js", "/static/dashboard/dashboard.js"} <= seen
    assert missing == []


def test_the_page_has_the_chart_library_and_its_licence(demo: Installed) -> None:
    file = f"{_CHART_LIBRARY}.standalone.production.mjs"
    library = ROOT / "node_modules" / _CHART_LIBRARY
    assert demo.get(f"/static/vendor/{_CHART_LIBRARY}/{file}") == (200, (library / "dist" / file).read_text("utf-8"))
    assert demo.get(f"/static/vendor/{_CHART_LIBRARY}/LICENSE") == (200, (library / "LICENSE").read_text("utf-8"))
    assert "make setup" not in demo.get("/")[1]


async def test_it_streams_prices(demo: Installed) -> None:
    async with connected(f"{demo.url.replace('http', 'ws', 1)}/ws") as client:
        await client.subscribe("price:BTCUSDT")
        price = await client.next_of("price", "price:BTCUSDT")
    assert price["data"]["price"] > 0
    assert price["data"]["simulated"] is True


def test_it_keeps_its_files_in_the_users_folder_and_none_where_it_is_started(demo: Installed) -> None:
    assert (demo.data / "tidewire.sqlite3").is_file()
    assert list(demo.folder.iterdir()) == []


def test_it_tells_the_version_of_the_platform(installed: Environment, tmp_path: Path) -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    assert run_program(str(installed.programs / "tidewire"), "--version", at=tmp_path) == f"{version}\n"


def test_its_data_are_where_the_system_keeps_those_of_programs(installed: Environment, tmp_path: Path) -> None:
    command = (str(installed.python), "-c", _DATA_FOLDERS, "/data", "relative", "")
    folders = json.loads(run_program(*command, at=tmp_path, environment={"HOME": "/home/somebody"}))
    assert folders == ["/data/tidewire", *["/home/somebody/.local/share/tidewire"] * 2]


def test_it_says_in_one_sentence_that_it_has_nowhere_to_keep_files(installed: Environment, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    command = (str(installed.programs / "tidewire"), "check")
    told = try_program(*command, at=tmp_path, environment={"VAR_DIR": "file/folder"})
    sentence = "file/folder can't be made: Not a directory. Set VAR_DIR to another folder"
    assert told == (1, f"ImproperlyConfigured: {sentence}\n")


def test_up_starts_its_own_commands_also_beside_a_folder_of_the_same_name(
    installed: Environment, tmp_path: Path
) -> None:
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "command_line.py").write_text("raise SystemExit('not this one')", encoding="utf-8")
    settings = {"VAR_DIR": str(tmp_path / "var"), "DJANGO_SETTINGS_MODULE": "config.settings"}
    programs = json.loads(run_program(str(installed.python), "-P", "-c", _PROGRAMS, at=tmp_path, environment=settings))
    assert len(programs) == (ROOT / "Procfile").read_text("utf-8").count(": python manage.py ")
    gateway = programs[0]
    assert gateway[gateway.index("serve") :] == shlex.split("serve --host :: --port 0")
    help_text = run_program(*gateway, "--help", at=tmp_path, environment=settings)
    assert "Serve the platform's pages, REST and WebSockets" in help_text
