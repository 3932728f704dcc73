"""Signing in and out on the page, and its colours, in a browser, on the running platform."""

import json
import secrets
from http import HTTPStatus
from urllib.error import HTTPError

import pytest

from tests.browser.browser_page import BrowserPage, BrowserTab
from tests.browser.signing_in import PASSWORD, ask, new_trader, open_signed_in, sign_in, sign_out, try_to_sign_in

pytestmark = pytest.mark.browser

_HEIGHT = 1080
"""Tall enough for the dock to be open at first."""
_LIVE = "document.body.dataset.connection === 'live'"
_DIALOG_OPEN = "document.getElementById('account-dialog').open"
_NAME = "document.getElementById('account-name').textContent"
_SIGNED_OUT = f"{_NAME} === '' && !document.getElementById('account-open').hidden"
_USER_OF_CONNECTION = "document.getElementById('quality-user').textContent"
_FORM_PROBLEM = "document.querySelector('#account-dialog form:not([hidden]) .form-problem').textContent"
_LOG_OUTS = """performance.getEntriesByType('resource').filter(({ name, responseStatus }) =>
  name.endsWith('/auth/logout/') && responseStatus === 204).length"""
_REFUSED = r"status of 4\d\d"
_TOKEN = "**/api/v1/auth/token/"
_REFRESHED = "**/api/v1/auth/token/refresh/"
_NO_TOKENS = ((429, '{"error": {"code": "rate_limited", "message": "Too many requests"}}'), (200, "{}"))
_UNREACHABLE = "The server can't be reached. Check the connection, and try again."
_FRAMES = "document.querySelectorAll('.frame-row:not([hidden])').length"
_COLOURS = "getComputedStyle(document.body).backgroundColor"
_LIGHTNESS = f"{_COLOURS}.match(/\\d+/g).slice(0, 3).reduce((sum, part) => sum + Number(part), 0)"
_IS_LIGHT = f"{_LIGHTNESS} > 384"


def _status_of_refresh(url: str, refresh: str) -> int:
    try:
        ask(f"{url}api/v1/auth/token/refresh/", {"refresh": refresh})
    except HTTPError as refused:
        return refused.code
    return HTTPStatus.OK


@pytest.fixture
def username(demo_url: str) -> str:
    """Return the name of a new user, whose password is `PASSWORD`."""
    return new_trader(demo_url)


def test_its_tabs_sign_in_and_out_together_here_everywhere_and_where_it_was_ended_elsewhere(
    page: BrowserPage, demo_url: str, username: str
) -> None:
    page.expect_problems(_REFUSED)
    elsewhere = _tokens_of(demo_url, username)
    page.open(demo_url, height=_HEIGHT)
    page.click("#dock-tab-developer")
    other = page.new_tab()
    other.open(demo_url)
    other.wait(_LIVE)
    here = _signs_in_and_out(page, other, username)
    other.wait(f"{_LOG_OUTS} === 1")
    assert _status_of_refresh(demo_url, here) == HTTPStatus.UNAUTHORIZED
    assert _status_of_refresh(demo_url, elsewhere["refresh"]) == HTTPStatus.OK
    elsewhere = _tokens_of(demo_url, username)
    _signs_in_and_out(page, page, username, everywhere=True)
    page.wait(f"{_LOG_OUTS} === 1")
    assert _status_of_refresh(demo_url, elsewhere["refresh"]) == HTTPStatus.UNAUTHORIZED
    other.close()
    _is_signed_out_where_the_session_was_ended_elsewhere(page, demo_url, username)


def _tokens_of(url: str, username: str) -> dict[str, str]:
    return dict(ask(f"{url}api/v1/auth/token/", {"username": username, "password": PASSWORD}))


