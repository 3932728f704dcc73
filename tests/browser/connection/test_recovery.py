"""What a reader sees while the server goes away and comes back: the page says so, and all is live again by itself."""

import json
import signal
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest

from tests.browser.browser_page import BrowserPage, BrowserTab
from tests.browser.demo_process import DemoProcess
from tests.browser.greyed import IS_PRICE_GREY, IS_TABLE_GREY, PARTS, PARTS_GREY, PARTS_SHOWN, RANK_BY_TURNOVER
from tests.browser.operations_page import ACCESS, EVENTS, GATEWAYS, VERDICT, open_as_staff
from tests.browser.signing_in import PASSWORD, ask, new_trader, open_signed_in, token_of
from tests.clients.stage_process import StageProcess
from tests.deployments import Deployment, several_processes
from tests.processes import Process
from tests.waiting import until_now

pytestmark = pytest.mark.browser

_CONNECTION = "document.body.dataset.connection"
_GRID_CANVAS = "document.getElementById('market-canvas').dataset"
_GRID_PROBLEM = "document.getElementById('grid-problem').textContent"
_DOUBTFUL = "document.getElementById('connection-state').dataset.state === 'doubtful'"
_CANVAS = "document.getElementById('chart-canvas').dataset"
_AWAY_SECONDS = 40.0
"""So long may the page wait before its next attempt, with what a busy machine adds."""
_UNTIL_DOUBTED_SECONDS = 4
"""A busy feed may be silent for 3 s."""
_BUSY_UPDATES = 60
_UNTIL_MISSED_SECONDS = 12
"""A ping goes out every 5 s, and its answer is missed after as long."""
_UNTIL_GIVEN_UP_SECONDS = 10
"""For 5 s a page that has asked for something waits for the connection, and the answer with it."""
_COMMAND_MILLISECONDS = 30_000
"""What a command may take where the connection stays."""
_STAFF_NO_LONGER = "from accounts.models import User; User.objects.filter(username='admin').update(is_staff=False)"
_REFUSED = (
    "ERR_CONNECTION_REFUSED",
    "ERR_CONNECTION_RESET",
    "ERR_SOCKET_NOT_CONNECTED",
    "ERR_EMPTY_RESPONSE",
    "^WebSocket connection",
    "status of 503",
)
"""What the console shows of a server that stops (it answers 503 to what is under way) and is away."""

_WATCH_BUTTON = """(() => {
  const button = document.getElementById('reconnect-button');
  window.buttonShown = [];
  new MutationObserver(() => buttonShown.push(!button.hidden)).observe(button, { attributeFilter: ['hidden'] });
})()"""

_SHOWN = {
    "price": "document.getElementById('quote-price').textContent",
    "candle": f"{_CANVAS}.close",
    "order book": "document.querySelector('.order-book').innerText",
    "trades": "document.getElementById('trade-rows').innerText",
    "watch list": "document.getElementById('watch-list-rows').innerText",
}
"""What moves on the page while data flows."""


def _await_everything(page: BrowserTab, symbol: str) -> None:
    page.wait(f"{_CANVAS}.state === 'ready' && {_CANVAS}.symbol === '{symbol}' && {_CANVAS}.close !== undefined")
    page.wait("document.querySelectorAll('#trade-rows tr:not([hidden])').length > 0")
    page.wait("[...document.querySelectorAll('.order-book tbody td')].every((cell) => /\\d/.test(cell.textContent))")
    page.evaluate(RANK_BY_TURNOVER)
    page.wait(PARTS_SHOWN)


def _await_everything_to_move(page: BrowserTab) -> None:
    before = {part: page.evaluate(shown) for part, shown in _SHOWN.items()}
    for part, shown in _SHOWN.items():
        page.wait(f"{shown} !== {json.dumps(before[part])}")


def _await_live(page: BrowserTab) -> None:
    page.wait(f"{_CONNECTION} === 'live'", seconds=_AWAY_SECONDS)


def test_its_pages_say_that_the_server_is_away_and_show_everything_anew_after_its_restart(
    page: BrowserPage, own_demo: DemoProcess
) -> None:
    page.expect_problems(*_REFUSED)
    own_demo.start()
    operations = page.new_tab()
    open_as_staff(operations, own_demo.url)
    _sees_the_exchange_come_back(operations, own_demo)
    page.open(f"{own_demo.url}#ETHUSDT/5m")
    _await_everything(page, "ETHUSDT")
    page.evaluate(_WATCH_BUTTON)
    own_demo.stop()
    _sees_it_away(page, operations)
    own_demo.start()
    _await_live(page)
    assert page.evaluate("buttonShown") == [True, False]  # once, whatever attempts there were
    _await_everything_to_move(page)
    assert page.evaluate("location.hash") == "#ETHUSDT/5m"
    assert page.evaluate(f"{_CANVAS}.symbol + '/' + {_CANVAS}.interval") == "ETHUSDT/5m"
    operations.wait(f"{VERDICT}.startsWith('All parts')", seconds=60)
    assert operations.text(".gateways .age") == ""
    _sees_nothing_more_as_staff_no_longer(operations, own_demo)


