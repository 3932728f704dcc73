"""The order ticket on the dashboard, in a browser: what is bought by it, and what it says before and afterwards."""

import pytest

from tests.browser.browser_page import BrowserPage
from tests.browser.signing_in import PASSWORD, ask, new_trader, open_signed_in, sign_in, token_of

pytestmark = pytest.mark.browser

_SCHEMES = ("dark", "light")
_MARKETS = "**/api/v1/market/symbols/*"
_SHOWN = """document.getElementById('chart-canvas').dataset.close !== undefined
  && /\\d/.test(document.getElementById('order-book-bids').textContent)"""
_OUTCOME = "document.getElementById('ticket-outcome').dataset.state"
_SIZE = "document.getElementById('ticket-size').value"
_PRICE = "document.getElementById('ticket-price').value"
_FREE = "document.getElementById('ticket-free').textContent"
_FOCUS = "document.activeElement.id"
_PROBLEM = "document.getElementById('ticket-size-problem').textContent"
_KIND = "document.querySelector('#ticket-form [name=kind]:checked').value"
_WIDTHS = "[document.documentElement.scrollWidth, visualViewport.width]"
_SMALL_TARGETS = """[...document.querySelectorAll('#ticket :is(button, input, select, label:has(input))')]
  .filter((part) => part.checkVisibility() && !part.matches('.visually-hidden, .check input'))
  .filter((part) => part.getBoundingClientRect().height < 44).map((part) => part.outerHTML.slice(0, 80))"""


def test_it_buys_at_the_market_and_sells_from_the_book_and_the_chart_and_says_what_became_of_it(
    page: BrowserPage, demo_url: str
) -> None:
    page.expect_problems("status of 400", "status of 409", "status of 503")
    name = new_trader(demo_url)
    _types_before_a_market_is_there_and_signs_in_then(page, demo_url, name)
    page.click("#ticket-send")
    page.wait(f"{_OUTCOME} === 'filled' && {_SIZE} === ''")
    assert page.text("#ticket-outcome").startswith("Bought 0.01 BTC at ")
    for scheme in _SCHEMES:
        page.prefer(scheme=scheme)
        assert (scheme, page.accessibility()) == (scheme, [])
    _is_told_of_rules_before_and_of_refusals_after(page)
    _takes_prices_from_the_book_and_the_chart(page)
    _sells_all_that_there_is(page, demo_url, token_of(demo_url, name, PASSWORD))


def _types_before_a_market_is_there_and_signs_in_then(page: BrowserPage, demo_url: str, name: str) -> None:
    page.answer(_MARKETS, status=503)
    page.open(demo_url)
    page.press("o")
    page.wait(f"{_FOCUS} === 'ticket-size'")
    page.fill("#ticket-size", "0.01")
    assert page.text("#ticket-symbol") == ""
    page.release(_MARKETS)
    page.wait(_SHOWN)
    assert page.text("#ticket-send") == "Sign in to buy"
    page.press("Enter")
    page.wait("document.getElementById('account-dialog').open")
    page.press("Escape")
    sign_in(page, name, PASSWORD)
    page.wait(f"{_FREE}.endsWith('USDT free') && /\\d/.test(document.querySelector('[data-figure=left]').textContent)")
    assert page.evaluate(_SIZE) == "0.01"


def _is_told_of_rules_before_and_of_refusals_after(page: BrowserPage) -> None:
    page.fill("#ticket-size", "0.0000123")
    page.press("Tab")
    page.wait(f"{_PROBLEM} === 'Quantity must be a multiple of 0.00001'")
    page.click("#ticket-send")
    page.wait(f"{_FOCUS} === 'ticket-size' && {_PROBLEM} === 'Quantity must be a multiple of 0.00001'")
    page.fill("#ticket-size", "99999999999999")
    page.press("Tab")
    page.wait(f"{_PROBLEM}.endsWith('the most is 90000')")
    page.fill("#ticket-size", "1000")
    page.click("#ticket-send")
    page.wait("document.getElementById('ticket-problem').textContent.includes('(INSUFFICIENT_BALANCE)')")
    page.fill("#ticket-size", "0.01")
    page.wait("document.getElementById('ticket-problem').textContent === ''")


