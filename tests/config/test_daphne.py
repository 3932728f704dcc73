"""The gateway on Daphne's own command line, as docs/operations.md has it typed at the root of a checkout."""

import shlex
import sys
from pathlib import Path

from tests.deployments import DAPHNE_OPTIONS, daphne_command
from tests.processes import ROOT, Program
from tests.wire.client import connected

_SECTION = "## A gateway on Daphne"
_PROGRAM = ".venv/bin/daphne"
_PORT = ("-p", "8000")
_ADDRESS = ["-b", "127.0.0.1", *_PORT]


def _documented_command() -> list[str]:
    """Return the words of the command, without the program's own."""
    section = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8").partition(_SECTION)[2]
    typed = section.partition("```sh\n")[2].partition("```")[0].replace("\\\n", "")
    program, *words = shlex.split(typed)
    assert program == _PROGRAM
    return words


async def test_it_serves_from_the_root_of_a_checkout_by_the_command_of_the_documents(tmp_path: Path) -> None:
    words = shlex.split(shlex.join(_documented_command()).replace(shlex.join(_PORT), "-p 0"))
    daphne = (sys.executable, str(Path(sys.executable).with_name("daphne")))
    with Program(*daphne, *words, folder=ROOT, environment={"VAR_DIR": str(tmp_path)}) as process:
        address = process.wait_for(r"Listening on TCP address ([\d.:]+)")[1]
        async with connected(f"ws://{address}/ws") as client:
            await client.send({"type": "ping"})
            assert await client.next_of("pong")


def test_the_tests_of_all_that_holds_on_daphne_start_it_with_the_same_options() -> None:
    words = _documented_command()
    assert words[: len(_ADDRESS)] == _ADDRESS
    assert daphne_command() == ("-m", "daphne", "--port", "0", *words[len(_ADDRESS) :])


def test_the_protocol_names_the_same_options() -> None:
    section = (ROOT / "docs" / "protocol" / "README.md").read_text(encoding="utf-8").partition("\n## Servers\n")[2]
    assert f"`{shlex.join(DAPHNE_OPTIONS)}`" in " ".join(section.split())