def _signs_in_and_out(page: BrowserPage, leaves: BrowserTab, username: str, *, everywhere: bool = False) -> str:
    """Sign in on the page, and out in the tab that leaves; see both follow, and return the refresh token of between."""
    try_to_sign_in(page, username, PASSWORD)
    page.wait(f"{_NAME} === '{username}' && {_USER_OF_CONNECTION} === '{username}'")
    leaves.wait(f"{_NAME} === '{username}'")
    page.click("#dock-tab-channels")
    page.fill("#frame-filter", "auth_result")
    page.wait(f"{_FRAMES} > 0")
    refresh = str(json.loads(page.evaluate("localStorage.getItem('tidewire.session')"))["refresh"])
    sign_out(leaves, everywhere=everywhere)
    leaves.wait(_SIGNED_OUT)
    page.wait(f"{_SIGNED_OUT} && {_FRAMES} === 0")  # no frame of who has signed out stays in the log
    assert page.evaluate("localStorage.getItem('tidewire.session')") is None
    page.click("#dock-tab-connection")
    page.wait(f"{_USER_OF_CONNECTION} === 'nobody' && {_LIVE}")
    return refresh


def _is_signed_out_where_the_session_was_ended_elsewhere(page: BrowserPage, url: str, username: str) -> None:
    """Be told so, and go on as nobody, also after a reload."""
    try_to_sign_in(page, username, PASSWORD)
    page.wait(f"{_USER_OF_CONNECTION} === '{username}'")
    ask(f"{url}api/v1/auth/logout/", {"everywhere": True}, token=_tokens_of(url, username)["access"])
    page.wait("document.getElementById('account-note-text').textContent === 'Your session has ended. Sign in again.'")
    page.wait(f"{_SIGNED_OUT} && {_LIVE} && {_USER_OF_CONNECTION} === 'nobody'")
    page.click("#account-note-close")
    assert page.evaluate("document.getElementById('account-note').hidden") is True
    page.reload()
    page.wait(_LIVE)
    assert page.evaluate(_SIGNED_OUT) is True


def test_it_says_why_it_waits_where_the_server_gives_no_token_and_keeps_the_session(
    page: BrowserPage, demo_url: str, username: str
) -> None:
    note = "document.getElementById('account-note')"
    page.expect_problems(_REFUSED)
    open_signed_in(page, demo_url, username, PASSWORD)
    for status, body in _NO_TOKENS:
        page.answer(_REFRESHED, status=status, body=body)
        page.reload()
        page.wait(f"{note}.checkVisibility() && {note}.textContent.includes('be renewed just now')")
        page.release(_REFRESHED)
        page.wait(f"{_LIVE} && {note}.hidden && {_NAME} === '{username}'")


def test_its_dialog_and_its_menu_fit_a_phone(phone: BrowserPage, demo_url: str, username: str) -> None:
    phone.open(demo_url, width=375, height=667)
    phone.tap("#account-open")
    phone.tap("[data-show=register]")
    phone.wait("document.activeElement.id === 'register-username'")
    box = phone.evaluate("document.getElementById('account-dialog').getBoundingClientRect().toJSON()")
    assert (box["left"] >= 0, box["right"] <= 375, box["bottom"] <= 667) == (True, True, True)
    assert phone.evaluate("document.documentElement.scrollWidth") == 375
    phone.press("Escape")
    sign_in(phone, username, PASSWORD)
    phone.tap("#account-menu-open")
    phone.wait("document.getElementById('account-menu').matches(':popover-open')")
    box = phone.evaluate("document.getElementById('account-menu').getBoundingClientRect().toJSON()")
    assert (box["left"] >= 0, box["right"] <= 375) == (True, True)
    assert phone.accessibility() == []
    phone.tap("#account-sign-out")
    phone.wait(_SIGNED_OUT)


