"""The operators' page at `/operations/`, in a browser: who may see it, and what it shows of a running deployment."""

import json
import signal
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx2
import psycopg
import pytest

from tests.browser.broken_words import BROKEN_WORDS
from tests.browser.browser_page import BrowserPage
from tests.browser.greyed import IS_TABLE_GREY
from tests.browser.operations_page import ACCESS, EVENTS, GATEWAYS, VERDICT, open_as_staff
from tests.browser.signing_in import open_signed_in, sign_in, sign_out, token_of
from tests.deployments import Deployment, several_processes
from tests.waiting import LIMIT_SECONDS

pytestmark = pytest.mark.browser

_SCHEMES = ("dark", "light")
_CHANNELS = "[...document.querySelectorAll('[data-channel]')].map((row) => row.dataset.channel)"
_RATES = "document.querySelector('.rate-line polyline').getAttribute('points')"
_PLACES = "JSON.stringify([...document.querySelectorAll('.panel')].map((panel) => panel.getBoundingClientRect().top))"
_HISTORY = "document.querySelector('[data-figure=connections]')"
_STORE_MINUTE = "INSERT INTO streaming_deploymentminute (began_at, figures) VALUES (%s, %s)"
_STEPS_OF_NINETY_MINUTES = 18
_HIDDEN = "document.getElementById('deployment').hidden"
_READ_PRICES = """(async () => {
  const { TidewireClient } = await import('/static/client/index.js');
  const reader = new TidewireClient(location.origin.replace('http', 'ws') + '/ws');
  reader.subscribe(['price:BTCUSDT', 'price:ETHUSDT']);
  await reader.connect();
})()"""
"""Somebody reads, so that there are channels."""


def test_it_shows_staff_the_deployment_live_and_lets_them_filter_and_sort_by_keyboard(
    page: BrowserPage, demo_url: str
) -> None:
    open_as_staff(page, demo_url)
    page.evaluate(_READ_PRICES)
    _see_the_deployment(page)
    _see_the_panels_stay(page)
    for scheme in _SCHEMES:
        page.prefer(scheme=scheme)
        assert (scheme, page.accessibility()) == (scheme, [])
    _sort_by_keyboard(page)
    _filter(page)


def _see_the_deployment(page: BrowserPage) -> None:
    page.wait(f"{VERDICT}.startsWith('All parts are working. Simulator: live')")
    page.wait("document.getElementById('bridge-state').innerText === 'live'")
    page.wait(f"{_CHANNELS}.includes('ops.gateways')")
    page.wait(f"{_CHANNELS}.filter((name) => name.startsWith('price:')).length > 1")
    assert page.evaluate("document.querySelector('[data-worker=bridge]').innerText").startswith("bridge")
    page.wait("document.querySelector('[data-worker-figures=trading]')?.textContent.includes('Symbols followed')")
    points = page.evaluate(_RATES)
    page.wait(f"{_RATES} !== {json.dumps(points)}")
    assert page.evaluate("document.documentElement.scrollWidth") == 1440


def _see_the_panels_stay(page: BrowserPage) -> None:
    """See them where they are while reports come."""
    before = page.evaluate(_PLACES)
    count = page.evaluate(f"{_RATES}.split(' ').length")
    page.wait(f"{_RATES}.split(' ').length > {count} + 3")
    assert page.evaluate(_PLACES) == before


def _sort_by_keyboard(page: BrowserPage) -> None:
    page.evaluate("document.activeElement.blur()")
    page.focus(".skip-link")
    page.press("Enter")
    page.wait("document.activeElement.id === 'gateways'")
    page.press("Tab")
    page.wait("document.activeElement.id === 'kill-reduce'")
    page.focus("#channel-filter")
    page.press("Tab")
    page.press("Tab")
    page.press("Enter")
    page.wait("document.getElementById('sort-channel').getAttribute('aria-sort') === 'ascending'")


