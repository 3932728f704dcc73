"""Notifications on the page, in a browser: the bell, its list, toasts, and what counts as read and as seen."""

import json
import secrets

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
_IS_OPEN = "document.getElementById('notifications').matches(':popover-open')"
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


def test_it_shows_what_came_before_and_what_comes_now(page: BrowserPage, demo_url: str, name: str) -> None:
    _tell(demo_url, name, "Before")
    _open(page, demo_url, name)
    page.wait(f"{_COUNT} === '1'")
    _tell(demo_url, name, "Now")
    page.wait(f"{_TOASTS}.includes('Now') && {_COUNT} === '2'")
    assert "Before" not in page.evaluate(_TOASTS)
    page.press("n")
    page.wait(f"{_IS_OPEN} && {_TITLES}.join() === 'Now,Before'")
    assert page.evaluate("document.activeElement.id") == "notifications-title"
    assert (
        page.evaluate("document.getElementById('bell-button').getAttribute('aria-label')") == "Notifications, 2 unread"
    )
    assert page.accessibility() == []
    page.press("Escape")
    page.wait(f"!{_IS_OPEN}")


def test_it_marks_one_and_all_as_read_and_keeps_it_so(page: BrowserPage, demo_url: str, name: str) -> None:
    for title in ("One", "Two", "Three"):
        _tell(demo_url, name, title)
    _open(page, demo_url, name)
    page.click("#bell-button")
    page.wait(f"{_UNREAD} === 3")
    page.click(".notification-read")
    page.wait(f"{_UNREAD} === 2 && {_COUNT} === '2'")
    page.reload()
    page.wait(f"{_COUNT} === '2'")
    page.click("#bell-button")
    page.click("#notifications-read-all")
    page.wait(f"{_UNREAD} === 0 && document.getElementById('bell-count').hidden")
    page.reload()
    page.wait(f"document.getElementById('bell').dataset.state === 'ready' && {_BELL}.endsWith('none unread')")


def test_its_toasts_are_said_by_their_weight_and_dismissed(page: BrowserPage, demo_url: str, name: str) -> None:
    _open(page, demo_url, name)
    _tell(demo_url, name, "Mild")
    page.wait(f"{_TOASTS}.join() === 'Mild' && {_ROLES}.join() === 'status'")
    _tell(demo_url, name, "Grave", "critical")
    page.wait(f"{_TOASTS}[0] === 'Grave' && {_ROLES}[0] === 'alert'")
    page.click(".toast button")
    page.wait(f"!{_TOASTS}.includes('Grave') && {_COUNT} === '1'")


def test_it_acknowledges_what_its_reader_can_see(page: BrowserPage, demo_url: str, name: str) -> None:
    _open(page, demo_url, name)
    page.click("#dock-tab-channels")
    page.fill("#frame-filter", "notifications.ack")
    _tell(demo_url, name, "Look")
    page.wait(f"{_TOASTS}.includes('Look')")
    page.wait(f"{_FRAMES}.includes('\"seq\":1')")


def test_it_does_not_take_what_a_user_has_typed_for_markup(page: BrowserPage, demo_url: str, name: str) -> None:
    _open(page, demo_url, name)
    title = f"<img src=x onerror=alert(1)> {secrets.token_hex(2)}"
    _tell(demo_url, name, title)
    page.wait(f"{_TOASTS}.includes({json.dumps(title)})")
    page.click("#bell-button")
    page.wait(f"{_TITLES}.includes({json.dumps(title)})")


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
