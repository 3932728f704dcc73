"""The operators' page at `/operations/`, in a browser: who may see it, and what it shows of a running deployment."""

import json
import signal
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from tests.browser.browser_page import BrowserPage
from tests.browser.demo_process import DemoProcess
from tests.browser.signing_in import open_signed_in, sign_in, sign_out
from tests.deployments import Deployment, several_processes
from tests.processes import Process

pytestmark = pytest.mark.browser

_ACCESS = "document.body.dataset.access"
_GATEWAYS = "[...document.querySelectorAll('[data-gateway]')].map((row) => row.dataset.gateway)"
_CHANNELS = "[...document.querySelectorAll('[data-channel]')].map((row) => row.dataset.channel)"
_VERDICT = "document.getElementById('verdict').innerText"
_EVENTS = "document.getElementById('event-rows').innerText"


def open_as_staff(page: BrowserPage, url: str, *, width: int = 1440) -> None:
    """Open the page at a gateway, and wait for the first report."""
    open_signed_in(page, f"{url}operations/", "admin", width=width)
    page.wait(f"{_ACCESS} === 'granted' && {_GATEWAYS}.length > 0")


def log_out_everywhere(deployment: Deployment, username: str) -> None:
    """End all logins of a user, from another device."""
    with httpx2.Client(base_url=f"{deployment.http_url}/api/v1/auth/") as device:
        tokens = device.post("token/", json={"username": username, "password": username}).json()
        headers = {"Authorization": f"Bearer {tokens['access']}"}
        device.post("logout/", json={"everywhere": True}, headers=headers).raise_for_status()


@pytest.mark.parametrize("width", [375, 1440])
def test_it_shows_staff_the_deployment_live(page: BrowserPage, demo_url: str, width: int) -> None:
    open_as_staff(page, demo_url, width=width)
    page.wait(f"{_VERDICT}.startsWith('All parts are working. Simulator: live')")
    page.wait("document.getElementById('bridge-state').innerText === 'live'")
    page.wait(f"{_CHANNELS}.includes('ops.gateways')")
    assert page.evaluate("document.querySelector('[data-worker=bridge]').innerText").startswith("bridge")
    points = page.evaluate("document.querySelector('.rate-line polyline').getAttribute('points')")
    page.wait(f"document.querySelector('.rate-line polyline').getAttribute('points') !== {json.dumps(points)}")
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert page.accessibility() == []


def test_it_tells_whoever_has_not_signed_in_what_to_do(page: BrowserPage, demo_url: str) -> None:
    page.open(f"{demo_url}operations/")
    page.wait(f"{_ACCESS} === 'signed out'")
    assert "Sign in with a staff account" in page.text("#access")
    assert page.evaluate("document.getElementById('deployment').hidden") is True
    assert page.accessibility() == []


def test_it_tells_a_user_who_is_not_staff_so_and_shows_nothing(page: BrowserPage, demo_url: str) -> None:
    open_signed_in(page, f"{demo_url}operations/", "demo")
    page.wait(f"{_ACCESS} === 'refused'")
    assert "demo is not staff" in page.text("#access")
    assert page.evaluate("document.getElementById('deployment').hidden") is True
    sign_out(page)
    page.wait(f"{_ACCESS} === 'signed out'")
    sign_in(page, "admin")
    page.wait(f"{_ACCESS} === 'granted' && {_GATEWAYS}.length > 0")


def test_it_is_linked_on_the_dashboard_for_staff_alone(page: BrowserPage, demo_url: str) -> None:
    link = "document.querySelector('.foot a[href=\"/operations/\"]')"
    open_signed_in(page, demo_url, "demo")
    assert page.evaluate(f"{link}.hidden") is True
    sign_out(page)
    page.wait("!document.getElementById('account-open').hidden")
    sign_in(page, "admin")
    page.click(".foot a[href='/operations/']")
    page.wait(f"location.pathname === '/operations/' && {_ACCESS} === 'granted'")


def test_it_shows_nothing_more_to_whoever_is_staff_no_longer(
    page: BrowserPage, own_demo: DemoProcess, tmp_path: Path
) -> None:
    own_demo.start()
    open_as_staff(page, own_demo.url)
    change = "from accounts.models import User; User.objects.filter(username='admin').update(is_staff=False)"
    with Process.command("shell", "-c", change, environment={"VAR_DIR": str(tmp_path)}) as process:
        assert process.wait(60) == 0, process.output
    page.wait(f"{_ACCESS} === 'refused' && {_GATEWAYS}.length === 0")
    assert "admin is not staff" in page.text("#access")


def test_it_is_usable_by_keyboard(page: BrowserPage, demo_url: str) -> None:
    open_as_staff(page, demo_url)
    page.evaluate("document.activeElement.blur()")
    page.focus(".skip-link")
    page.press("Enter")
    page.wait("document.activeElement.id === 'gateways'")
    page.press("Tab")
    page.wait("document.activeElement.id === 'channel-filter'")
    page.press("Tab")
    page.press("Tab")
    page.press("Enter")
    page.wait("document.getElementById('sort-channel').getAttribute('aria-sort') === 'ascending'")


