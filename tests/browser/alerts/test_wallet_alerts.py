"""Alerts on wallets, in a browser: one's own are offered, and a level that is none is refused at its field."""

import pytest

from tests.browser.alerts.trader import ROWS, Trader
from tests.browser.browser_page import BrowserPage

pytestmark = pytest.mark.browser

_OPEN = "document.getElementById('alert-dialog').open"
_SOURCE, _FIELD, _WALLET, _ASSET, _LEVEL = (
    f"[data-path='{path}']" for path in ("source", "field", "address", "token", "threshold")
)
_SCHEMES = ("dark", "light")


def _chosen(selector: str) -> str:
    return f'document.querySelector("{selector}")?.selectedOptions[0].text'


def test_an_alert_on_a_wallet_names_it_by_its_label_and_is_refused_at_a_level_that_is_none(
    page: BrowserPage, demo_url: str
) -> None:
    page.expect_problems("status of 400")
    trader = Trader(page, demo_url)
    address = trader.watch_wallet("Cold")
    page.click("#alert-new")
    page.wait(f"[...document.querySelector(\"{_SOURCE}\").options].some(({{ value }}) => value === 'wallet')")
    page.select(_SOURCE, "wallet")
    page.wait(f"{_chosen(_WALLET)} === 'Cold, simulated'")
    page.select(_FIELD, "outgoing")
    assert page.evaluate(f"[{_chosen(_WALLET)}, {_chosen(_ASSET)}]") == ["Cold, simulated", "ETH"]
    for scheme in _SCHEMES:
        page.prefer(scheme=scheme)
        assert (scheme, page.accessibility()) == (scheme, [])
    page.fill(_LEVEL, "-1")
    page.press("Enter")
    page.wait(f"document.activeElement.matches(\"{_LEVEL}\") && document.activeElement.ariaInvalid === 'true'")
    assert trader.rules() == []
    page.fill(_LEVEL, "1.5")
    page.press("Enter")
    page.wait(f"!{_OPEN} && {ROWS} === 1")
    [rule] = trader.rules()
    told = [rule[name] for name in ("source", "field", "chain", "address", "threshold")]
    assert told == ["wallet", "outgoing", "simulated", address, 1.5]
