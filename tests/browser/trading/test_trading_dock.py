"""The dock's tabs of positions, open orders, fills and balances, as whoever is signed in uses them."""

from typing import Any

import pytest

from tests.browser.browser_page import BrowserPage
from tests.browser.signing_in import PASSWORD, ask, new_trader, open_signed_in, sign_out, token_of

pytestmark = pytest.mark.browser

_TABS = ("positions", "orders", "fills", "balances")
_STATE = "document.getElementById('dock').dataset.trading"
_CLOSE = "Number(document.getElementById('chart-canvas').dataset.close)"
_READY = f"{_STATE} === 'known' && {_CLOSE} > 0"
_ROWS = "[...document.querySelectorAll('#{0}-rows tr')].map((row) => row.innerText.replace(/\\s+/g, ' '))"
_NOTE = "document.getElementById('{0}-note').textContent"
_ORDERS = _ROWS.format("order")
_COUNT = "document.getElementById('order-count').textContent"
_ASKED = "document.getElementById('confirm').open"
_DONE = "document.getElementById('confirm-agree').hidden"
_WIDTHS = "[document.documentElement.scrollWidth, visualViewport.width]"
_CUT_OFF = """[...document.querySelectorAll('#dock *')].filter((node) => node.checkVisibility()
  && !node.closest('.visually-hidden, thead') && node.getBoundingClientRect().right > innerWidth + 1)
  .map((node) => node.outerHTML.slice(0, 80))"""


class _Trader:
    """A new user at the dashboard, who orders over REST, too."""

    def __init__(self, page: BrowserPage, url: str, **window: int) -> None:
        self._url = url
        name = new_trader(url)
        open_signed_in(page, f"{url}#BTCUSDT/1m", name, PASSWORD, **window)
        page.wait(_READY)
        self._token = token_of(url, name, PASSWORD)
        self.price = float(page.evaluate(_CLOSE))

    def buy(self, symbol: str = "BTCUSDT", **given: object) -> dict[str, Any]:
        order = {"symbol": symbol, "side": "buy", "type": "market", **given}
        return dict(ask(f"{self._url}api/v1/trading/orders/", order, token=self._token))

    def bid(self, *, below: float, symbol: str = "BTCUSDT", quantity: str = "0.002") -> dict[str, Any]:
        """Have a limit order rest at a share of the price that BTC has."""
        price = f"{self.price * (1 - below):.2f}"
        return self.buy(symbol, type="limit", price=price, quantity=quantity)


def test_orders_are_cancelled_in_the_dock_and_what_was_bought_is_held_and_closed_there(
    page: BrowserPage, demo_url: str
) -> None:
    trader = _Trader(page, demo_url, height=1080)
    page.click("#dock-tab-orders")
    page.wait(f"{_NOTE.format('orders')}.startsWith('No open orders')")
    _cancel_orders(page, trader)
    _hold_and_close(page, trader)
    sign_out(page)
    page.wait(f"{_STATE} === 'signed_out' && {_NOTE.format('positions')}.startsWith('Sign in')")
    assert page.evaluate("document.querySelectorAll('.trading-table tbody tr').length") == 0


def _cancel_orders(page: BrowserPage, trader: _Trader) -> None:
    """Cancel one of three by its button, then those of the market that is shown, then the rest."""
    for below in (0.01, 0.02):
        trader.bid(below=below)
    trader.bid(symbol="BTCUSDC", below=0.03)
    page.wait(f"{_COUNT} === '3' && {_ORDERS}.length === 3")
    assert page.evaluate(f"{_ORDERS}[1]").startswith(f"BTCUSDT Buy Limit {trader.price * 0.98:,.2f} 0.002 BTC 0 ")
    assert page.accessibility() == []
    page.click("#order-rows tr:nth-child(2) button")
    page.wait(f"{_COUNT} === '2' && {_ORDERS}.length === 3 && {_ORDERS}[1].endsWith('Cancelled')")  # under the pointer
    page.wait("document.getElementById('trading-said').textContent.startsWith('Cancelled: buy 0.002 BTCUSDT at ')")
    assert page.accessibility() == []
    page.click("#trading-market-only")
    page.wait(f"{_ORDERS}.length === 1 && {_ORDERS}[0].startsWith('BTCUSDT')")
    for market, cancelled, left in (("on BTCUSDT", "1", 1), ("on every market", "1", 0)):
        page.click("#orders-cancel-all")
        assert f"It cancels the {cancelled} open order that you placed by hand {market}." in page.text("#confirm")
        page.click("#confirm-agree")
        page.wait(_DONE)
        page.click("#confirm-cancel")
        page.click("#trading-market-only")
        page.wait(f"{_COUNT} === '{left or ''}'")


def _hold_and_close(page: BrowserPage, trader: _Trader) -> None:
    trader.buy(quantity="0.002")
    page.click("#dock-tab-fills")
    page.wait(f"{_ROWS.format('fill')}[0]?.includes('Buy Market')")
    page.click("#dock-tab-balances")
    page.wait(f"{_ROWS.format('balance')}.includes('BTC 0.002 0 0.002')")
    page.click("#dock-tab-positions")
    page.click("#trading-market-only")
    page.wait(f"{_ROWS.format('position')}[0]?.startsWith('BTCUSDT 0.002 BTC')")
    page.click("#position-rows button")
    page.wait(_ASKED)
    assert "It sells 0.002 BTC at once, by a market order" in page.text("#confirm")
    assert page.accessibility() == []
    page.click("#confirm-agree")
    page.wait(_DONE)
    page.click("#confirm-cancel")
    page.hover("#quote")
    page.wait(f"{_NOTE.format('positions')}.startsWith('You hold nothing yet')")


def test_each_of_its_tabs_fits_a_phone_and_satisfies_axe(phone: BrowserPage, demo_url: str) -> None:
    trader = _Trader(phone, demo_url, width=375, height=812)
    trader.buy(quantity="0.002")
    trader.bid(below=0.01)
    phone.tap("#views [data-view=more]")
    for tab in _TABS:
        phone.tap(f"#dock-tab-{tab}")
        phone.wait(f"document.querySelectorAll('#dock-{tab} tbody tr').length > 0")
        for scheme in ("dark", "light"):
            phone.prefer(scheme=scheme)
            assert (tab, scheme, phone.accessibility()) == (tab, scheme, [])
        assert (tab, phone.evaluate(_WIDTHS), phone.evaluate(_CUT_OFF)) == (tab, [375, 375], [])