def _filter(page: BrowserPage) -> None:
    page.fill("#channel-filter", "price usdt")
    page.wait(f"{_CHANNELS}.length > 1 && {_CHANNELS}.every((name) => name.startsWith('price:'))")
    page.wait(f"JSON.stringify({_CHANNELS}) === JSON.stringify({_CHANNELS}.sort())")
    page.fill("#channel-filter", "nothing is called so")
    page.wait(f"{_CHANNELS}.length === 0")
    assert page.text("#channels-note").startswith("0 of ")


_LISTED = "[...document.querySelectorAll('#connection-rows th')].map((head) => head.textContent)"
_CONNECTIONS_NOTE = "document.getElementById('connections-note').textContent"
_DISCONNECT = "#connection-rows button[aria-label^='Disconnect demo,']"
_SHORT_TARGETS = """[...document.querySelectorAll('#connections :is(button, input, select)')]
  .filter((each) => each.checkVisibility() && each.getBoundingClientRect().height < 44).length"""
_CUT_OFF = """[...document.querySelectorAll('th, td, dt, dd')]
  .filter((each) => each.checkVisibility() && getComputedStyle(each.closest('thead') ?? each).clipPath === 'none')
  .filter((each) => each.scrollWidth > each.clientWidth).map((each) => each.textContent)"""
_SCROLLED_SIDEWAYS = """[document.documentElement, document.querySelector('#connections .scroller')]
  .filter((each) => each.scrollWidth > each.clientWidth).length"""
_KEEP_CONNECTED = """(async () => {
  const { TidewireClient } = await import('/static/client/index.js');
  window.ends = [];
  window.kept = new TidewireClient(location.origin.replace('http', 'ws') + '/ws', { token: TOKEN });
  window.kept.on('reconnecting', () => window.ends.push('reconnecting'));
  await window.kept.connect();
})()"""


def test_staff_find_a_clients_connection_and_end_it_on_a_phone_and_it_comes_back(
    page: BrowserPage, phone: BrowserPage, demo_url: str
) -> None:
    phone.expect_problems("status of 503")
    page.open(f"{demo_url}operations/")
    token = json.dumps(token_of(demo_url, "demo", "demo"))
    page.evaluate(_KEEP_CONNECTED.replace("TOKEN", f"() => Promise.resolve({token})"))
    open_as_staff(phone, demo_url, width=375, height=812)
    phone.wait(f"{_LISTED}.includes('demo') && {_LISTED}.includes('admin')")
    phone.fill("#connections-filter", "DEMO 127.0.0.1")
    phone.wait(f"{_LISTED}.join() === 'demo' && {_CONNECTIONS_NOTE}.startsWith('1 of ')")
    assert phone.evaluate(_SHORT_TARGETS) == 0
    for scheme in _SCHEMES:
        phone.prefer(scheme=scheme)
        assert (scheme, phone.accessibility()) == (scheme, [])
    _be_refused(phone)
    _disconnect(phone)
    page.wait("window.ends.length === 1 && window.kept.state === 'connected'")
    phone.wait(f"{_LISTED}.join() === 'demo'")
    _sort_connections(phone)


def _be_refused(page: BrowserPage) -> None:
    """Read in the server's words why it can't be done."""
    error = {"code": "UNAVAILABLE", "message": "Not every gateway has answered: gateway-2; try again"}
    page.answer("**/api/v1/ops/connections/*/", status=503, body=json.dumps({"error": error}))
    page.click(_DISCONNECT)
    page.click("#confirm-agree")
    page.wait("document.getElementById('confirm-problem').textContent !== ''")
    assert page.text("#confirm-problem") == f"{error['message']}."
    page.click("#confirm-cancel")
    page.release("**/api/v1/ops/connections/*/")


