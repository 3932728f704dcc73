"""What a screen reader, poor eyes and a phone meet on the dashboard: no serious finding, nothing cut off."""

import pytest

from tests.browser.browser_page import BrowserPage

pytestmark = pytest.mark.browser

_SCHEMES = ("dark", "light")
_VIEWS = {
    "chart": "#chart",
    "markets": "#watch-list",
    "book": "#order-book",
    "trades": "#trades",
    "order": "#ticket",
    "more": "#dock",
}
_SHOWN = """document.getElementById('chart-canvas').dataset.state === 'ready'
  && document.querySelectorAll('#trade-rows tr:not([hidden])').length > 0
  && /\\d/.test(document.getElementById('order-book-asks').textContent)
  && /\\d/.test(document.getElementById('watch-list-rows').textContent)"""
_WIDTHS = "[document.documentElement.scrollWidth, visualViewport.width]"
"""A phone zooms out where a page is wider than it."""
_CUT_OFF = """[...document.querySelectorAll('main *')].filter((node) => !node.closest('#intervals, .visually-hidden')
  && node.getBoundingClientRect().right > innerWidth + 1).map((node) => node.outerHTML.slice(0, 80))"""


def test_it_has_no_serious_finding_on_the_dashboard_nor_in_its_dialog_to_sign_in(
    page: BrowserPage, demo_url: str
) -> None:
    page.open(demo_url, height=1080)  # tall enough for the dock to be open at first
    page.wait(_SHOWN)
    for opens in ("", "#account-open", "[data-show=register]"):
        if opens:
            page.click(opens)
        for scheme in _SCHEMES:
            page.prefer(scheme=scheme)
            assert (opens, scheme, page.accessibility()) == (opens, scheme, [])


def test_a_phone_shows_one_view_at_a_time_without_a_serious_finding_and_scrolls_nothing_sideways(
    phone: BrowserPage, demo_url: str
) -> None:
    phone.open(demo_url, width=375, height=812)
    phone.wait(_SHOWN)
    for view in _VIEWS:
        phone.tap(f"#views [data-view={view}]")
        _is_the_view_in_sight(phone, view)
        for scheme in _SCHEMES:
            phone.prefer(scheme=scheme)
            assert (view, scheme, phone.accessibility()) == (view, scheme, [])
        assert (view, phone.evaluate(_WIDTHS), phone.evaluate(_CUT_OFF)) == (view, [375, 375], [])
        assert phone.evaluate("document.documentElement.scrollHeight <= innerHeight") is True
    phone.tap("#views [data-view=markets]")
    phone.tap("tr[data-symbol='ETHUSDT'] a")
    phone.wait("document.querySelector('#chart').checkVisibility() && location.hash.startsWith('#ETHUSDT/')")


def _is_the_view_in_sight(phone: BrowserPage, view: str) -> None:
    for other, selector in _VIEWS.items():
        assert phone.evaluate(f"document.querySelector('{selector}').checkVisibility()") is (other == view)