def _sees_the_exchange_come_back(operations: BrowserTab, demo: DemoProcess) -> None:
    demo.fault("cut")
    operations.wait(f"{EVENTS}.includes('Simulator: connection lost')")
    operations.wait(f"{EVENTS}.includes('Simulator: connected')")


def _sees_it_away(page: BrowserTab, operations: BrowserTab) -> None:
    page.wait(f"{_CONNECTION} === 'reconnecting'")
    page.wait("/^in \\d+ s$/.test(document.getElementById('connection-countdown').textContent)")
    operations.wait(f"{VERDICT}.startsWith('The connection to this server is lost')")
    operations.wait("/\\d+ s old/.test(document.querySelector('.gateways .age').innerText)")
    operations.wait(IS_TABLE_GREY)


def _sees_nothing_more_as_staff_no_longer(operations: BrowserTab, demo: DemoProcess) -> None:
    with Process.command("shell", "-c", _STAFF_NO_LONGER, environment=demo.environment) as process:
        assert process.wait(60) == 0, process.output
    operations.wait(f"{ACCESS} === 'refused' && {GATEWAYS}.length === 0")
    assert "admin is not staff" in operations.text("#access")


def _page_of(staged: StageProcess) -> str:
    """Return the page's address behind the proxy."""
    address = urlsplit(staged.socket_url)
    return f"http://{address.netloc}/#BTCUSDT/1m"


def test_it_comes_back_from_a_connection_that_is_cut_without_a_word(
    page_with_clock: BrowserPage, staged: StageProcess
) -> None:
    """The page's time stands still meanwhile: it tries nothing by itself before the button is clicked."""
    page = page_with_clock
    page.expect_problems(*_REFUSED)
    page.open(_page_of(staged))
    _await_everything(page, "BTCUSDT")
    page.stop_clock()
    staged.ask("/proxy/cut")
    page.wait(f"{_CONNECTION} === 'reconnecting'")
    page.click("#reconnect-button")
    page.resume_clock()
    _await_live(page)
    _await_everything_to_move(page)


def test_it_leaves_a_connection_that_stays_open_and_silent_and_shows_the_pongs_that_never_came(
    page_with_clock: BrowserPage, staged: StageProcess
) -> None:
    page = page_with_clock
    page.expect_problems(*_REFUSED)
    page.count_updates()
    page.open(_page_of(staged))
    _await_everything(page, "BTCUSDT")
    page.click("#dock-tab-developer")
    page.click("#dock-tab-connection")
    page.wait("document.querySelectorAll('.latency-line').length >= 1")
    until_now(lambda: page.updates() >= _BUSY_UPDATES)
    staged.ask("/proxy/swallow")
    _sees_the_doubt(page)
    page.forward_until("document.getElementById('quality-missed').textContent === '1'", seconds=_UNTIL_MISSED_SECONDS)
    page.wait("document.querySelectorAll('.latency-missed').length === 1")
    page.forward_until(f"{_CONNECTION} !== 'live'", seconds=_UNTIL_MISSED_SECONDS)
    staged.ask("/proxy/release")
    _await_live(page)
    assert page.evaluate("document.getElementById('quality-disconnections').textContent") == "1"
    page.wait("document.querySelectorAll('.latency-lost').length >= 1")
    _await_everything_to_move(page)


def _sees_the_doubt(page: BrowserPage) -> None:
    """Long before the connection counts as lost."""
    page.forward_until(_DOUBTFUL, seconds=_UNTIL_DOUBTED_SECONDS)
    assert page.evaluate(_CONNECTION) == "live"
    assert page.text("#connection-text") == "Nothing new"
    page.wait("/^for \\d+ s$/.test(document.getElementById('connection-countdown').textContent)")
    assert page.evaluate(IS_PRICE_GREY)