def _disconnect(page: BrowserPage) -> None:
    """End it once that is confirmed, and read what was done."""
    first = page.evaluate("document.querySelector('[data-connection-id]').dataset.connectionId")
    page.click(_DISCONNECT)
    assert page.text("#confirm-title") == "Disconnect demo?"
    assert f"Connection {first} from 127.0.0.1" in page.text("#confirm-says")
    page.click("#confirm-cancel")
    page.click(_DISCONNECT)
    page.click("#confirm-agree")
    page.wait("document.getElementById('confirm-says').textContent.startsWith('Asked the gateway to end')")
    page.click("#confirm-cancel")
    page.wait(f"!document.querySelector('[data-connection-id={first}]')")


def _sort_connections(page: BrowserPage) -> None:
    """Sort on a phone by the choice, and where there is room by the columns' heads."""
    page.fill("#connections-filter", "")
    page.select("#connections-order", "user ascending")
    page.wait(f"{_LISTED}.length > 1 && {_LISTED}.indexOf('admin') < {_LISTED}.indexOf('demo')")
    page.resize(1440, 900)
    page.click("#connections [data-order=user]")
    page.wait("document.querySelector('#connections [aria-sort=descending] [data-order=user]') !== null")
    page.wait(f"{_LISTED}.indexOf('demo') < {_LISTED}.indexOf('admin')")
    for width in (375, 768, 1440):
        page.resize(width, 900)
        assert page.evaluate("document.documentElement.scrollWidth") == width
        assert page.evaluate(_SCROLLED_SIDEWAYS) == 0
        assert page.evaluate(BROKEN_WORDS) == []
    page.prefer(scheme="dark")
    assert page.accessibility() == []


def test_it_has_no_serious_finding_on_a_phone_nor_scrolls_sideways(phone: BrowserPage, demo_url: str) -> None:
    open_as_staff(phone, demo_url, width=375, height=812)
    for scheme in _SCHEMES:
        phone.prefer(scheme=scheme)
        assert (scheme, phone.accessibility()) == (scheme, [])
    assert phone.evaluate("[document.documentElement.scrollWidth, visualViewport.width]") == [375, 375]
    for width in (375, 768, 1100, 1440):
        phone.resize(width, 900)
        assert (width, phone.evaluate(_CUT_OFF)) == (width, [])


def _log_out_everywhere(deployment: Deployment, username: str) -> None:
    """End all logins of a user, from another device."""
    with httpx2.Client(base_url=f"{deployment.http_url}/api/v1/auth/", timeout=LIMIT_SECONDS) as device:
        tokens = device.post("token/", json={"username": username, "password": username}).json()
        headers = {"Authorization": f"Bearer {tokens['access']}"}
        device.post("logout/", json={"everywhere": True}, headers=headers).raise_for_status()


def test_it_is_linked_on_the_dashboard_for_staff_alone_and_says_when_their_login_has_ended(
    page: BrowserPage, demo: Deployment, demo_url: str
) -> None:
    page.expect_problems("401")
    link = "document.querySelector('.foot a[href=\"/operations/\"]')"
    open_signed_in(page, demo_url, "demo")
    assert page.evaluate(f"{link}.hidden") is True
    sign_out(page)
    page.wait("!document.getElementById('account-open').hidden")
    sign_in(page, "admin")
    page.click(".foot a[href='/operations/']")
    page.wait(f"location.pathname === '/operations/' && {ACCESS} === 'granted' && {GATEWAYS}.length > 0")
    _see_it_dimmed_until_the_next_login(page, demo)
    page.open("about:blank")
    _log_out_everywhere(demo, "admin")
    page.open(f"{demo_url}operations/")
    page.wait(f"{ACCESS} === 'ended'")
    assert page.text("#access-text") == "Your session has ended. Sign in again to go on."
    assert page.evaluate(_HIDDEN) is True


def _see_it_dimmed_until_the_next_login(page: BrowserPage, demo: Deployment) -> None:
    _log_out_everywhere(demo, "admin")
    page.wait(f"{ACCESS} === 'ended'")
    assert "Your session has ended" in page.text("#access")
    assert page.evaluate(_HIDDEN) is False
    page.wait(IS_TABLE_GREY)
    for scheme in ("light", "dark"):
        page.prefer(scheme=scheme)
        assert (scheme, page.accessibility()) == (scheme, [])
    sign_in(page, "admin")
    page.wait(f"{ACCESS} === 'granted' && {VERDICT}.startsWith('All parts')")


