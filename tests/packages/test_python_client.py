"""The package `tidewire-client`: what an index asks of it, and a program that uses it, with nothing else installed.

docs/packages.md has how it is installed.
"""

from pathlib import Path

import pytest

import tidewire_client
from tests.packages.building import Environment, Installed, built_wheel, run_program
from tests.packages.published import checked_metadata, dead_links
from tests.processes import ROOT

_SOURCE = ROOT / "clients" / "python"
_PROGRAM = """
import asyncio, sys
from importlib.metadata import version
from importlib.util import find_spec

from tidewire_client import TidewireClient, __version__


async def main() -> None:
    async with TidewireClient(sys.argv[1]) as client:
        client.subscribe("price:BTCUSDT")
        async for price in client.events("price:*"):
            print(version("tidewire-client") == __version__, find_spec("django"), price.symbol, price.price > 0)
            break


asyncio.run(main())
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, beside the source archive that it was built of."""
    return built_wheel(_SOURCE, tmp_path_factory.mktemp("client"))


@pytest.mark.parametrize("pattern", ["*.whl", "*.tar.gz"])
def test_an_index_takes_it(wheel: Path, pattern: str) -> None:
    (file,) = wheel.parent.glob(pattern)
    metadata = checked_metadata(file)
    assert (metadata.name, str(metadata.version)) == ("tidewire-client", tidewire_client.__version__)
    assert {each.name for each in metadata.requires_dist or ()} == {"msgspec", "websockets"}


def test_its_readme_leads_to_what_it_holds(wheel: Path) -> None:
    (readme,) = wheel.parent.glob("tidewire_client-*/README.md")
    assert dead_links(readme) == []
    assert (readme.parent / "LICENSE").read_bytes() == (ROOT / "LICENSE").read_bytes()


def test_a_program_has_prices_with_nothing_else_installed(wheel: Path, demo: Installed, tmp_path: Path) -> None:
    environment = Environment(tmp_path / "environment", wheel, dependencies=("msgspec", "websockets"))
    told = run_program(str(environment.python), "-c", _PROGRAM, demo.socket_url, at=tmp_path)
    assert told == "True None BTCUSDT True\n"
