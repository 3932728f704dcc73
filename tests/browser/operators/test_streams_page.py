"""The admin's page of streams in a browser: it refreshes itself, and leaves its reader where they are."""

import json

import pytest

from tests.browser.browser_page import BrowserPage

pytestmark = pytest.mark.browser

_PRICED = "/\\d/.test(document.getElementById('quote-price').textContent)"
_ROWS = "[...document.querySelectorAll('[data-stream]')].map((row) => row.dataset.stream)"
_FACTS = "document.querySelector('#streams dl').innerText"
_SCROLLED = "document.documentElement.scrollTop"


def _open_as_admin(page: BrowserPage, demo_url: str, *, width: int = 1280, height: int = 600) -> None:
    dashboard = page.new_tab()  # which stays: without a reader of their own rows go, and the page gets shorter
    dashboard.open(demo_url)
    dashboard.wait(_PRICED)
    page.open(f"{demo_url}admin/login/?next=/admin/streams/", width=width, height=height)
    page.fill("input[name=username]", "admin")
    page.fill("input[name=password]", "admin")
    page.press("Enter")
    page.wait(f"document.getElementById('streams') && {_ROWS}.includes('btcusdt@ticker') && {_ROWS}.length > 5")


def test_it_refreshes_itself_stays_where_its_reader_is_and_says_that_the_server_is_away(
    page: BrowserPage, demo_url: str
) -> None:
    _open_as_admin(page, demo_url)
    for width in (1280, 375):
        page.resize(width, 400)  # the page is taller, however few streams it has
        page.evaluate(f"{_SCROLLED} = 120")
        _await_other_facts(page)
        assert page.evaluate(_SCROLLED) == 120
        assert page.evaluate("document.documentElement.scrollWidth") == width
    assert page.problems() == []
    _filter(page)
    assert page.evaluate("document.getElementById('streams-problem').hidden") is True
    page.expect_problems("status of 502", "admin/streams")
    page.answer("**/admin/streams/**", status=502, kind="text/plain")
    page.wait("!document.getElementById('streams-problem').hidden")
    page.release("**/admin/streams/**")
    page.wait("document.getElementById('streams-problem').hidden")


def _await_other_facts(page: BrowserPage) -> None:
    before = page.evaluate(_FACTS)
    page.wait(f"{_FACTS} !== {json.dumps(before)}")


def _filter(page: BrowserPage) -> None:
    """Filter as one types; what was typed stays."""
    page.fill("#stream-filter", "eth ticker")
    page.wait(f"JSON.stringify({_ROWS}) === '[\"ethusdt@ticker\"]'")
    _await_other_facts(page)
    assert page.evaluate(_ROWS) == ["ethusdt@ticker"]
    assert page.evaluate("document.activeElement.id") == "stream-filter"
    assert page.evaluate("document.activeElement.value") == "eth ticker"


def test_it_fits_a_phone(phone: BrowserPage, demo_url: str) -> None:
    _open_as_admin(phone, demo_url, width=375, height=812)
    assert phone.evaluate("[document.documentElement.scrollWidth, visualViewport.width]") == [375, 375]