@pytest.fixture
def spread(node: str, chromium: str, tmp_path: Path) -> Iterator[Deployment]:
    """Return a deployment of two gateways and a bridge on PostgreSQL and Redis, which a test may break."""
    with several_processes(tmp_path, {"DEMAND_LEASE_SECONDS": "4"}) as deployment:
        yield deployment


@pytest.mark.redis
@pytest.mark.postgres
def test_it_tells_of_a_gateway_that_dies_and_of_a_bridge_that_stops(page: BrowserPage, spread: Deployment) -> None:
    _store_minutes(spread)
    open_as_staff(page, f"{spread.http_url}/")
    page.wait(f"{GATEWAYS}.length === 2 && {VERDICT}.startsWith('All parts')")
    page.wait("/number \\d.*good for/.test(document.querySelector('[data-worker=bridge]').innerText)")
    _see_the_last_hours(page)
    spread.processes["gateway 2"].signal(signal.SIGKILL)
    page.wait(f"{GATEWAYS}.length === 1 && /Gateway .* has gone/.test({EVENTS})", seconds=30)
    assert spread.processes["bridge"].stop() == 0
    page.wait(f"{VERDICT}.includes('No bridge runs')", seconds=30)
    assert page.text("#bridge-state") == "no bridge"
    page.wait(f"{EVENTS}.includes('The bridge has gone')")
    assert page.accessibility() == []


def _store_minutes(deployment: Deployment) -> None:
    """Let there have been 40 connections an hour and a half ago, and 7 an hour before that."""
    now = datetime.now(UTC).replace(second=0, microsecond=0)
    rows = [(now - timedelta(minutes=ago), json.dumps({"connections": count})) for ago, count in ((90, 40), (150, 7))]
    with psycopg.connect(deployment.environment["DATABASE_URL"]) as database:
        database.cursor().executemany(_STORE_MINUTE, rows)


def _see_the_last_hours(page: BrowserPage) -> None:
    """See what was at a time that is chosen by keyboard, and of how many hours is chosen."""
    page.wait(f"{_HISTORY}?.innerText.includes('most 40')")
    assert page.evaluate(f"{_HISTORY}.querySelector('path').getAttribute('d').match(/M/g).length") >= 2
    page.focus("#history-time")
    page.press("End")
    for _ in range(_STEPS_OF_NINETY_MINUTES):
        page.press("ArrowLeft")
    page.wait(f"{_HISTORY}.querySelector('.history-value').textContent === '40'")
    page.focus("#history-hours")
    page.press("Home")
    page.wait(f"!{_HISTORY}?.innerText.includes('most 40')")


def test_it_tells_whoever_may_not_see_it_what_to_do_and_leaves_nothing_for_the_next_reader(
    page: BrowserPage, demo_url: str
) -> None:
    page.open(f"{demo_url}operations/")
    page.wait(f"{ACCESS} === 'signed out'")
    assert "Sign in with a staff account" in page.text("#access")
    assert page.evaluate(_HIDDEN) is True
    assert page.accessibility() == []
    sign_in(page, "demo")
    page.wait(f"{ACCESS} === 'refused'")
    assert "demo is not staff" in page.text("#access")
    assert page.evaluate(_HIDDEN) is True
    sign_out(page)
    page.wait(f"{ACCESS} === 'signed out'")
    sign_in(page, "admin")
    page.wait(f"{ACCESS} === 'granted' && {GATEWAYS}.length > 0")
    sign_out(page)
    page.wait(f"{ACCESS} === 'signed out' && {GATEWAYS}.length === 0 && {_CHANNELS}.length === 0")
    assert page.evaluate(_HIDDEN) is True
