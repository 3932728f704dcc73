"""The trading page of a deployment on Kraken: its symbols, its least quantity, and an order that is filled."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import deployments
from tests.browser.browser_page import BrowserPage
from tests.browser.signing_in import PASSWORD, ask, new_trader, open_signed_in, token_of

pytestmark = pytest.mark.browser
_SHOWN = """document.getElementById('chart-canvas').dataset.close !== undefined
  && /\\d/.test(document.getElementById('order-book-bids').textContent)"""
_SIZE = "document.getElementById('ticket-size').value"
_PROBLEM = "document.getElementById('ticket-size-problem').textContent"
_OUTCOME = "document.getElementById('ticket-outcome').dataset.state"


@pytest.fixture
def url(node: str, chromium: str, tmp_path: Path) -> Iterator[str]:
    """Return the address of a demo on Kraken."""
    with deployments.demo_on_kraken(tmp_path) as demo:
        yield f"{demo.http_url}/"


def test_it_buys_at_the_market_by_krakens_rules(page: BrowserPage, url: str) -> None:
    name = new_trader(url)
    open_signed_in(page, f"{url}#BTC%2FUSDT/1m", name, PASSWORD)
    page.wait(_SHOWN)
    page.press("o")
    page.fill("#ticket-size", "0.00009")
    page.press("Tab")
    page.wait(f"{_PROBLEM} === 'The order is for 0.00009 BTC; the least is 0.0001'")
    page.fill("#ticket-size", "0.01")
    page.click("#ticket-send")
    page.wait(f"{_OUTCOME} === 'filled' && {_SIZE} === ''")
    assert page.text("#ticket-outcome").startswith("Bought 0.01 BTC at ")
    [order] = ask(f"{url}api/v1/trading/orders/", token=token_of(url, name, PASSWORD))["items"]
    assert (order["symbol"], order["side"], order["status"]) == ("BTC/USDT", "buy", "filled")
