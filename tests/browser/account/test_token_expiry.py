"""Access tokens that end within seconds: the page renews its own."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.browser_page import BrowserPage
from tests.browser.demo_process import DemoProcess
from tests.browser.signing_in import sign_in

pytestmark = pytest.mark.browser

_TOKEN_MINUTES = 0.2
"""A fifth of it is left when the page renews a token: a busy machine may take longer than a second to answer."""
_CONNECTION = "document.body.dataset.connection"
_USER = "document.getElementById('quality-user').textContent"
_PRICES = "document.getElementById('watch-list-rows').innerText"
_RENEWALS = """performance.getEntriesByType('resource').filter(({ name }) => name.endsWith('/token/refresh/')).length"""
_LOST = "document.getElementById('quality-disconnections').textContent"


@pytest.fixture
def short_lived(node: str, chromium: str, tmp_path: Path) -> Iterator[DemoProcess]:
    """Return a running demo whose access tokens are good for 12 s."""
    demo = DemoProcess(tmp_path, environment={"ACCESS_TOKEN_MINUTES": str(_TOKEN_MINUTES)})
    try:
        demo.start()
        yield demo
    finally:
        demo.stop()


def _open_signed_in(page: BrowserPage, url: str) -> None:
    page.open(f"{url}#BTCUSDT/1m", height=1080)
    page.click("#dock-tab-developer")
    page.wait(f"{_CONNECTION} === 'live'")
    sign_in(page, "demo")
    page.wait(f"{_USER} === 'demo'")


def _await_moving_prices(page: BrowserPage) -> None:
    before = page.evaluate(_PRICES)
    page.wait(f"{_PRICES} !== {json.dumps(before)}")


def test_it_renews_its_login_again_and_again_on_the_same_connection(
    page: BrowserPage, short_lived: DemoProcess
) -> None:
    _open_signed_in(page, short_lived.url)
    lost, renewals = page.evaluate(_LOST), page.evaluate(_RENEWALS)
    page.wait(f"{_RENEWALS} >= {renewals + 2}")
    _await_moving_prices(page)
    assert page.evaluate(_LOST) == lost
    assert page.evaluate(_CONNECTION) == "live"
    assert page.evaluate(_USER) == "demo"
