"""The package `tidewire`: its command runs the platform in any folder, as `pipx` and `uvx` do, without a checkout."""

import json
import shlex
import tomllib
import zipfile
from pathlib import Path

from django.conf import settings

from config.http.bundles import bundled_files
from tests.config.http.loaded_files import loaded_files
from tests.packages.building import Environment, Installed, run_program, try_program
from tests.packages.published import checked_metadata
from tests.processes import ROOT
from tests.services import need
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


def test_the_page_has_all_that_it_loads_the_client_among_it(demo: Installed) -> None:
    seen, missing = loaded_files("/", demo.get)
    need("what `make bundles` makes", is_there=bool(bundled_files(settings.BUNDLES_DIR)))
    assert any(address.startswith("/static/bundles/pages/dashboard.dashboard-") for address in seen)
    assert missing == []
    assert demo.get("/static/client/index.js")[0] == 200


def test_the_page_has_the_chart_library_and_its_licence(demo: Installed) -> None:
    file = f"{_CHART_LIBRARY}.standalone.production.mjs"
    library = ROOT / "node_modules" / _CHART_LIBRARY
    assert demo.get(f"/static/vendor/{_CHART_LIBRARY}/{file}") == (200, (library / "dist" / file).read_text("utf-8"))
    assert demo.get(f"/static/vendor/{_CHART_LIBRARY}/LICENSE") == (200, (library / "LICENSE").read_text("utf-8"))
    assert "make setup" not in demo.get("/")[1]


def test_it_holds_the_chart_library_once(installed: Environment) -> None:
    with zipfile.ZipFile(installed.wheel) as wheel:
        held = [name for name in wheel.namelist() if name.endswith(f"{_CHART_LIBRARY}.standalone.production.mjs")]
    assert len(held) == 1


async def test_it_streams_prices(demo: Installed) -> None:
    async with connected(demo.socket_url) as client:
        await client.subscribe("price:BTCUSDT")
        price = await client.next_of("price", "price:BTCUSDT")
    assert price["data"]["price"] > 0
    assert price["data"]["simulated"] is True


def test_it_keeps_its_files_in_the_users_folder_and_none_where_it_is_started(demo: Installed) -> None:
    assert (demo.data / "tidewire.sqlite3").is_file()
    assert list(demo.folder.iterdir()) == []


def test_an_index_takes_it(installed: Environment) -> None:
    metadata = checked_metadata(installed.wheel)
    assert metadata.name == "tidewire"


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
