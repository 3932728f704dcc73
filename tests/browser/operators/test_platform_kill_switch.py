"""The kill switch of the whole platform, in a browser: thrown by staff, seen by a trader, lifted by a superuser."""

from urllib.error import HTTPError

import pytest

from tests.browser.browser_page import BrowserPage
from tests.browser.demo_process import DemoProcess
from tests.browser.operations_page import open_as_staff
from tests.browser.signing_in import PASSWORD, ask, new_trader, open_signed_in, token_of

pytestmark = pytest.mark.browser

_LEVEL = "document.getElementById('kill-level').textContent"
_DONE = "document.getElementById('confirm-agree').hidden"
_BANNER = "document.getElementById('kill-banner')"
_PROBLEM = "document.querySelector('#confirm .field-problem').textContent"
_ORDER = {"symbol": "BTCUSDT", "side": "buy", "type": "limit", "quantity": "0.01", "price": "90000"}
_REASON = "#confirm [data-path=reason]"


def test_staff_halt_all_trading_and_a_superuser_allows_it_again(
    page: BrowserPage, phone: BrowserPage, own_demo: DemoProcess
) -> None:
    page.expect_problems("status of 400")
    own_demo.start()
    url = own_demo.url
    name = new_trader(url)
    token = token_of(url, name, PASSWORD)
    ask(f"{url}api/v1/trading/orders/", _ORDER, token=token)
    open_as_staff(page, url)
    page.wait(f"{_LEVEL} === 'active'")
    _halt(page)
    assert page.text("#kill-last").endswith("by admin: a drill")
    assert page.accessibility() == []
    [order] = ask(f"{url}api/v1/trading/orders/", token=token)["items"]
    assert (order["status"], order["reason"]) == ("cancelled", "kill_switch")
    with pytest.raises(HTTPError, match="409"):
        ask(f"{url}api/v1/trading/orders/", _ORDER, token=token)
    open_signed_in(phone, url, name, PASSWORD, width=375, height=812)
    phone.wait(f"{_BANNER}.checkVisibility() && {_BANNER}.innerText.includes('of the whole platform')")
    assert phone.evaluate("document.documentElement.scrollHeight <= innerHeight") is True
    assert phone.accessibility() == []
    _allow_again(page)
    phone.wait(f"{_BANNER}.hidden")
    ask(f"{url}api/v1/trading/orders/", _ORDER, token=token)


def _halt(page: BrowserPage) -> None:
    """Throw the switch, for which a reason is required, and read what it did."""
    page.click("#kill-halt")
    page.click("#confirm-agree")
    page.wait(f"{_PROBLEM} === 'Reason is required'")
    assert "All grids and strategies of all users stop, and all open orders are cancelled." in page.text("#confirm")
    page.fill(_REASON, "a drill")
    page.click("#confirm-agree")
    page.wait(_DONE)
    assert "Trading is halted: 0 grids stopped, 1 order cancelled." in page.text("#confirm")
    page.click("#confirm-cancel")
    page.wait(f"{_LEVEL} === 'halted' && document.getElementById('kill-last').textContent !== ''")


def _allow_again(page: BrowserPage) -> None:
    page.click("#kill-active")
    assert "Nothing resumes by itself" in page.text("#confirm")
    page.fill(_REASON, "the drill is over")
    page.click("#confirm-agree")
    page.wait(_DONE)
    page.click("#confirm-cancel")
    page.wait(f"{_LEVEL} === 'active'")
