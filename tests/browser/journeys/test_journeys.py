"""What traders come for, from the first look to a fact on the server: on any screen, in both colours, in every way."""

import secrets
from collections.abc import Callable

import pytest

from tests.browser.browser_page import IS_SEEN
from tests.browser.journeys.cells import cells_of
from tests.browser.journeys.visit import Visit
from tests.browser.mailbox import Mailbox
from tests.browser.signing_in import PASSWORD, ask, token_of
from tests.deployments import Deployment
from tests.waiting import until_now

pytestmark = pytest.mark.browser

_LIVE = "document.body.dataset.connection === 'live'"
_CHART_SHOWN = f"{_LIVE} && document.getElementById('chart-canvas').dataset.close"
_PAGE_SEEN = f"{_LIVE} && {IS_SEEN}"
_GRID_READY = f"{_PAGE_SEEN} && Number(document.getElementById('market-canvas').dataset.candles) > 0"
_RUN_READY = f"{_PAGE_SEEN} && document.querySelectorAll('#run-strategy option').length > 0"
_WALLETS_READY = f"{_PAGE_SEEN} && document.querySelectorAll('#block-list .block').length > 0"
_CANDLES = "klines:ETHUSDT:3m"


def _journey(name: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    return pytest.mark.parametrize("cell", cells_of(name), ids=str)


@_journey("first visit")
def test_first_visit(visit: Visit, demo: Deployment) -> None:
    """Find a market and another interval; the server sends the visitor its candles."""
    visit.open()
    visit.page.wait(_CHART_SHOWN)
    visit.show("markets")
    visit.way.fill("#symbol-search", "eth usdt")
    visit.page.wait("document.querySelector('tr[data-symbol=ETHUSDT] a') !== null")  # markets are listed once ranked
    visit.way.press("tr[data-symbol=ETHUSDT] a")
    visit.page.wait(f"location.hash.startsWith('#ETHUSDT/') && {_CHART_SHOWN}")
    visit.way.pick("input[name=interval][value='3m']")
    visit.page.wait(f"location.hash === '#ETHUSDT/3m' && {_CHART_SHOWN}")
    until_now(lambda: _is_followed(demo, _CANDLES))
    visit.ends_well()


def _is_followed(demo: Deployment, channel: str) -> bool:
    told = ask(f"{demo.http_url}/api/v1/ws/stats/channels/", token=demo.token("admin"))
    return any(each["channel"] == channel for each in told["channels"])


@_journey("sign up")
def test_sign_up(visit: Visit, mailbox: Mailbox) -> None:
    """Create an account, and confirm its address by the link that was mailed."""
    visit.name = f"trader_{secrets.token_hex(4)}"
    visit.open()
    visit.page.wait("document.getElementById('account').dataset.ready !== undefined")
    visit.way.press("#account-open")
    visit.way.press("[data-show=register]")
    visit.way.fill("#register-username", visit.name)
    visit.way.fill("#register-email", f"{visit.name}@example.org")
    visit.way.fill("#register-password", PASSWORD)
    visit.way.press("#register-form .button-primary")
    visit.page.wait(f"document.getElementById('account-name').textContent === '{visit.name}'")
    visit.ends_well()
    visit.open(mailbox.link_to(f"{visit.name}@example.org", "confirm-email").removeprefix(visit.url))
    visit.way.press("form .button")
    visit.page.wait("document.querySelector('h1')?.textContent === 'Thank you'")
    assert visit.asked("auth/me/")["email_confirmed"] is True
    visit.ends_well()


@_journey("alert")
def test_alert(visit: Visit) -> None:
    """Make an alert at a level; the server keeps the rule."""
    visit.open_as_trader("#BTCUSDT/1m")
    visit.page.wait(_CHART_SHOWN)
    visit.show("more")
    visit.way.show_tab("#dock-tab-alerts")
    visit.page.wait("document.getElementById('alert-list-note').textContent.startsWith('No alerts here yet')")
    visit.way.press("#alert-new")
    visit.page.wait("document.getElementById('alert-dialog').open")
    visit.way.choose("[data-path=operator]", "above")
    visit.way.fill("[data-operand=threshold]", "900000")
    visit.way.fill("#alert-name", "To the moon")
    visit.ends_well()
    visit.way.press("#alert-save")
    visit.page.wait("document.querySelectorAll('.alert-list-row').length === 1")
    [rule] = visit.asked("alerts/rules/")["items"]
    assert (rule["name"], rule["operator"], float(rule["threshold"])) == ("To the moon", "above", 900_000.0)
    visit.ends_well()


@_journey("order")
def test_order(visit: Visit) -> None:
    """Buy at the market; the server has filled the order."""
    visit.open_as_trader("#BTCUSDT/1m")
    visit.page.wait(_CHART_SHOWN)
    visit.show("order")
    if not visit.page.evaluate("document.getElementById('ticket').checkVisibility()"):
        visit.way.press("#ticket-open")
    visit.page.wait("document.getElementById('ticket-free').textContent.endsWith('USDT free')")
    visit.way.pick("input[name=sizing][value=quote_quantity]")
    visit.way.fill("#ticket-size", "1000")
    visit.way.press("#ticket-send")
    visit.page.wait("document.getElementById('ticket-outcome').dataset.state === 'filled'")
    [order] = visit.asked("trading/orders/")["items"]
    assert (order["side"], order["type"], order["status"]) == ("buy", "market", "filled")
    visit.ends_well()


@_journey("grid")
def test_grid(visit: Visit) -> None:
    """Plan a grid around the price, and start it; it runs on the server."""
    visit.open_as_trader("grids/")
    visit.page.wait(_GRID_READY)
    visit.way.press("#grid-ranges [data-percent='2']")
    visit.way.fill("#grid-grid-count", "8")
    visit.page.wait("document.getElementById('market-canvas').dataset.lines === '9'")
    visit.way.press("#grid-start")
    visit.page.wait("document.getElementById('confirm').open")
    visit.ends_well()
    visit.way.press("#confirm-agree")
    visit.page.wait("document.getElementById('shown-state').dataset.state === 'running'")
    [grid] = visit.asked("trading/grids/")["items"]
    assert (grid["state"], grid["parameters"]["grid_count"]) == ("running", 8)
    visit.ends_well()


@_journey("backtest")
def test_backtest(visit: Visit) -> None:
    """Run a strategy over the last day; the server keeps its result."""
    visit.open_as_trader("backtests/")
    visit.page.wait(_RUN_READY)
    visit.way.choose("#run-strategy", "rsi_reversion")
    visit.way.fill("#run-symbol", "ETHUSDT")
    visit.way.press("#quick-ranges [data-days='1']")
    visit.way.press("#run-start-button")
    visit.page.wait("document.getElementById('run-state').dataset.state === 'completed'", seconds=60)
    visit.page.wait("document.querySelectorAll('#trade-rows tr').length > 0")
    [run] = visit.asked("trading/backtests/")["items"]
    assert (run["strategy"], run["symbol"], run["state"]) == ("rsi_reversion", "ETHUSDT", "completed")
    visit.ends_well()


@_journey("wallet")
def test_wallet(visit: Visit) -> None:
    """Find the page of wallets, and watch an address; the server follows it, and tells what it holds."""
    [address, *_] = [each["address"] for each in _wallets_of_demo(visit.url)]
    visit.open_as_trader("accounts/")
    visit.go_to("wallets/")
    visit.page.wait(_WALLETS_READY)
    visit.way.fill("#wallet-address", address)
    visit.way.fill("#wallet-label", "Pasted")
    visit.way.press("#wallet-form .button-primary")
    visit.page.wait("location.pathname.startsWith('/wallets/wallet_')")
    visit.page.wait("/\\d.* ETH/.test(document.querySelector('#balance-rows .number')?.textContent ?? '')")
    [wallet] = visit.asked("wallets/")["items"]
    assert (wallet["address"], wallet["label"], wallet["balances"][0]["asset"]) == (address, "Pasted", "ETH")
    visit.ends_well()


def _wallets_of_demo(url: str) -> list[dict[str, str]]:
    return list(ask(f"{url}api/v1/wallets/", token=token_of(url, "demo", "demo"))["items"])
