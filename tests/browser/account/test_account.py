"""Signing in and out on the page, creating an account, and its colours, in a browser, on the running platform."""

import json
import secrets
from http import HTTPStatus
from urllib.error import HTTPError

import pytest

from tests.browser.browser_page import BrowserPage
from tests.browser.signing_in import PASSWORD, ask, new_trader, sign_in, sign_out, try_to_sign_in

pytestmark = pytest.mark.browser

_HEIGHT = 1080
"""Tall enough for the dock to be open at first."""
_LIVE = "document.body.dataset.connection === 'live'"
_DIALOG_OPEN = "document.getElementById('account-dialog').open"
_NAME = "document.getElementById('account-name').textContent"
_SIGNED_OUT = f"{_NAME} === '' && !document.getElementById('account-open').hidden"
_USER_OF_CONNECTION = "document.getElementById('quality-user').textContent"
_FORM_PROBLEM = "document.querySelector('#account-dialog form:not([hidden]) .form-problem').textContent"
_PROBLEMS_OF_FIELDS = """Object.fromEntries([...document.querySelectorAll('#register-form [aria-invalid]')].map(
  (input) => [input.name, document.getElementById(input.getAttribute('aria-describedby')).textContent]))"""
_LOGGED_OUT = """performance.getEntriesByType('resource').some(({ name, responseStatus }) =>
  name.endsWith('/auth/logout/') && responseStatus === 204)"""
_REFUSED = r"status of 4\d\d"
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


def test_it_signs_in_without_a_new_page_and_stays_so_over_a_reload(
    page: BrowserPage, demo_url: str, username: str
) -> None:
    page.open(demo_url, height=_HEIGHT)
    page.wait(_LIVE)
    page.evaluate("window.isSamePage = true")
    try_to_sign_in(page, username, PASSWORD)
    page.wait(f"!{_DIALOG_OPEN} && {_NAME} === '{username}'")
    page.wait(f"{_USER_OF_CONNECTION} === '{username}'")
    assert page.evaluate("window.isSamePage") is True
    assert page.evaluate("document.activeElement.id") == "account-menu-open"
    page.reload()
    page.wait(f"{_NAME} === '{username}' && {_USER_OF_CONNECTION} === '{username}'")


def test_it_tells_a_wrong_password_in_place_and_takes_the_right_one_after_it(
    page: BrowserPage, demo_url: str, username: str
) -> None:
    page.expect_problems(_REFUSED)
    page.open(demo_url, height=_HEIGHT)
    try_to_sign_in(page, username, "not the password")
    page.wait(f"{_FORM_PROBLEM} === 'Wrong user name or password.'")
    assert page.evaluate(_DIALOG_OPEN) is True
    assert page.evaluate("document.getElementById('sign-in-username').value") == username
    assert page.evaluate("document.activeElement.id") == "sign-in-password"
    page.fill("#sign-in-password", PASSWORD)
    page.press("Enter")
    page.wait(f"{_NAME} === '{username}'")


def test_it_tells_for_how_long_somebody_is_locked_out(page: BrowserPage, demo_url: str) -> None:
    page.expect_problems(_REFUSED)
    page.open(demo_url, height=_HEIGHT)
    try_to_sign_in(page, f"nobody_{secrets.token_hex(4)}", "guess")
    for _ in range(4):
        page.wait(f"{_FORM_PROBLEM} === 'Wrong user name or password.'")
        page.press("Enter")
        page.wait(f"{_FORM_PROBLEM} === '' || {_FORM_PROBLEM}.startsWith('Too many')")
    page.wait(f"{_FORM_PROBLEM} === 'Too many failed logins; try again later. Wait 15 minutes.'")


def test_it_tells_each_wrong_field_of_a_new_account_as_the_server_words_it(
    page: BrowserPage, demo_url: str, username: str
) -> None:
    page.expect_problems(_REFUSED)
    page.open(demo_url, height=_HEIGHT)
    page.click("#account-open")
    page.click("[data-show=register]")
    page.fill("#register-username", username)
    page.fill("#register-email", "nowhere")
    page.fill("#register-password", "123")
    page.press("Enter")
    page.wait(f"Object.keys({_PROBLEMS_OF_FIELDS}).length === 3")
    problems = page.evaluate(_PROBLEMS_OF_FIELDS)
    assert problems["username"] == "This user name is taken"
    assert "valid email" in problems["email"]
    assert "too short" in problems["password"]
    assert page.evaluate("document.activeElement.id") == "register-username"
    assert page.evaluate(_FORM_PROBLEM) == ""
    assert page.accessibility() == []


