"""The example page of the React hooks, built as its README says and served from another origin than the gateway."""

import os
import shutil
import subprocess
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.browser.browser_page import BrowserPage
from tests.clients.stage_process import StageProcess
from tests.processes import ROOT
from tests.services import need

pytestmark = pytest.mark.browser

_EXAMPLE = ROOT / "clients" / "javascript" / "examples" / "react"
_BUILD_SECONDS = 120
_STATE = "document.getElementById('status').dataset.state"
_PRICES = "[...document.querySelectorAll('td.price')].map((cell) => cell.textContent)"
_BITCOIN = "document.querySelector('tr[data-symbol=BTCUSDT] .price').textContent"
_ALL_PRICED = f"{_PRICES}.length >= 6 && {_PRICES}.every((text) => /\\d/.test(text))"
_ACCOUNT = "document.getElementById('account').textContent"


class _QuietHandler(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - the base class's name
        """Say nothing of requests."""


@pytest.fixture(scope="module")
def site(node: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the address of the built example, on a web server of its own."""
    npm = shutil.which("npm")
    need("npm", is_there=npm is not None)
    need("esbuild, which npm installs", is_there=(ROOT / "node_modules" / "esbuild").is_dir())
    folder = tmp_path_factory.mktemp("react-example")
    _build(npm or "", folder)
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_QuietHandler, directory=str(folder))) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


def _build(npm: str, folder: Path) -> None:
    environment = os.environ | {"OUT": str(folder)}
    built = subprocess.run(
        [npm, "run", "build"],
        cwd=_EXAMPLE, env=environment, timeout=_BUILD_SECONDS, check=False, capture_output=True, text=True,
    )  # fmt: skip
    assert built.returncode == 0, built.stdout + built.stderr


@pytest.fixture
def example(page: BrowserPage, site: str, staged: StageProcess) -> BrowserPage:
    """Return the page once every row has a price."""
    page.open(_address(site, staged))
    page.wait(_ALL_PRICED)
    return page


def _address(site: str, staged: StageProcess) -> str:
    return f"{site}?gateway={staged.socket_url}"


def _await_a_new_price(page: BrowserPage) -> None:
    before = page.evaluate(_BITCOIN)
    page.wait(f"{_BITCOIN} !== '{before}'")


def test_it_shows_prices_that_move_and_how_good_the_connection_is(example: BrowserPage) -> None:
    assert example.text("#status") == "Live"
    _await_a_new_price(example)
    example.wait("document.getElementById('quality').dataset.quality === 'excellent'")
    assert example.evaluate("document.querySelectorAll('svg rect').length") > 0


def test_it_says_that_the_connection_was_cut_and_recovers(example: BrowserPage, staged: StageProcess) -> None:
    staged.ask("/proxy/cut")
    example.wait(f"{_STATE} === 'reconnecting'")
    example.wait(f"{_STATE} === 'connected'")
    _await_a_new_price(example)
    assert len(staged.ask("/proxy/seen")["connections"]) == 2


def test_it_signs_in_by_a_token_on_the_living_connection_and_out_again(
    example: BrowserPage, staged: StageProcess
) -> None:
    assert example.evaluate(_ACCOUNT) == "anonymous"
    example.fill("#token", staged.ask("/newcomer")["token"])
    example.press("Enter")
    example.wait(f"{_ACCOUNT}.startsWith('user ')")
    example.wait("document.getElementById('notifications-note').textContent.startsWith('Nothing yet')")
    assert len(staged.ask("/proxy/seen")["connections"]) == 1
    example.click("#sign-out")
    example.wait(f"{_ACCOUNT} === 'anonymous' && {_STATE} === 'connected'")
    _await_a_new_price(example)


def test_it_says_why_a_token_was_refused_and_takes_another(example: BrowserPage, staged: StageProcess) -> None:
    example.fill("#token", "no.token.atall")
    example.press("Enter")
    example.wait("document.querySelector('aside .problem')?.textContent === 'Authentication failed'")
    _await_a_new_price(example)
    example.fill("#token", staged.ask("/token")["token"])
    example.press("Enter")
    example.wait("document.querySelector('aside .problem') === null")
    example.wait(f"{_ACCOUNT}.startsWith('user ')")


def test_it_adds_and_removes_symbols_and_says_which_is_unknown(example: BrowserPage) -> None:
    example.fill("#symbol", "nope")
    example.press("Enter")
    example.wait("document.querySelector('.problem')?.textContent === 'Failed to fetch quote for NOPE'")
    example.click("tr[data-symbol=NOPE] button")
    example.wait("document.querySelector('.problem') === null")
    example.fill("#symbol", "bnbusdt")
    example.press("Enter")
    example.wait("/\\d/.test(document.querySelector('tr[data-symbol=BNBUSDT] .price')?.textContent)")


@pytest.mark.parametrize("scheme", ["dark", "light"])
def test_it_has_no_barriers_that_axe_finds(page: BrowserPage, site: str, staged: StageProcess, scheme: str) -> None:
    page.open(_address(site, staged), scheme=scheme)
    page.wait(_ALL_PRICED)
    assert page.accessibility() == []


def test_it_fits_a_phone(phone: BrowserPage, site: str, staged: StageProcess) -> None:
    phone.open(_address(site, staged), width=375, height=812)
    phone.wait(_ALL_PRICED)
    assert phone.evaluate("document.documentElement.scrollWidth") == 375
