"""How much a page loads until its first price, and that nothing moves meanwhile; how soon, `page_loading` measures."""

from typing import Any

import pytest
from django.conf import settings

from config.http.bundles import bundled_files
from tests.browser.browser_page import IS_SEEN, BrowserPage
from tests.browser.paused_page import paused_page
from tests.browser.signing_in import open_signed_in
from tests.services import need

pytestmark = pytest.mark.browser

_MOST_REQUESTS = 25
_MOST_BYTES = 250_000
_PRICE = "/\\d/.test(document.getElementById('quote-price')?.textContent)"
_ASKED_FOR_BEFORE = """['navigation', 'resource'].flatMap((type) => performance.getEntriesByType(type)).filter(
  ({ startTime }) => startTime < frameNoted).map(
  ({ name, encodedBodySize }) => [new URL(name).pathname + new URL(name).search, encodedBodySize])"""
"""What the page had asked for by the frame that showed the price: what it asks for since may have come already."""

_SHOWN = """document.getElementById('chart-canvas').dataset.close !== undefined
  && document.querySelectorAll('#trade-rows tr:not([hidden])').length > 0
  && /\\d/.test(document.getElementById('order-book-asks').textContent)
  && /\\d/.test(document.getElementById('watch-list-rows').textContent)"""
_ENTRIES = """((type) => new Promise((resolve) => {
  const observer = new PerformanceObserver((list) => (observer.disconnect(), resolve(list.getEntries())));
  observer.observe({ type, buffered: true });
  setTimeout(() => resolve([]), 200); // there may have been none
}))"""
_SHIFTS = f"""{_ENTRIES}('layout-shift').then((entries) => entries.filter((each) => !each.hadRecentInput).map(
  ({{ value, sources }}) => [value, ...sources.map(({{ node }}) => (node?.outerHTML ?? '').slice(0, 90))]))"""
_MOST_SHIFT = 0.01
"""Cumulative Layout Shift: the share of the screen that moves, times how far (https://web.dev/articles/cls).

Half of what is asked for, 0.02: how much moves depends on what comes first.
"""
_BESIDE_THE_DASHBOARD = {
    **dict.fromkeys(("wallets/", "backtests/", "grids/", "strategies/", "signals/", "account/"), "#bench"),
    "accounts/": "#limits",
}
"""By path, what comes last."""
_ALL_THERE = f"""document.body.dataset.connection === 'live' && !document.getElementById('bench').hidden
  && {IS_SEEN}
  && !document.getElementById('bench').innerText.includes('Loading')"""
_SCREENS = ((375, 812), (768, 1024), (1440, 900), (2560, 1440))
_LEFT_OTHERWISE = """(() => {
  for (const panel of ['dock', 'ticket']) {
    localStorage.setItem(`tidewire.${panel}.open`, String(document.documentElement.dataset[panel] !== 'open'));
  }
})()"""


def test_the_dashboard_shows_its_first_price_after_few_small_requests(page: BrowserPage, demo_url: str) -> None:
    need("what `make bundles` makes", is_there=bool(bundled_files(settings.BUNDLES_DIR)))
    page.note_frame(_PRICE)
    page.open(demo_url)
    page.wait(f"globalThis.frameNoted !== undefined && {_SHOWN}")
    loaded = page.evaluate(_ASKED_FOR_BEFORE)
    assert len(loaded) <= _MOST_REQUESTS, loaded
    assert sum(size for _, size in loaded) <= _MOST_BYTES, loaded
    assert page.problems() == []


@pytest.mark.parametrize(("width", "height"), _SCREENS)
def test_nothing_of_the_dashboard_moves_while_it_loads(
    page: BrowserPage, demo_url: str, width: int, height: int
) -> None:
    page.open(demo_url, width=width, height=height)
    assert _moved(page, _SHOWN) == []
    page.evaluate(_LEFT_OTHERWISE)
    open_signed_in(page, demo_url, "demo", width=width, height=height)
    assert _moved(page, _SHOWN) == []


@pytest.mark.parametrize(("width", "height"), [_SCREENS[0], _SCREENS[2]])
@pytest.mark.parametrize("path", _BESIDE_THE_DASHBOARD)
def test_nothing_of_the_other_pages_moves_while_they_load(
    page: BrowserPage, demo_url: str, path: str, width: int, height: int
) -> None:
    open_signed_in(page, f"{demo_url}{path}", "demo", width=width, height=height)
    last = f"document.querySelector('{_BESIDE_THE_DASHBOARD[path]}').checkVisibility({{ visibilityProperty: true }})"
    assert _moved(page, f"{_ALL_THERE} && {last}") == []


@pytest.mark.parametrize(("path", "width", "height"), [("wallets/", *_SCREENS[0]), ("", *_SCREENS[2])])
def test_nothing_moves_where_the_page_itself_comes_in_parts(
    page: BrowserPage, demo_url: str, path: str, width: int, height: int
) -> None:
    page.expect_problems("^Manifest: ")  # which is of another origin here
    with paused_page(f"{demo_url}{path}", after='<footer class="foot" id="foot">') as url:
        page.open(url, width=width, height=height)
        page.wait("document.readyState === 'complete'")
        assert page.evaluate(_SHIFTS) == []


def _moved(page: BrowserPage, all_there: str) -> list[Any]:
    """Return what has moved until all of the page is there; nothing where that is too little to be seen."""
    page.wait(all_there)
    shifts: list[Any] = page.evaluate(_SHIFTS)
    return shifts if sum(value for value, *_ in shifts) > _MOST_SHIFT else []
