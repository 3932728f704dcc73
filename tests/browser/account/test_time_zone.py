"""The zone in which times are shown, by choice, in a browser: on the page, and wherever its user signs in."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from tests.browser.browser_page import IS_SEEN, BrowserPage
from tests.browser.signing_in import PASSWORD, ask, new_trader, open_signed_in, token_of

pytestmark = pytest.mark.browser

_ZONE = "Asia/Tokyo"  # UTC+9 all the year round
_CHOSEN = "document.getElementById('time-zone').value"
_IN_REACH = """((zone) => {
  zone.scrollIntoView({ block: 'nearest' });
  const { left, top, width, height } = zone.getBoundingClientRect();
  return document.elementFromPoint(left + width / 2, top + height / 2) === zone;
})(document.getElementById('time-zone'))"""
_VIEWS_WITH_A_FOOT = {"": "more", "backtests/": "runs", "grids/": "own", "strategies/": "own"}
"""Of pages that show one view at a time on a phone: the one that is no form, no chart and nothing to be watched."""
_PAGES_IN_ONE_VIEW = ("signals/", "accounts/", "wallets/", "account/")


def _now() -> str:
    return f"{dt.datetime.now(ZoneInfo(_ZONE)):%H:%M}"


def test_another_zone_counts_on_the_page_and_wherever_its_user_signs_in(page: BrowserPage, demo_url: str) -> None:
    name = new_trader(demo_url)
    open_signed_in(page, f"{demo_url}account/", name, PASSWORD)
    page.wait(f"{_CHOSEN} === 'local' && {IS_SEEN}")
    before = _choose_though_something_is_typed(page)
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


def _choose_though_something_is_typed(page: BrowserPage) -> str:
    """Return the time in the zone before the page is loaded anew for it, of which its reader is asked."""
    page.fill("#email-new", "other@example.org")
    page.focus("#time-zone")
    page.select("#time-zone", _ZONE)
    page.wait("document.getElementById('confirm').open")
    page.press("Escape")
    page.wait(f"!document.getElementById('confirm').open && {_CHOSEN} === 'local'")
    assert page.evaluate("document.getElementById('email-new').value") == "other@example.org"
    page.select("#time-zone", _ZONE)
    before = _now()
    page.click("#confirm-agree")
    page.wait(f"{_CHOSEN} === '{_ZONE}' && {IS_SEEN} && !document.getElementById('utc-clock').hidden")
    assert page.evaluate("document.getElementById('email-new').value") == ""
    return before


def _new_quiet_hours_are_of_that_zone(page: BrowserPage, demo_url: str) -> None:
    page.open(demo_url)
    page.wait("document.getElementById('bell').dataset.state === 'ready'")
    page.click("#bell-button")
    page.click("#preferences-open")
    page.wait(f"document.getElementById('preferences-timezone').value === '{_ZONE}'")


def test_a_phone_has_the_choice_on_every_page(phone: BrowserPage, demo_url: str) -> None:
    open_signed_in(phone, f"{demo_url}grids/", new_trader(demo_url), PASSWORD, width=375, height=812)
    phone.wait(IS_SEEN)
    phone.tap("#views [data-view=own]")
    phone.focus("#time-zone")
    phone.select("#time-zone", _ZONE)
    phone.wait(f"{_CHOSEN} === '{_ZONE}' && {IS_SEEN} && !document.getElementById('utc-clock').hidden")
    for path, view in (*_VIEWS_WITH_A_FOOT.items(), *((path, "") for path in _PAGES_IN_ONE_VIEW)):
        phone.open(f"{demo_url}{path}", width=375, height=812)
        phone.wait(f"{_CHOSEN} === '{_ZONE}' && {IS_SEEN}")
        if view:
            phone.tap(f"#views [data-view={view}]")
        assert (path, phone.evaluate(_IN_REACH)) == (path, True)