def test_it_leaves_nothing_for_the_next_reader(page: BrowserPage, demo_url: str) -> None:
    open_as_staff(page, demo_url)
    sign_out(page)
    page.wait(f"{_ACCESS} === 'signed out' && {_GATEWAYS}.length === 0 && {_CHANNELS}.length === 0")
    assert page.evaluate("document.getElementById('deployment').hidden") is True


def test_it_keeps_what_it_showed_dimmed_when_the_login_ends(page: BrowserPage, demo: Deployment, demo_url: str) -> None:
    open_as_staff(page, demo_url)
    page.expect_problems("401")
    log_out_everywhere(demo, "admin")
    page.wait(f"{_ACCESS} === 'ended'")
    assert "Your session has ended" in page.text("#access")
    assert page.evaluate("document.getElementById('deployment').hidden") is False
    page.wait("Number(getComputedStyle(document.querySelector('.gateways table')).opacity) < 1")
    sign_in(page, "admin")
    page.wait(f"{_ACCESS} === 'granted' && {_VERDICT}.startsWith('All parts')")


def test_it_says_that_a_login_has_ended_before_there_was_anything_to_see(
    page: BrowserPage, demo: Deployment, demo_url: str
) -> None:
    open_as_staff(page, demo_url)
    page.open("about:blank")
    log_out_everywhere(demo, "admin")
    page.expect_problems("401")
    page.open(f"{demo_url}operations/")
    page.wait(f"{_ACCESS} === 'ended'")
    assert page.text("#access-text") == "Your session has ended. Sign in again to go on."
    assert page.evaluate("document.getElementById('deployment').hidden") is True


def test_it_filters_and_sorts_the_channels(page: BrowserPage, demo_url: str) -> None:
    reader = page.new_tab()
    reader.open(demo_url)
    open_as_staff(page, demo_url)
    page.wait(f"{_CHANNELS}.filter((name) => name.startsWith('price:')).length > 1")
    page.fill("#channel-filter", "price usdt")
    page.wait(f"{_CHANNELS}.length > 1 && {_CHANNELS}.every((name) => name.startsWith('price:'))")
    page.click("[data-sort=channel]")
    page.wait(f"JSON.stringify({_CHANNELS}) === JSON.stringify({_CHANNELS}.sort())")
    assert page.evaluate("document.getElementById('sort-channel').getAttribute('aria-sort')") == "ascending"
    page.fill("#channel-filter", "nothing is called so")
    page.wait(f"{_CHANNELS}.length === 0")
    assert page.text("#channels-note").startswith("0 of ")
    reader.close()


def test_it_keeps_its_panels_where_they_are_while_reports_come(page: BrowserPage, demo_url: str) -> None:
    open_as_staff(page, demo_url)
    tops = "[...document.querySelectorAll('.panel')].map((panel) => panel.getBoundingClientRect().top)"
    places = f"JSON.stringify({tops})"
    page.wait(f"{_VERDICT}.startsWith('All parts')")
    before = page.evaluate(places)
    lines = "document.querySelector('.rate-line polyline').getAttribute('points').split(' ').length"
    count = page.evaluate(lines)
    page.wait(f"{lines} > {count} + 3")
    assert page.evaluate(places) == before


def test_it_dims_what_it_shows_when_the_server_is_away_and_recovers(page: BrowserPage, own_demo: DemoProcess) -> None:
    own_demo.start()
    open_as_staff(page, own_demo.url)
    own_demo.fault("cut")
    page.wait(f"{_EVENTS}.includes('Simulator: connection lost')")
    page.wait(f"{_EVENTS}.includes('Simulator: connected')")
    page.expect_problems("WebSocket connection to")
    own_demo.stop()
    page.wait(f"{_VERDICT}.startsWith('The connection to this server is lost')")
    page.wait("/\\d+ s old/.test(document.querySelector('.gateways .age').innerText)")
    page.wait("Number(getComputedStyle(document.querySelector('.gateways table')).opacity) < 1")
    own_demo.start()
    page.wait(f"{_VERDICT}.startsWith('All parts')", seconds=60)
    assert page.text(".gateways .age") == ""


@pytest.fixture
def spread(node: str, chromium: str, tmp_path: Path) -> Iterator[Deployment]:
    """Return a deployment of two gateways and a bridge on PostgreSQL and Redis, which a test may break."""
    with several_processes(tmp_path, {"DEMAND_LEASE_SECONDS": "4"}) as deployment:
        yield deployment


@pytest.mark.redis
@pytest.mark.postgres
def test_it_tells_of_a_gateway_that_dies_and_of_a_bridge_that_stops(page: BrowserPage, spread: Deployment) -> None:
    open_as_staff(page, f"{spread.http_url}/")
    page.wait(f"{_GATEWAYS}.length === 2 && {_VERDICT}.startsWith('All parts')")
    page.wait("/number \\d.*good for/.test(document.querySelector('[data-worker=bridge]').innerText)")
    spread.processes["gateway 2"].signal(signal.SIGKILL)
    page.wait(f"{_GATEWAYS}.length === 1 && /Gateway .* has gone/.test({_EVENTS})", seconds=30)
    assert spread.processes["bridge"].stop() == 0
    page.wait(f"{_VERDICT}.includes('No bridge runs')", seconds=30)
    assert page.text("#bridge-state") == "no bridge"
    page.wait(f"{_EVENTS}.includes('The bridge has gone')")
    assert page.accessibility() == []
