"""The zone in which times are shown, by choice, in a browser: on the page, and wherever its user signs in."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from tests.browser.browser_page import IS_SEEN, BrowserPage
from tests.browser.signing_in import PASSWORD, ask, new_trader, open_signed_in, token_of

pytestmark = pytest.mark.browser

_ZONE = "Asia/Tokyo"  # UTC+9 all the year round
_CHOSEN = "document.getElementById('time-zone').value"


def _now() -> str:
    return f"{dt.datetime.now(ZoneInfo(_ZONE)):%H:%M}"


def test_another_zone_counts_on_the_page_and_wherever_its_user_signs_in(page: BrowserPage, demo_url: str) -> None:
    name = new_trader(demo_url)
    open_signed_in(page, f"{demo_url}account/", name, PASSWORD)
    page.wait(f"{_CHOSEN} === 'local' && {IS_SEEN}")
    page.focus("#time-zone")
    before = _now()
    page.select("#time-zone", _ZONE)
    page.wait(f"{_CHOSEN} === '{_ZONE}' && {IS_SEEN} && !document.getElementById('utc-clock').hidden")
    clock = page.text("#utc-clock")
    assert clock[:5] in {before, _now()}
    assert "UTC+9 · " in clock
    page.wait("/Begun .* UTC\\+9 · .* UTC/.test(document.getElementById('session-list').textContent)")
    assert page.accessibility() == []
    profile = ask(f"{demo_url}api/v1/auth/me/", token=token_of(demo_url, name, PASSWORD))
    assert profile["time_zone"] == _ZONE
    page.evaluate("localStorage.removeItem('tidewire.time-zone')")  # as in another browser
    page.reload()
    page.wait(f"{_CHOSEN} === '{_ZONE}'")
    page.wait("/Begun .* UTC\\+9/.test(document.getElementById('session-list').textContent)")
    _new_quiet_hours_are_of_that_zone(page, demo_url)


def _new_quiet_hours_are_of_that_zone(page: BrowserPage, demo_url: str) -> None:
    page.open(demo_url)
    page.wait("document.getElementById('bell').dataset.state === 'ready'")
    page.click("#bell-button")
    page.click("#preferences-open")
    page.wait(f"document.getElementById('preferences-timezone').value === '{_ZONE}'")
