"""Notifications on the page, in a browser: the bell, its list, toasts, and what counts as read and as seen."""

import json

import pytest

from tests.browser.browser_page import BrowserPage, BrowserTab
from tests.browser.signing_in import PASSWORD, ask, new_trader, open_signed_in, token_of

pytestmark = pytest.mark.browser

_COUNT = "document.getElementById('bell-count').textContent"
_BELL = "document.getElementById('bell-button').getAttribute('aria-label')"
_TITLES = "[...document.querySelectorAll('.notification-title')].map((title) => title.textContent)"
_UNREAD = "document.querySelectorAll('.notification[data-read=false]').length"
_TOASTS = "[...document.querySelectorAll('.toast strong')].map((title) => title.textContent)"
_ROLES = "[...document.querySelectorAll('.toast')].map((toast) => toast.parentElement.getAttribute('role'))"
_READABLE = """[...document.querySelectorAll('.toast')].map((toast) => toast.getBoundingClientRect())
  .map(({ left, top, width, height }) => document.elementFromPoint(left + width / 2, top + height / 2)
    ?.closest('.toast')?.querySelector('strong').textContent ?? '')"""
"""Whose titles they are that nothing lies over."""
_DIALOG = "document.getElementById('shortcuts').open"
_FOCUS = "document.activeElement.id || document.activeElement.className"
_IS_OPEN = "document.getElementById('notifications').matches(':popover-open')"
_MARKUP = "<img src=x onerror=alert(1)>"
"""It must be taken for a text."""
_FRAMES = "[...document.querySelectorAll('.frame-row:not([hidden])')].map((row) => row.textContent).join(' ')"


def _tell(url: str, username: str, title: str, severity: str = "info") -> None:
    """Let an administrator of the demo tell a user something."""
    body = {"title": title, "body": "At 12:00 UTC.", "severity": severity, "users": [username]}
    ask(f"{url}api/v1/notifications/broadcast/", body, token=token_of(url, "admin", "admin"))


def _open(page: BrowserTab, url: str, username: str, *, width: int = 1440, height: int = 1080) -> None:
    open_signed_in(page, url, username, PASSWORD, width=width, height=height)
    page.wait("document.getElementById('bell').dataset.state === 'ready'")  # from now on it is told what comes


@pytest.fixture
def name(demo_url: str) -> str:
    """Return the name of a new user."""
    return new_trader(demo_url)


def test_it_shows_what_came_before_and_what_comes_now_by_its_weight_and_acknowledges_what_is_seen(
    page: BrowserPage, demo_url: str, name: str
) -> None:
    _tell(demo_url, name, "Before")
    _open(page, demo_url, name)
    page.wait(f"{_COUNT} === '1'")
    page.click("#dock-tab-developer")
    page.click("#dock-tab-channels")
    page.fill("#frame-filter", "notifications.ack")
    _tell(demo_url, name, "Now")
    page.wait(f"{_TOASTS}.join() === 'Now' && {_ROLES}.join() === 'status' && {_COUNT} === '2'")
    page.wait(f"{_FRAMES}.includes('\"seq\":2')")
    page.evaluate("document.activeElement.blur()")
    page.press("n")
    page.wait(f"{_IS_OPEN} && {_TITLES}.join() === 'Now,Before'")
    assert page.evaluate("document.activeElement.id") == "notifications-title"
    assert page.evaluate(_BELL) == "Notifications, 2 unread"
    assert page.accessibility() == []
    page.press("Escape")
    page.wait(f"!{_IS_OPEN}")
    _tell(demo_url, name, _MARKUP, "critical")
    page.wait(f"{_TOASTS}[0] === {json.dumps(_MARKUP)} && {_ROLES}[0] === 'alert'")
    page.click(".toast button")
    page.wait(f"!{_TOASTS}.includes({json.dumps(_MARKUP)}) && {_COUNT} === '2'")
    _marks_one_and_all_as_read(page)


def _marks_one_and_all_as_read(page: BrowserPage) -> None:
    """See it kept so on the page's next loads."""
    page.click("#bell-button")
    page.wait(f"{_UNREAD} === 2 && {_TITLES}.includes({json.dumps(_MARKUP)})")  # a toast that is dismissed is read
    page.click(".notification[data-read=false] .notification-read")
    page.wait(f"{_UNREAD} === 1 && {_COUNT} === '1'")
    page.reload()
    page.wait(f"{_COUNT} === '1'")
    page.click("#bell-button")
    page.click("#notifications-read-all")
    page.wait(f"{_UNREAD} === 0 && document.getElementById('bell-count').hidden")
    page.reload()
    page.wait(f"document.getElementById('bell').dataset.state === 'ready' && {_BELL}.endsWith('none unread')")


def test_it_fits_a_phone(phone: BrowserPage, demo_url: str, name: str) -> None:
    _tell(demo_url, name, "A long title " * 10)
    _open(phone, demo_url, name, width=375, height=812)
    _tell(demo_url, name, "Grave", "critical")
    phone.wait(f"{_TOASTS}.includes('Grave') && {_COUNT} === '2'")
    phone.tap("#bell-button")
    phone.wait(f"{_IS_OPEN} && {_UNREAD} === 2")
    box = phone.evaluate("document.getElementById('notifications').getBoundingClientRect().toJSON()")
    assert (box["left"] >= 0, box["right"] <= 375, box["bottom"] <= 812) == (True, True, True)
    assert phone.evaluate("[document.documentElement.scrollWidth, visualViewport.width]") == [375, 375]
    assert phone.accessibility() == []


def test_toasts_can_be_read_and_dismissed_over_a_dialog(page: BrowserPage, demo_url: str, name: str) -> None:
    _open(page, demo_url, name)
    _tell(demo_url, name, "Before it", "critical")
    page.wait(f"{_TOASTS}.join() === 'Before it'")
    page.press("?")
    _read_and_dismiss_over_a_dialog(page, demo_url, name)


def test_toasts_can_be_read_and_dismissed_over_a_sheet(phone: BrowserPage, demo_url: str, name: str) -> None:
    _open(phone, demo_url, name, width=375, height=812)
    phone.tap("#views [data-view=more]")
    _tell(demo_url, name, "Before it", "critical")
    phone.wait(f"{_TOASTS}.join() === 'Before it'")
    phone.evaluate("document.getElementById('shortcuts-open').click()")
    _read_and_dismiss_over_a_dialog(phone, demo_url, name)


def _read_and_dismiss_over_a_dialog(page: BrowserPage, url: str, name: str) -> None:
    """See one from before and one from now, the focus stay where it is, and those that are left on the page again."""
    page.wait(f"{_DIALOG} && {_READABLE}.join() === 'Before it'")
    focus = page.evaluate(_FOCUS)
    _tell(url, name, "Now", "critical")
    page.wait(f"{_READABLE}.join() === 'Before it,Now' && {_ROLES}.join() === ',alert'")
    assert page.evaluate(_FOCUS) == focus
    assert page.accessibility() == []
    page.click(".toast button")
    page.wait(f"{_READABLE}.join() === 'Now' && {_DIALOG}")
    page.press("Escape")
    page.wait(f"!{_DIALOG} && {_READABLE}.join() === 'Now'")
    page.click(".toast button")
    page.wait(f"{_TOASTS}.length === 0")