def test_it_creates_an_account_and_signs_in_with_it(page: BrowserPage, demo_url: str) -> None:
    name = f"trader_{secrets.token_hex(4)}"
    page.open(demo_url, height=_HEIGHT)
    page.click("#account-open")
    page.click("[data-show=register]")
    page.fill("#register-username", name)
    page.fill("#register-email", f"{name}@example.org")
    page.fill("#register-password", PASSWORD)
    page.press("Enter")
    page.wait(f"{_NAME} === '{name}' && {_USER_OF_CONNECTION} === '{name}'")


@pytest.mark.parametrize("is_cut", [True, False], ids=["no network", "a proxy's error page"])
def test_it_says_so_where_the_server_is_away(page: BrowserPage, demo_url: str, is_cut: bool) -> None:
    page.expect_problems("ERR_INTERNET_DISCONNECTED", "status of 502")
    page.open(demo_url, height=_HEIGHT)
    page.wait(_LIVE)
    if is_cut:
        page.offline()
    else:
        page.answer("**/api/v1/auth/token/", status=502, kind="text/html", body="<h1>Bad gateway</h1>")
    try_to_sign_in(page, "demo", "demo")
    said = "The server can't be reached. Check the connection, and try again." if is_cut else None
    page.wait(f"{_FORM_PROBLEM} === {json.dumps(said or 'The server answered with 502.')}")
    assert page.evaluate("document.querySelector('#sign-in-form .button').getAttribute('aria-disabled')") is None


def test_its_tabs_sign_in_and_out_together(page: BrowserPage, demo_url: str, username: str) -> None:
    page.open(demo_url, height=_HEIGHT)
    other = page.new_tab()
    other.open(demo_url)
    other.wait(_LIVE)
    try_to_sign_in(page, username, PASSWORD)
    other.wait(f"{_NAME} === '{username}'")
    sign_out(other)
    other.wait(_SIGNED_OUT)
    page.wait(_SIGNED_OUT)
    page.wait(f"{_USER_OF_CONNECTION} === 'nobody' && {_LIVE}")


@pytest.mark.parametrize("everywhere", [False, True])
def test_it_signs_out_of_this_browser_or_everywhere(
    page: BrowserPage, demo_url: str, username: str, everywhere: bool
) -> None:
    elsewhere = ask(f"{demo_url}api/v1/auth/token/", {"username": username, "password": PASSWORD})
    page.open(demo_url, height=_HEIGHT)
    try_to_sign_in(page, username, PASSWORD)
    page.wait(f"{_NAME} === '{username}'")
    here = json.loads(page.evaluate("localStorage.getItem('tidewire.session')"))
    sign_out(page, everywhere=everywhere)
    page.wait(_SIGNED_OUT)
    assert page.evaluate("localStorage.getItem('tidewire.session')") is None
    page.wait(f"{_LIVE} && {_USER_OF_CONNECTION} === 'nobody'")
    page.wait(_LOGGED_OUT)
    assert _status_of_refresh(demo_url, here["refresh"]) == HTTPStatus.UNAUTHORIZED
    expected = HTTPStatus.UNAUTHORIZED if everywhere else HTTPStatus.OK
    assert _status_of_refresh(demo_url, elsewhere["refresh"]) == expected


@pytest.mark.parametrize(
    ("status", "body"), [(429, '{"error": {"code": "rate_limited", "message": "Too many requests"}}'), (200, "{}")]
)
def test_it_says_why_it_waits_where_the_server_gives_no_token_and_keeps_the_session(
    page: BrowserPage, demo_url: str, username: str, status: int, body: str
) -> None:
    note = "document.getElementById('account-note')"
    page.expect_problems(_REFUSED)
    page.open(demo_url)
    try_to_sign_in(page, username, PASSWORD)
    page.wait(f"{_NAME} === '{username}'")
    page.answer("**/api/v1/auth/token/refresh/", status=status, kind="application/json", body=body)
    page.reload()
    page.wait(f"{note}.checkVisibility() && {note}.textContent.includes('be renewed just now')")
    page.release("**/api/v1/auth/token/refresh/")
    page.wait(f"{_LIVE} && {note}.hidden && {_NAME} === '{username}'")


