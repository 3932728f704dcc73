"""What a screen reader, a keyboard, poor eyes and a phone meet on each page: no serious finding, nothing cut off."""

import pytest

from tests.browser.browser_page import BrowserPage
from tests.browser.signing_in import open_signed_in

pytestmark = pytest.mark.browser

_SCHEMES = ("dark", "light")
_VIEWS = ("chart", "markets", "book", "trades", "more")
_SHOWN = """document.getElementById('chart-canvas').dataset.state === 'ready'
  && document.querySelectorAll('#trade-rows tr:not([hidden])').length > 0
  && /\\d/.test(document.getElementById('order-book-asks').textContent)
  && /\\d/.test(document.getElementById('watch-list-rows').textContent)"""
_OPERATIONS_SHOWN = "document.querySelectorAll('[data-gateway]').length > 0"
_STREAMS_SHOWN = "document.querySelectorAll('[data-stream]').length > 0"
_WIDTHS = "[document.documentElement.scrollWidth, visualViewport.width]"
"""A phone zooms out where a page is wider than it."""


@pytest.mark.parametrize("scheme", _SCHEMES)
def test_it_has_no_serious_finding_on_the_dashboard(page: BrowserPage, demo_url: str, scheme: str) -> None:
    page.open(demo_url, scheme=scheme, height=1080)  # tall enough for the dock to be open at first
    page.wait(_SHOWN)
    assert page.accessibility() == []


@pytest.mark.parametrize("scheme", _SCHEMES)
def test_it_has_no_serious_finding_in_any_view_of_a_phone_nor_scrolls_sideways(
    phone: BrowserPage, demo_url: str, scheme: str
) -> None:
    phone.open(demo_url, scheme=scheme, width=375, height=812)
    phone.wait(_SHOWN)
    for view in _VIEWS:
        phone.tap(f"#views [data-view={view}]")
        assert (view, phone.accessibility()) == (view, [])
        assert (view, phone.evaluate(_WIDTHS)) == (view, [375, 375])


@pytest.mark.parametrize("scheme", _SCHEMES)
def test_it_has_no_serious_finding_on_the_operators_page(page: BrowserPage, demo_url: str, scheme: str) -> None:
    open_signed_in(page, f"{demo_url}operations/", "admin", scheme=scheme)
    page.wait(_OPERATIONS_SHOWN)
    assert page.accessibility() == []


@pytest.mark.parametrize("scheme", _SCHEMES)
def test_it_has_no_serious_finding_on_the_operators_page_of_a_phone_nor_scrolls_sideways(
    phone: BrowserPage, demo_url: str, scheme: str
) -> None:
    open_signed_in(phone, f"{demo_url}operations/", "admin", scheme=scheme, width=375, height=812)
    phone.wait(_OPERATIONS_SHOWN)
    assert phone.accessibility() == []
    assert phone.evaluate(_WIDTHS) == [375, 375]


def test_it_fits_the_admins_page_of_streams_on_a_phone(phone: BrowserPage, demo_url: str) -> None:
    tab = phone.new_tab()
    tab.open(demo_url, width=375, height=812)
    tab.wait(_SHOWN)  # so that there are streams
    phone.open(f"{demo_url}admin/login/?next=/admin/streams/", width=375, height=812)
    phone.fill("input[name=username]", "admin")
    phone.fill("input[name=password]", "admin")
    phone.press("Enter")
    phone.wait(_STREAMS_SHOWN)
    assert phone.evaluate(_WIDTHS) == [375, 375]


@pytest.mark.parametrize("scheme", _SCHEMES)
def test_it_has_no_serious_finding_in_the_dialog_to_sign_in(page: BrowserPage, demo_url: str, scheme: str) -> None:
    page.open(demo_url, scheme=scheme)
    page.wait(_SHOWN)
    page.click("#account-open")
    assert page.accessibility() == []
    page.click("[data-show=register]")
    assert page.accessibility() == []
