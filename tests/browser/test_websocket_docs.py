"""What a reader meets on the pages about REST and WebSockets: no finding, nothing cut off, and a way between them."""

import pytest

from tests.browser.browser_page import BrowserPage

pytestmark = pytest.mark.browser

_LOADED = "document.readyState === 'complete'"
_SCHEMES = ("dark", "light")
_WIDTHS = "[document.documentElement.scrollWidth, visualViewport.width]"
_CUT_OFF = """[...document.querySelectorAll('body *')].filter((node) => node.checkVisibility()
  && node.getBoundingClientRect().right > innerWidth + 1).map((node) => node.outerHTML.slice(0, 80))"""
_CONTROLS = """[...document.querySelectorAll('a[href], button, input, select, textarea, summary')]
  .filter((node) => node.checkVisibility() && node.getBoundingClientRect().width)"""
_IS_SMALL = "(node) => Math.min(node.getBoundingClientRect().width, node.getBoundingClientRect().height) < 44"
_ALIKE = "document.querySelectorAll('.ref-item').forEach((node, number) => number % 30 && node.remove())"
"""Hundreds of parts are made of the same templates: a few of them say what axe would find in all."""


def test_the_page_of_a_dialect_has_no_serious_finding_and_scrolls_nothing_sideways(
    phone: BrowserPage, demo_url: str
) -> None:
    phone.open(f"{demo_url}api/docs/websocket/zigquant-v2/", width=375, height=812)
    phone.wait(_LOADED)
    phone.evaluate("document.querySelectorAll('details').forEach((node) => (node.open = true))")
    assert (phone.evaluate(_WIDTHS), phone.evaluate(_CUT_OFF)) == ([375, 375], [])
    phone.evaluate(_ALIKE)
    for scheme in _SCHEMES:
        phone.prefer(scheme=scheme)
        assert (scheme, phone.accessibility()) == (scheme, [])


def test_the_page_of_rest_has_no_finding_with_an_operation_and_the_dialog_to_sign_in_open(
    page: BrowserPage, demo_url: str
) -> None:
    for scheme in _SCHEMES:
        page.open(f"{demo_url}api/docs/", scheme=scheme)
        page.wait("document.querySelector('.opblock')")
        page.click(".opblock-summary-control")
        page.wait("document.querySelector('.opblock-body .parameters')")
        page.click(".btn.authorize")
        page.wait("document.querySelector('.modal-ux')")
        assert (scheme, page.accessibility()) == (scheme, [])


def test_a_finger_finds_each_control_of_the_page_of_rest(phone: BrowserPage, demo_url: str) -> None:
    phone.open(f"{demo_url}api/docs/", width=375, height=812)
    phone.wait("document.querySelector('.opblock')")
    phone.tap(".opblock-summary-control")
    phone.wait("document.querySelector('.opblock-body .parameters select')")
    assert phone.evaluate(f"{_CONTROLS}.length") > 10
    assert phone.evaluate(f"{_CONTROLS}.filter({_IS_SMALL}).map((node) => node.outerHTML)") == []


def test_it_leads_from_the_page_of_rest_to_that_of_each_dialect(page: BrowserPage, demo_url: str) -> None:
    page.open(f"{demo_url}api/docs/")
    page.wait("document.querySelector('.docs-head a[href$=\"/websocket/\"]')")
    page.click(".docs-head a[href$='/websocket/']")
    for dialect in ("trading", "zigquant-v2", "market"):
        page.wait(f"document.querySelector('.ref-dialects a[href$=\"/{dialect}/\"]')")
        page.click(f".ref-dialects a[href$='/{dialect}/']")
        page.wait(f"document.title.startsWith('WebSockets: {dialect} ')")
    page.click("a[href='#message-price']")
    page.wait("location.hash === '#message-price' && document.querySelector('#message-price pre').checkVisibility()")


def test_it_leads_back_to_the_dashboard(page: BrowserPage, demo_url: str) -> None:
    page.open(f"{demo_url}api/docs/")
    page.click(".docs-home")
    page.wait("location.pathname === '/' && document.getElementById('chart')")