def test_a_grid_whose_start_nobody_answered_may_be_asked_for_again_and_is_started_once(
    page_with_clock: BrowserPage, staged: StageProcess
) -> None:
    page = page_with_clock
    page.expect_problems(*_REFUSED)
    url = urljoin(_page_of(staged), "/")
    name = new_trader(url)
    _plan_a_grid(page, url, name)
    staged.ask("/proxy/swallow")
    page.click("#confirm-agree")
    _is_told_that_it_may_have_been_done(page, staged)
    staged.ask("/proxy/accept")
    staged.ask("/proxy/release")
    page.forward_until(f"{_CONNECTION} === 'live'", seconds=int(_AWAY_SECONDS))
    page.click("#grid-start")
    page.click("#confirm-agree")
    page.wait("location.pathname.startsWith('/grids/grid_')")
    grids = ask(f"{url}api/v1/trading/grids/", token=token_of(url, name, PASSWORD))["items"]
    assert [f"/grids/{grid['id']}/" for grid in grids] == [page.evaluate("location.pathname")]


def _plan_a_grid(page: BrowserPage, url: str, name: str) -> None:
    open_signed_in(page, f"{url}grids/", name, PASSWORD)
    page.wait(f"{_GRID_CANVAS}.state === 'ready' && {_CONNECTION} === 'live'")
    page.fill("#grid-grid-count", "8")
    page.click("#grid-ranges [data-percent='2']")
    page.wait(f"{_GRID_CANVAS}.lines === '9'")
    page.click("#grid-start")


def _is_told_that_it_may_have_been_done(page: BrowserPage, staged: StageProcess) -> None:
    staged.ask("/proxy/refuse")
    staged.ask("/proxy/cut")
    page.wait(f"{_CONNECTION} === 'reconnecting'")
    began = page.evaluate("performance.now()")
    page.forward_until(f"{_GRID_PROBLEM} !== ''", seconds=_UNTIL_GIVEN_UP_SECONDS)
    assert page.evaluate(_GRID_PROBLEM) == (
        "The server hasn't answered. Start it again: it begins once, whatever became of this."
    )
    assert page.evaluate("performance.now()") - began < _COMMAND_MILLISECONDS


def test_it_doubts_what_it_shows_as_soon_as_the_browser_has_no_network_and_no_longer_once_it_hears_again(
    page: BrowserPage, demo_url: str
) -> None:
    page.expect_problems("ERR_INTERNET_DISCONNECTED", "^WebSocket connection")
    page.open(demo_url)
    _await_everything(page, "BTCUSDT")
    page.offline()
    page.wait(_DOUBTFUL)
    assert page.text("#connection-text") == "No network"
    page.wait("/^⚠ [\\d,.]+ BTCUSDT/.test(document.title)")
    page.wait(f"{PARTS_GREY}.length === {len(PARTS)}")
    assert page.evaluate("getComputedStyle(document.getElementById('exchange-state')).visibility") == "hidden"
    assert page.accessibility() == []
    page.offline(offline=False)
    page.wait(f"document.getElementById('connection-state').dataset.state === 'live' && !{IS_PRICE_GREY}")
    page.wait("/^\\d[\\d,.]+ BTCUSDT/.test(document.title)")


@pytest.fixture
def two_gateways(node: str, chromium: str, tmp_path: Path) -> Iterator[Deployment]:
    """Return two gateways of their own, on Redis and PostgreSQL."""
    with several_processes(tmp_path) as running:
        yield running


def _restarted(deployment: Deployment, gateway: int) -> Process:
    process = deployment.processes[f"gateway {gateway + 1}"]
    process.signal(signal.SIGTERM)
    assert process.wait() == 0, process.output
    port = urlsplit(deployment.gateways[gateway]).port
    return Process.command("serve", "--port", str(port), environment=deployment.environment)


def test_it_comes_back_to_a_gateway_that_restarts_while_readers_of_another_notice_nothing(
    page: BrowserPage, two_gateways: Deployment
) -> None:
    page.expect_problems(*_REFUSED)
    elsewhere = page.new_tab()
    for tab, gateway in ((page, 0), (elsewhere, 1)):
        tab.open(f"{two_gateways.gateways[gateway]}/#BTCUSDT/1m")
        _await_everything(tab, "BTCUSDT")
    elsewhere.evaluate("globalThis.lost = 0")
    elsewhere.evaluate(
        f"new MutationObserver(() => {{ if ({_CONNECTION} !== 'live') globalThis.lost += 1; }})"
        ".observe(document.body, { attributes: true }), null"
    )
    with _restarted(two_gateways, 0):
        _await_live(page)
        _await_everything_to_move(page)
        _await_everything_to_move(elsewhere)
    assert elsewhere.evaluate("globalThis.lost") == 0
