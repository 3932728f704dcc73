"""docs/websocket-testing.md: every example is run as it stands, and must print what the document says."""

import os
import re
import shlex
import shutil
import sys
from http import HTTPStatus
from pathlib import Path

import pytest

from streaming.gateway.errors import CloseCode, ErrorCode
from tests.browser.browser_driver import BrowserDriver
from tests.browser.browser_page import BrowserPage
from tests.deployments import Deployment
from tests.processes import ROOT
from tests.services import need_chromium, need_node, need_node_module
from tests.waiting import until_now
from tests.wire.documents.documented_examples import Example, examples_of, missing_line
from tests.wire.documents.shell import run_example

_DOCUMENT = ROOT / "docs" / "websocket-testing.md"
_TEXT = _DOCUMENT.read_text(encoding="utf-8")
_EXAMPLES = examples_of(_TEXT)
_ADDRESS = "127.0.0.1:8000"


def _id_of(example: Example) -> str:
    return example.name


@pytest.mark.parametrize("example", [one for one in _EXAMPLES if one.language != "html"], ids=_id_of)
def test_it_prints_what_the_document_says(demo: Deployment, example: Example) -> None:
    _need_what_it_uses(example)
    printed = _run(example, demo)
    _assert_printed(example, printed, demo)


@pytest.mark.parametrize("example", [one for one in _EXAMPLES if one.name.startswith("curl-")], ids=_id_of)
def test_it_prints_the_same_about_any_deployment(deployment: Deployment, example: Example) -> None:
    printed = _run(example, deployment)
    _assert_printed(example, printed, deployment)


@pytest.mark.browser
@pytest.mark.parametrize("example", [one for one in _EXAMPLES if one.language == "html"], ids=_id_of)
def test_it_shows_on_a_page_what_the_document_says(demo: Deployment, example: Example, tmp_path: Path) -> None:
    need_node_module("playwright-core")
    file = tmp_path / "prices.html"
    file.write_text(_substituted(example.source, demo), encoding="utf-8")
    with (
        BrowserDriver(node=need_node(), chromium=need_chromium(), profile=tmp_path / "profile") as driver,
        BrowserPage(driver) as page,
    ):
        page.open(file.as_uri())

        def shown() -> str:
            return str(page.evaluate("document.body.innerText"))

        until_now(lambda: missing_line(example.printed, shown().splitlines()) is None, explain=shown)


def test_it_explains_every_code_of_an_error_frame() -> None:
    explained = re.findall(r"^\| `(\w+)` \|", _section("Errors"), re.MULTILINE)
    assert sorted(explained) == sorted(code.value for code in ErrorCode)


def test_it_explains_every_code_that_the_server_closes_with() -> None:
    rows = re.findall(r"^\| ([\d, ]+)", _section("The connection is closed"), re.MULTILINE)
    explained = {int(code) for row in rows for code in row.split(",")}
    assert explained >= {code.value for code in CloseCode} | {1001, 1005, 1006, 1011}


def test_it_explains_every_status_of_a_refused_handshake() -> None:
    rows = re.findall(r"^\| ([\d, ]+) \|", _section("The handshake is refused"), re.MULTILINE)
    explained = {int(status) for row in rows for status in row.split(",")}
    assert explained >= {
        HTTPStatus.UNAUTHORIZED,
        HTTPStatus.FORBIDDEN,
        HTTPStatus.NOT_FOUND,
        HTTPStatus.UPGRADE_REQUIRED,
        HTTPStatus.TOO_MANY_REQUESTS,
        HTTPStatus.SERVICE_UNAVAILABLE,
    }


def test_it_links_to_what_is_there() -> None:
    links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", _TEXT)
    assert links
    assert [link for link in links if not (_DOCUMENT.parent / link).exists()] == []


def test_it_links_to_headings_that_are_there() -> None:
    headings = re.findall(r"^#+ (.+)$", _TEXT, re.MULTILINE)
    anchors = {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}
    links = re.findall(r"\]\(#([^)]+)\)", _TEXT)
    assert links
    assert set(links) <= anchors


def _section(title: str) -> str:
    """Return what stands under a heading, up to the next one."""
    return re.split(r"^#+ ", _TEXT.partition(f"# {title}\n")[2], maxsplit=1, flags=re.MULTILINE)[0]


def _assert_printed(example: Example, printed: str, deployment: Deployment) -> None:
    expected = [_substituted(line, deployment) for line in example.printed]
    missing = missing_line(expected, printed.splitlines())
    assert missing is None, f"{example.name} should print\n{missing}\nand printed\n{printed}"


def _need_what_it_uses(example: Example) -> None:
    if "websocat" in example.source and shutil.which("websocat") is None:
        pytest.skip("websocat is not installed; no package of the tests brings it")  # in CI too
    if "npx wscat" in example.source:
        need_node()
        need_node_module("wscat")
    if example.language == "js":
        need_node_module("ws")


def _run(example: Example, deployment: Deployment) -> str:
    """Run an example where a reader would; return what it prints."""
    source = _substituted(example.source, deployment)
    environment = {
        **os.environ,
        "TOKEN": deployment.token(),
        "PORT": deployment.http_url.rpartition(":")[2],
        "npm_config_offline": "true",
    }
    return run_example(_command(example.language, source), folder=ROOT, environment=environment)


def _command(language: str, source: str) -> list[str]:
    match language:
        case "sh":
            return ["bash", "-euo", "pipefail", "-c", source]
        case "python":
            return [sys.executable, "-c", source]
        case "js":
            return [need_node(), "--input-type=module", "--eval", source]
        case _:
            pytest.fail(f"no way to run {language}")


def _substituted(text: str, deployment: Deployment) -> str:
    """Return `text` with the deployment's address and the tests' own Python."""
    address = deployment.http_url.removeprefix("http://")
    return text.replace(_ADDRESS, address).replace(".venv/bin/python", shlex.quote(sys.executable))
