"""The platform's package in an environment of its own, and its demo, which the clients' packages talk to as well."""

from collections.abc import Iterator

import pytest

from tests.databases.prepared_databases import begin_demo_database
from tests.packages.building import Environment, Installed, built_wheel
from tests.processes import ROOT, Program
from tests.services import need_node_module


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """The package `tidewire`."""
    need_node_module("lightweight-charts")
    wheel = built_wheel(ROOT, tmp_path_factory.mktemp("built"))
    return Environment(tmp_path_factory.mktemp("environment"), wheel)


@pytest.fixture(scope="session")
def demo(installed: Environment, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installed]:
    """`tidewire demo`, in an empty folder."""
    folder, home = tmp_path_factory.mktemp("empty"), tmp_path_factory.mktemp("home")
    begin_demo_database(home / "tidewire")
    settings = {"XDG_DATA_HOME": str(home), "LEARNING_SYMBOLS": "", "COMBINED_SYMBOLS": ""}
    command = (str(installed.programs / "tidewire"), "demo", "--simulator", "--port", "0")
    with Program(*command, folder=folder, environment=settings) as process:
        yield Installed(process.wait_for(r"page\s+(http://\S+?)/?$")[1], folder, home / "tidewire")
    assert "Traceback" not in process.output
