"""The page at `/accounts/`, in a browser: a limit is set, its use is seen, and the ticket says it beforehand."""

import pytest

from tests.browser.browser_page import BrowserPage
from tests.browser.signing_in import PASSWORD, ask, new_trader, open_signed_in, token_of

pytestmark = pytest.mark.browser

_SCHEMES = ("dark", "light")
_SHOWN = "!(document.getElementById('limits')?.hidden ?? true) && document.body.dataset.connection === 'live'"
_ASKED = "document.getElementById('confirm').open"
_OUTCOME = "document.getElementById('limits-outcome').textContent"
_USED = "document.getElementById('limit-open_orders-used').textContent"
_FORECAST = "document.getElementById('ticket-forecast-text').textContent"
_WIDTHS = "[document.documentElement.scrollWidth, visualViewport.width]"
_CUT_OFF = """[...document.querySelectorAll('main *')].filter((node) => node.checkVisibility()
  && !node.closest('.visually-hidden')
  && node.getBoundingClientRect().right > innerWidth + 1).map((node) => node.outerHTML.slice(0, 80))"""
_ORDER = {"symbol": "BTCUSDT", "side": "buy", "type": "limit", "quantity": "0.001", "price": "50000"}


def test_a_limit_is_set_after_a_question_and_said_by_the_ticket_before_an_order_is_sent(
    page: BrowserPage, demo_url: str
) -> None:
    page.expect_problems("status of 400")
    name = new_trader(demo_url)
    open_signed_in(page, f"{demo_url}accounts/", name, PASSWORD)
    page.wait(_SHOWN)
    page.fill("[name=price_collar]", "150")
    page.click("#limits-save")
    page.click("#confirm-agree")
    page.wait("document.activeElement.name === 'price_collar'")
    assert "Price collar must be a number above 0 and below 1" in page.text("#limits-fields")
    page.click("#limits-undo")
    page.fill("[name=open_orders]", "1")
    page.press("Enter")
    page.wait(_ASKED)
    assert "Open orders: none → 1." in page.text("#confirm-says")
    for scheme in _SCHEMES:
        page.prefer(scheme=scheme)
        assert (scheme, page.accessibility()) == (scheme, [])
    page.click("#confirm-agree")
    page.wait(f"{_OUTCOME} === 'Changed. Open orders: none → 1.'")
    ask(f"{demo_url}api/v1/trading/orders/", _ORDER, token=token_of(demo_url, name, PASSWORD))
    page.wait(f"{_USED} === 'Now: 1 order of 1 open'")
    for scheme in _SCHEMES:
        page.prefer(scheme=scheme)
        assert (scheme, page.accessibility()) == (scheme, [])
    page.open(demo_url)
    page.wait("document.body.dataset.connection === 'live'")
    page.press("o")
    page.wait("document.activeElement.id === 'ticket-size'")
    page.fill("#ticket-size", "0.01")
    page.wait(f"{_FORECAST} === 'Would be refused now: 1 orders are open; the most is 1 (OPEN_ORDERS).'")
    page.click("#ticket-limits")
    page.wait(f"location.pathname.startsWith('/accounts/acc_') && {_SHOWN}")


def test_a_phone_shows_all_of_it_one_below_the_other_and_leads_elsewhere(phone: BrowserPage, demo_url: str) -> None:
    open_signed_in(phone, f"{demo_url}accounts/", new_trader(demo_url), PASSWORD, width=375, height=812)
    phone.wait(_SHOWN)
    assert (phone.evaluate(_WIDTHS), phone.evaluate(_CUT_OFF)) == ([375, 375], [])
    for selector in ("#account-list a", "#shown", "#limits-save", ".pages-open"):
        assert (selector, phone.evaluate(f"document.querySelector('{selector}').checkVisibility()")) == (selector, True)
    assert phone.accessibility() == []