def _takes_prices_from_the_book_and_the_chart(page: BrowserPage) -> None:
    page.click("#order-book-bids tr:nth-child(5)")
    page.wait(f"{_KIND} === 'limit' && {_PRICE} !== ''")
    page.focus("#order-book-bids tr:first-child button")
    page.press("ArrowDown")
    page.wait(
        "document.activeElement.closest('tr')?.rowIndex === document.querySelector('#order-book-bids tr').rowIndex + 1"
    )
    page.press("Enter")
    page.wait(f"{_FOCUS} === 'ticket-size'")
    page.fill("#ticket-price", "1")
    page.hover("#chart-canvas")
    page.click("#order-here")
    page.wait(f"Number({_PRICE}) > 1000")
    page.fill("#ticket-price", "1")
    page.click("#ticket-pick")
    page.click("#price-pick-current")
    page.wait(f"Number({_PRICE}) > 1000 && {_FOCUS} === 'ticket-size'")


def _sells_all_that_there_is(page: BrowserPage, url: str, token: str) -> None:
    page.click(".ticket-sides [data-side=sell]")
    page.click("#ticket-shares [data-percent='100']")
    page.wait(f"{_SIZE} === '0.01'")
    page.fill("#ticket-price", "200000")
    _sends_and_types_the_next_size_before_the_answer(page, "0.02")
    page.wait(f"{_OUTCOME} === 'resting'")
    assert page.evaluate(_SIZE) == "0.02"
    assert page.text("#ticket-outcome") == "Resting: sells 0.01 BTC at 200,000.00 or higher."
    [sold, bought] = ask(f"{url}api/v1/trading/orders/", token=token)["items"]
    assert (sold["side"], sold["type"], sold["price"], sold["status"]) == ("sell", "limit", 200_000, "new")
    assert (bought["side"], bought["type"], bought["quantity"], bought["status"]) == ("buy", "market", 0.01, "filled")
    page.wait(f"{_FREE} === '0.00000 BTC free'")


def _sends_and_types_the_next_size_before_the_answer(page: BrowserPage, size: str) -> None:
    page.evaluate(f"document.getElementById('ticket-send').click(), {_SIZE} = '{size}'")


def test_a_phone_has_it_in_a_view_of_its_own_with_room_for_fingers(phone: BrowserPage, demo_url: str) -> None:
    open_signed_in(phone, demo_url, new_trader(demo_url), PASSWORD, width=375, height=812)
    phone.wait(_SHOWN)
    phone.tap("#views [data-view=book]")
    phone.tap("#order-book-asks tr:nth-child(8)")
    phone.wait(f"document.querySelector('#ticket').checkVisibility() && {_KIND} === 'limit' && {_PRICE} !== ''")
    assert phone.evaluate("document.querySelector('#order-book').checkVisibility()") is False
    phone.tap(".ticket-kinds label:nth-of-type(4)")
    phone.wait("document.getElementById('ticket-stop-price').value !== ''")
    assert phone.evaluate(_SMALL_TARGETS) == []
    for scheme in _SCHEMES:
        phone.prefer(scheme=scheme)
        assert (scheme, phone.accessibility()) == (scheme, [])
    assert (phone.evaluate(_WIDTHS), phone.evaluate("document.documentElement.scrollHeight <= innerHeight")) == (
        [375, 375],
        True,
    )
    phone.tap(".ticket-kinds label:nth-of-type(1)")
    phone.tap("#ticket-sizing label:nth-of-type(2)")
    phone.fill("#ticket-size", "1000")
    phone.tap("#ticket-send")
    phone.wait(f"{_OUTCOME} === 'filled'")
    assert phone.text("#ticket-outcome").startswith("Bought 0.010")
