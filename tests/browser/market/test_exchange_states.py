"""What the exchange's side goes through, in words on the page."""

import json
from collections.abc import Iterator

import pytest

from tests.browser.browser_page import BrowserPage, BrowserTab
from tests.browser.demo_process import DemoProcess
from tests.browser.greyed import PARTS, PARTS_GREY, RANK_BY_TURNOVER, is_grey

pytestmark = pytest.mark.browser

_HEALTH = "**/health"
_EXCHANGE = "document.body.dataset.exchange"
_PRICED = "/\\d/.test(document.getElementById('quote-price').textContent)"
_PLACES = """JSON.stringify([...document.querySelectorAll('main section, .top-bar')].map((node) => {
  const { x, y, width } = node.getBoundingClientRect();
  return [node.classList[0] + node.classList[1], x, y, width];
}))"""
_FETCHED = r"^\d+ trades? and \d+ candles? of the gap from [\d:]+ to [\d:]+ were fetched\.$"
_DOWN = "Nothing reads the exchange now; what you see may be old"
_STRICT_POLICY = "default-src 'self'"


@pytest.fixture(scope="module")
def demo_with_faults(node: str, chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoProcess]:
    """Return a running demo whose exchange takes faults; each test ends its own."""
    demo = DemoProcess(tmp_path_factory.mktemp("var"))
    try:
        demo.start()
        yield demo
    finally:
        demo.stop()


def test_it_tells_the_state_that_the_server_knows(page: BrowserPage, demo_url: str) -> None:
    """In which words, tests/templates/shared/market_data/exchange_text.test.js proves."""
    page.answer(_HEALTH, body=json.dumps({"status": "degraded", "bridge": {"state": "down"}}))
    page.open(demo_url)
    page.wait(f"{_EXCHANGE} === 'down'")
    page.wait(f"document.getElementById('exchange-state').textContent.startsWith({json.dumps(_DOWN)})")
    assert page.evaluate("document.getElementById('exchange-announcement').textContent") == _DOWN
    assert page.evaluate("document.getElementById('exchange-announcement').getAttribute('role')") == "status"


def test_it_says_that_prices_are_stale_while_the_exchange_is_silent_and_moves_nothing(
    page: BrowserPage, demo_with_faults: DemoProcess
) -> None:
    tabs: dict[int, BrowserTab] = {1280: page, 375: page.new_tab()}
    for width, tab in tabs.items():
        tab.open(demo_with_faults.url, width=width, policy=_STRICT_POLICY)
        tab.wait(f"{_EXCHANGE} === 'live' && {_PRICED}")
        tab.wait("document.querySelectorAll('#trade-rows tr:not([hidden])').length > 0")
        tab.evaluate(RANK_BY_TURNOVER)
        tab.wait("document.querySelector('#overview-rows tr:not(.empty)') !== null")
    before = {width: tab.evaluate(_PLACES) for width, tab in tabs.items()}
    assert [tab.evaluate(PARTS_GREY) for tab in tabs.values()] == [[], []]
    demo_with_faults.fault("stall", seconds=600)
    for width, tab in tabs.items():
        tab.wait(f"{_EXCHANGE} === 'stale' || {_EXCHANGE} === 'reconnecting'", seconds=40)
        assert "othing new" in tab.text("#exchange-state")
        assert tab.evaluate(PARTS_GREY) == PARTS
        assert tab.evaluate(
            is_grey("#chart-legend p", like=".quote-figures dt")
        )  # its letters; a flat candle has no colour
        assert (width, tab.evaluate(_PLACES)) == (width, before[width])
        assert tab.evaluate("document.documentElement.scrollWidth") == width
        _can_be_read(tab)
    demo_with_faults.end_fault("stall")
    for tab in tabs.values():
        tab.wait(f"{_EXCHANGE} === 'live'", seconds=60)
        tab.wait(f"{PARTS_GREY}.length === 0")
    assert page.problems() == []


def _can_be_read(tab: BrowserTab) -> None:
    for scheme in ("light", "dark"):
        tab.prefer(scheme=scheme)
        assert (scheme, tab.accessibility()) == (scheme, [])


def test_it_says_what_became_of_a_gap(page: BrowserPage, demo_with_faults: DemoProcess) -> None:
    page.open(f"{demo_with_faults.url}#BTCUSDT/1s", policy=_STRICT_POLICY)
    page.wait(f"{_EXCHANGE} === 'live' && {_PRICED}")
    page.wait("document.querySelectorAll('#trade-rows tr:not([hidden])').length > 0")
    demo_with_faults.fault("refuse-streams", status=503)
    demo_with_faults.fault("cut")
    page.wait(f"{_EXCHANGE} === 'reconnecting'")
    demo_with_faults.end_fault("refuse-streams")
    page.wait(f"{_EXCHANGE} === 'live'", seconds=40)
    page.wait(f"/{_FETCHED}/.test(document.getElementById('gap-note').textContent)", seconds=40)
    assert page.evaluate("document.getElementById('gap-note').getAttribute('role')") == "status"
    assert page.evaluate("document.getElementById('gap-note').dataset.complete") == "true"
    assert page.problems() == []
