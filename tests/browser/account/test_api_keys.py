"""API keys on the page, as their owner makes, uses and revokes them, in a browser, on the running platform."""

import urllib.error

import pytest

from tests.browser.browser_page import BrowserPage, BrowserTab
from tests.browser.signing_in import PASSWORD, ask, new_trader, open_signed_in

pytestmark = pytest.mark.browser

_OPEN = "document.getElementById('api-keys-dialog').open"
_NOTE = "document.getElementById('api-keys-note').textContent"
_TEXT = "document.getElementById('api-key-text').textContent"
_COPIED = "document.getElementById('api-key-copied').textContent"
_FORM = "!document.getElementById('api-key-form').hidden"
_ROWS = "document.querySelectorAll('#api-key-list li').length"
_FOCUS = "document.activeElement.id"
_WIDTH = "document.documentElement.scrollWidth"
_TARGETS = "#api-keys-dialog :is(button, select, input:not([type=checkbox]), label:has(input))"
_TOO_SMALL = f"""[...document.querySelectorAll('{_TARGETS}')]
  .filter((target) => target.checkVisibility())
  .filter((target) => {{ const box = target.getBoundingClientRect();
    return box.height < 44 || box.width < 44 || box.left < 0 || box.right > innerWidth; }})
  .map((target) => target.outerHTML)"""


def _open_dialog(page: BrowserTab) -> None:
    page.click("#account-menu-open")
    page.click("#account-api-keys")
    page.wait(f"{_OPEN} && {_FORM}")


def _status_of(url: str, key: str) -> int:
    try:
        ask(f"{url}api/v1/auth/me/", token=key)
    except urllib.error.HTTPError as error:
        return error.code
    return 200


def test_it_makes_a_key_that_works_until_it_is_revoked(page: BrowserPage, demo_url: str) -> None:
    page.expect_problems(r"status of 4\d\d")
    page.grant("clipboard-read", "clipboard-write")
    open_signed_in(page, demo_url, new_trader(demo_url), PASSWORD)
    _open_dialog(page)
    page.fill("#api-key-name", "price bot")
    page.fill("#api-key-password", "wrong")
    page.press("Enter")
    page.wait("document.getElementById('api-key-password-problem').textContent === 'This is not your password'")
    page.fill("#api-key-password", PASSWORD)
    page.press("Enter")
    page.wait(f"{_TEXT}.startsWith('tw_')")
    assert page.accessibility() == []
    key = page.evaluate(_TEXT)
    page.click("#api-key-copy")
    page.wait(f"{_COPIED} === 'Copied.'")
    assert page.evaluate("navigator.clipboard.readText()") == key
    assert _status_of(demo_url, key) == 200
    page.click("#api-key-kept")
    page.wait(f"{_ROWS} === 1")
    row = page.text("#api-key-list li")
    assert "price bot" in row
    assert "read" in row
    assert "Used just now" in row
    assert key not in page.evaluate("document.documentElement.outerHTML")
    assert page.accessibility() == []
    page.click(".api-key-revoke")
    page.wait("document.querySelector('.api-key-revoke').textContent === 'Sure?'")
    assert _status_of(demo_url, key) == 200
    page.click(".api-key-revoke")
    page.wait(f"{_ROWS} === 0 && {_NOTE}.startsWith('price bot is revoked.')")
    assert _status_of(demo_url, key) == 401


def test_it_lets_no_key_go_that_nobody_has_kept(page: BrowserPage, demo_url: str) -> None:
    open_signed_in(page, demo_url, new_trader(demo_url), PASSWORD)
    page.focus("#account-menu-open")
    page.press("Enter")
    page.wait("document.getElementById('account-menu').matches(':popover-open')")
    page.focus("#account-api-keys")
    page.press("Enter")
    page.wait(f"{_OPEN} && {_FORM}")
    page.fill("#api-key-name", "kept")
    for _ in range(3):
        page.press("Escape")
        page.wait("document.getElementById('confirm').open")
        page.click("#confirm-cancel")
        page.wait(f"!document.getElementById('confirm').open && {_OPEN}")
    assert page.evaluate("document.getElementById('api-key-name').value") == "kept"
    page.fill("#api-key-password", PASSWORD)
    page.press("Enter")
    page.wait(f"{_TEXT}.startsWith('tw_') && {_FOCUS} === 'api-key-copy'")
    for _ in range(3):  # a browser asks a page only once
        page.press("Escape")
    page.wait(f"{_COPIED}.includes('before you close')")
    page.click("#api-keys-close")
    assert page.evaluate(f"{_OPEN} && {_TEXT} !== ''")
    page.focus("#api-key-kept")
    page.press("Enter")
    page.wait(f"{_ROWS} === 1 && {_TEXT} === ''")
    page.press("Escape")
    page.wait(f"!{_OPEN} && {_FOCUS} === 'account-menu-open'")


def test_it_is_used_on_a_phone_and_says_what_is_wrong(phone: BrowserPage, demo_url: str) -> None:
    phone.expect_problems(r"status of 4\d\d")
    open_signed_in(phone, demo_url, new_trader(demo_url), PASSWORD, width=375, height=667)
    _open_dialog(phone)
    phone.tap("[name=scopes][value=read]")
    phone.press("Enter")
    phone.wait("document.getElementById('api-key-name-problem').textContent !== ''")
    phone.wait("document.getElementById('api-key-scopes-problem').textContent !== ''")
    assert (phone.evaluate(_TOO_SMALL), phone.evaluate(_WIDTH)) == ([], 375)
    phone.fill("#api-key-name", "x" * 100)
    phone.fill("#api-key-password", PASSWORD)
    for scope in ("read", "alerts", "trade"):
        phone.tap(f"[name=scopes][value={scope}]")
    phone.select("#api-key-expires", "")
    phone.tap("#api-key-form .button")
    phone.wait(f"{_TEXT}.startsWith('tw_')")
    assert (phone.evaluate(_TOO_SMALL), phone.evaluate(_WIDTH)) == ([], 375)
    phone.tap("#api-key-kept")
    phone.wait(f"{_ROWS} === 1 && document.querySelector('.api-key').textContent.includes('Never ends')")
    assert (phone.evaluate(_TOO_SMALL), phone.evaluate(_WIDTH)) == ([], 375)
