"""The page at `/signals/` where models are trained, in a browser: the card of the one in use, and its being public."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.browser_page import BrowserPage
from tests.browser.demo_process import DemoProcess
from tests.browser.signing_in import PASSWORD, ask, new_trader, open_signed_in, token_of
from tests.conformance.asking.admin_pages import AdminPages

pytestmark = pytest.mark.browser

_TRAINED = {
    "LEARNING_SYMBOLS": "BTCUSDT",
    "LEARNING_ALGORITHMS": "boosting",
    "LEARNING_DAYS": "1",
    "LEARNING_HOUR": "0",
}
"""As the demo does by itself, but on fewer candles."""
_CARD_SHOWN = "!document.getElementById('model-body').hidden"
_WIDTHS = "[document.documentElement.scrollWidth, visualViewport.width]"
_CUT_OFF = """[...document.querySelectorAll('main *')].filter((node) => node.checkVisibility()
  && !node.closest('.scroller, .scroller-x, .chart-box, .visually-hidden')
  && node.getBoundingClientRect().right > innerWidth + 1).map((node) => node.outerHTML.slice(0, 80))"""
_SCHEMES = ("dark", "light")
_TRAINED_SECONDS = 90.0


@pytest.fixture
def learning_demo(node: str, chromium: str, tmp_path: Path) -> Iterator[DemoProcess]:
    """Return a running demo that trains a model."""
    demo = DemoProcess(tmp_path, environment=_TRAINED)
    try:
        demo.start()
        yield demo
    finally:
        demo.stop()


def test_it_shows_the_card_of_the_model_in_use_and_tells_anyone_its_signals_once_staff_made_it_public(
    page: BrowserPage, phone: BrowserPage, learning_demo: DemoProcess
) -> None:
    url = learning_demo.url
    trader = new_trader(url)
    open_signed_in(page, f"{url}signals/", trader, PASSWORD, width=1280, height=800)
    page.wait(_CARD_SHOWN, seconds=_TRAINED_SECONDS)
    assert page.text("#model-name") == "Gradient boosting on BTCUSDT, 1m, version 1"
    assert page.text("#model-state").lower() == "in use"
    assert "of the simulator" in page.text("#model-words")
    _see_it_whole(page, 1280)
    open_signed_in(phone, f"{url}signals/", trader, PASSWORD, width=375, height=812)
    phone.wait(_CARD_SHOWN)
    _see_it_whole(phone, 375)
    token = token_of(url, trader, PASSWORD)
    [version] = ask(f"{url}api/v1/trading/models/", token=token)["items"]
    AdminPages(url.rstrip("/"), "admin").make_model_public(version["id"])
    assert ask(f"{url}api/v1/trading/signals/newest/", token=token)["symbols"] == ["BTCUSDT"]


def _see_it_whole(page: BrowserPage, width: int) -> None:
    assert page.evaluate(_WIDTHS) == [width, width]
    assert page.evaluate(_CUT_OFF) == []
    for scheme in _SCHEMES:
        page.prefer(scheme=scheme)
        assert (scheme, page.accessibility()) == (scheme, [])