def test_it_keeps_the_chosen_colours_tells_the_other_tabs_and_has_them_before_any_module_has_run(
    page: BrowserPage, demo_url: str
) -> None:
    page.open(demo_url, scheme="dark")
    assert page.evaluate(_IS_LIGHT) is False
    other = page.new_tab()
    other.open(demo_url, scheme="dark")
    page.click("#theme-switch label:has([value=light])")
    page.wait(_IS_LIGHT)
    other.wait(f"{_IS_LIGHT} && document.querySelector('#theme-switch [value=light]').checked")
    other.click("#theme-switch label:has([value=system])")
    other.wait(f"!({_IS_LIGHT})")
    other.prefer(scheme="light")
    other.wait(_IS_LIGHT)
    page.click("#theme-switch label:has([value=light])")
    page.expect_problems("status of 404")
    page.answer("**/dashboard/dashboard.js", status=404)
    page.reload()
    assert page.evaluate(_IS_LIGHT) is True


def test_it_signs_in_without_a_new_page_after_telling_what_was_wrong_and_stays_so_over_a_reload(
    page: BrowserPage, demo_url: str, username: str
) -> None:
    page.expect_problems(_REFUSED, "ERR_INTERNET_DISCONNECTED", "status of 502")
    page.open(demo_url, height=_HEIGHT)
    page.click("#dock-tab-developer")
    page.wait(_LIVE)
    page.evaluate("window.isSamePage = true")
    _opens_and_leaves_the_dialog_by_keyboard(page)
    _is_told_that_the_server_is_away(page)
    _is_told_for_how_long_somebody_is_locked_out(page)
    page.fill("#sign-in-username", username)
    page.fill("#sign-in-password", "not the password")
    page.press("Enter")
    page.wait(f"{_FORM_PROBLEM} === 'Wrong user name or password.'")
    assert page.evaluate(_DIALOG_OPEN) is True
    assert page.evaluate("document.getElementById('sign-in-username').value") == username
    assert page.evaluate("document.activeElement.id") == "sign-in-password"
    page.fill("#sign-in-password", PASSWORD)
    page.press("Enter")
    page.wait(f"!{_DIALOG_OPEN} && {_NAME} === '{username}'")
    page.wait(f"{_USER_OF_CONNECTION} === '{username}'")
    assert page.evaluate("window.isSamePage") is True
    assert page.evaluate("document.activeElement.id") == "account-menu-open"
    page.reload()
    page.wait(f"{_NAME} === '{username}' && {_USER_OF_CONNECTION} === '{username}'")


def _opens_and_leaves_the_dialog_by_keyboard(page: BrowserPage) -> None:
    page.focus("#account-open")
    page.press("Enter")
    page.wait(f"{_DIALOG_OPEN} && document.activeElement.id === 'sign-in-username'")
    page.press("Escape")
    page.wait(f"!{_DIALOG_OPEN} && document.activeElement.id === 'account-open'")


def _is_told_that_the_server_is_away(page: BrowserPage) -> None:
    """Meet a proxy's error page, then no network."""
    page.answer(_TOKEN, status=502, kind="text/html", body="<h1>Bad gateway</h1>")
    try_to_sign_in(page, "demo", "demo")
    page.wait(f"{_FORM_PROBLEM} === 'The server answered with 502.'")
    page.release(_TOKEN)
    page.offline()
    page.press("Enter")
    page.wait(f"{_FORM_PROBLEM} === {json.dumps(_UNREACHABLE)}")
    page.offline(offline=False)
    assert page.evaluate("document.querySelector('#sign-in-form .button').getAttribute('aria-disabled')") is None


def _is_told_for_how_long_somebody_is_locked_out(page: BrowserPage) -> None:
    page.fill("#sign-in-username", f"nobody_{secrets.token_hex(4)}")
    page.fill("#sign-in-password", "guess")
    page.press("Enter")
    for _ in range(4):
        page.wait(f"{_FORM_PROBLEM} === 'Wrong user name or password.'")
        page.press("Enter")
        page.wait(f"{_FORM_PROBLEM} === '' || {_FORM_PROBLEM}.startsWith('Too many')")
    page.wait(f"{_FORM_PROBLEM} === 'Too many failed logins; try again later. Wait 15 minutes.'")