def test_it_leaves_no_frame_of_who_has_signed_out_in_the_log(page: BrowserPage, demo_url: str, username: str) -> None:
    rows = "document.querySelectorAll('.frame-row:not([hidden])').length"
    page.open(demo_url)
    page.wait(_LIVE)
    page.click("#dock-tab-channels")
    try_to_sign_in(page, username, PASSWORD)
    page.wait(f"{_NAME} === '{username}'")
    page.fill("#frame-filter", "auth_result")
    page.wait(f"{rows} === 1")
    sign_out(page)
    page.wait(f"{_SIGNED_OUT} && {rows} === 0")


def test_it_says_that_a_session_was_ended_elsewhere_and_goes_on_without(
    page: BrowserPage, demo_url: str, username: str
) -> None:
    page.expect_problems(_REFUSED)
    page.open(demo_url, height=_HEIGHT)
    try_to_sign_in(page, username, PASSWORD)
    page.wait(f"{_USER_OF_CONNECTION} === '{username}'")
    tokens = ask(f"{demo_url}api/v1/auth/token/", {"username": username, "password": PASSWORD})
    ask(f"{demo_url}api/v1/auth/logout/", {"everywhere": True}, token=tokens["access"])
    page.wait("document.getElementById('account-note-text').textContent.startsWith('Your session has ended')")
    page.wait(f"{_SIGNED_OUT} && {_LIVE} && {_USER_OF_CONNECTION} === 'nobody'")
    page.click("#account-note-close")
    assert page.evaluate("document.getElementById('account-note').hidden") is True


def test_its_dialog_is_usable_by_keyboard(page: BrowserPage, demo_url: str) -> None:
    page.open(demo_url, height=_HEIGHT)
    page.focus("#account-open")
    page.press("Enter")
    page.wait(f"{_DIALOG_OPEN} && document.activeElement.id === 'sign-in-username'")
    assert page.accessibility() == []
    page.press("Escape")
    page.wait(f"!{_DIALOG_OPEN} && document.activeElement.id === 'account-open'")


def test_its_menu_signs_out_on_a_phone(phone: BrowserPage, demo_url: str, username: str) -> None:
    phone.open(demo_url, width=375, height=667)
    sign_in(phone, username, PASSWORD)
    phone.tap("#account-menu-open")
    phone.wait("document.getElementById('account-menu').matches(':popover-open')")
    box = phone.evaluate("document.getElementById('account-menu').getBoundingClientRect().toJSON()")
    assert box["left"] >= 0
    assert box["right"] <= 375
    assert phone.accessibility() == []
    phone.tap("#account-sign-out")
    phone.wait(_SIGNED_OUT)


def test_its_dialog_fits_a_phone(phone: BrowserPage, demo_url: str) -> None:
    phone.open(demo_url, width=375, height=667)
    phone.tap("#account-open")
    phone.tap("[data-show=register]")
    phone.wait("document.activeElement.id === 'register-username'")
    box = phone.evaluate("document.getElementById('account-dialog').getBoundingClientRect().toJSON()")
    assert box["left"] >= 0
    assert box["right"] <= 375
    assert box["bottom"] <= 667
    assert phone.evaluate("document.documentElement.scrollWidth") == 375


def test_it_keeps_the_chosen_colours_and_tells_the_other_tabs(page: BrowserPage, demo_url: str) -> None:
    page.open(demo_url, scheme="dark")
    assert page.evaluate(_IS_LIGHT) is False
    other = page.new_tab()
    other.open(demo_url, scheme="dark")
    page.click("#theme-switch label:has([value=light])")
    page.wait(_IS_LIGHT)
    other.wait(f"{_IS_LIGHT} && document.querySelector('#theme-switch [value=light]').checked")
    page.reload()
    assert page.evaluate(_IS_LIGHT) is True
    page.click("#theme-switch label:has([value=system])")
    page.wait(f"!({_IS_LIGHT})")
    page.prefer(scheme="light")
    page.wait(_IS_LIGHT)


def test_it_has_its_colours_before_any_module_has_run(page: BrowserPage, demo_url: str) -> None:
    page.open(demo_url, scheme="dark")
    page.click("#theme-switch label:has([value=light])")
    page.wait(_IS_LIGHT)
    page.expect_problems("status of 404")
    page.answer("**/dashboard/dashboard.js", status=404)
    page.reload()
    assert page.evaluate(_IS_LIGHT) is True
