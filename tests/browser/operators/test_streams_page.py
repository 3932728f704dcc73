"""The admin's page of streams in a browser: it refreshes itself, and leaves its reader where they are."""

import json

import pytest

from tests.browser.browser_page import BrowserPage

pytestmark = pytest.mark.browser

_PRICED = "/\\d/.test(document.getElementById('quote-price').textContent)"
_ROWS = "[...document.querySelectorAll('[data-stream]')].map((row) => row.dataset.stream)"
_FACTS = "document.querySelector('#streams dl').innerText"
_SCROLLED = "document.documentElement.scrollTop"


def _open_as_admin(page: BrowserPage, demo_url: str, *, width: int) -> None:
    page.open(demo_url)
    page.wait(_PRICED)  # what the dashboard has subscribed is kept open for a while after it
    page.open(f"{demo_url}admin/login/?next=/admin/streams/", width=width, height=600)
    page.fill("input[name=username]", "admin")
    page.fill("input[name=password]", "admin")
    page.press("Enter")
    page.wait(f"document.getElementById('streams') && {_ROWS}.includes('btcusdt@ticker') && {_ROWS}.length > 5")


@pytest.mark.parametrize("width", [375, 1280])
def test_it_refreshes_itself_and_stays_where_its_reader_is(page: BrowserPage, demo_url: str, width: int) -> None:
    _open_as_admin(page, demo_url, width=width)
    page.evaluate(f"{_SCROLLED} = 120")
    before = page.evaluate(_FACTS)
    page.wait(f"{_FACTS} !== {json.dumps(before)}")
    assert page.evaluate(_SCROLLED) == 120
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert page.problems() == []


def test_it_filters_as_one_types_and_keeps_what_was_typed(page: BrowserPage, demo_url: str) -> None:
    _open_as_admin(page, demo_url, width=1280)
    page.fill("#stream-filter", "eth ticker")
    page.wait(f"JSON.stringify({_ROWS}) === '[\"ethusdt@ticker\"]'")
    before = page.evaluate(_FACTS)
    page.wait(f"{_FACTS} !== {json.dumps(before)}")
    assert page.evaluate(_ROWS) == ["ethusdt@ticker"]
    assert page.evaluate("document.activeElement.id") == "stream-filter"
    assert page.evaluate("document.activeElement.value") == "eth ticker"


def test_it_says_that_the_server_is_away(page: BrowserPage, demo_url: str) -> None:
    _open_as_admin(page, demo_url, width=1280)
    assert page.evaluate("document.getElementById('streams-problem').hidden") is True
    page.expect_problems("status of 502", "admin/streams")
    page.answer("**/admin/streams/**", status=502, kind="text/plain")
    page.wait("!document.getElementById('streams-problem').hidden")
    page.release("**/admin/streams/**")
    page.wait("document.getElementById('streams-problem').hidden")
