"""Two-factor on the page, and one log-in for page and admin, in a browser, on the running platform."""

import pytest

from tests.accounts.two_factor.authenticator import Authenticator
from tests.browser.browser_page import BrowserPage
from tests.browser.signing_in import PASSWORD, new_trader, sign_in, sign_out, try_to_sign_in

pytestmark = pytest.mark.browser

_OPEN = "document.getElementById('two-factor-dialog').open"
_SECRET = "document.getElementById('two-factor-secret').textContent.replaceAll(' ', '')"
_CODES = "[...document.querySelectorAll('#two-factor-codes li')].map((item) => item.textContent)"
_CODE_ASKED = "!document.getElementById('sign-in-code-field').hidden"
_SIGNED_IN = "!document.getElementById('account-menu-open').hidden"
_NO_SIDEWAYS = "document.documentElement.scrollWidth <= innerWidth"
_DIALOG_FITS = """(() => { const box = document.getElementById('two-factor-dialog').getBoundingClientRect();
  return box.left >= 0 && box.right <= innerWidth && box.bottom <= innerHeight; })()"""
_REFUSED = r"status of 4\d\d"


def _turn_on(page: BrowserPage, password: str) -> tuple[Authenticator, list[str]]:
    page.click("#account-menu-open")
    page.click("#account-two-factor")
    page.wait("!document.getElementById('two-factor-begin').hidden")
    page.fill("#two-factor-begin-password", password)
    page.press("Enter")
    page.wait(f"{_SECRET} !== ''")
    page.wait("document.getElementById('two-factor-picture').naturalWidth > 0")
    _see_it_fit(page)
    authenticator = Authenticator(page.evaluate(_SECRET))
    page.fill("#two-factor-confirm-code", authenticator.code())
    page.press("Enter")
    page.wait(f"{_CODES}.length === 10")
    _see_it_fit(page)
    codes = page.evaluate(_CODES)
    page.press("Escape")
    page.click("#confirm-cancel")
    assert page.evaluate(_CODES) == codes
    page.click("#two-factor-close")
    page.click("#confirm-agree")
    page.wait(f"!{_OPEN}")
    return authenticator, codes


def _see_it_fit(page: BrowserPage) -> None:
    for width, scheme in ((1400, "dark"), (1400, "light"), (390, "light"), (390, "dark")):
        page.resize(width, 844)
        page.prefer(scheme=scheme)
        assert (width, scheme, page.evaluate(_DIALOG_FITS), page.accessibility()) == (width, scheme, True, [])


def test_it_is_turned_on_and_then_asked_for_and_turned_off(page: BrowserPage, demo_url: str) -> None:
    page.expect_problems(_REFUSED)
    name = new_trader(demo_url)
    page.open(demo_url, width=390, height=844)
    sign_in(page, name, PASSWORD)
    authenticator, codes = _turn_on(page, PASSWORD)
    assert page.evaluate(_NO_SIDEWAYS)
    sign_out(page)
    try_to_sign_in(page, name, PASSWORD)
    page.wait(_CODE_ASKED)
    page.fill("#sign-in-code", authenticator.wrong_code())
    page.press("Enter")
    page.wait("document.getElementById('sign-in-code-problem').textContent.includes('wrong')")
    assert page.accessibility() == []
    page.fill("#sign-in-code", authenticator.code(steps=1))
    page.press("Enter")
    page.wait(_SIGNED_IN)
    page.click("#account-menu-open")
    page.click("#account-two-factor")
    page.wait("document.getElementById('two-factor-note').textContent.includes('10 recovery codes')")
    page.click("[name=change][value='disable/']")
    _see_it_fit(page)
    page.fill("#two-factor-change-password", PASSWORD)
    page.fill("#two-factor-change-code", codes[0])
    page.press("Enter")
    page.wait("document.getElementById('two-factor-note').textContent.includes('Two-factor is off')")


def test_it_takes_staff_from_the_page_to_the_admin_without_asking_again(page: BrowserPage, demo_url: str) -> None:
    page.expect_problems(_REFUSED)
    page.open(demo_url, height=1080)
    sign_in(page, "admin")
    page.click(".foot a[href='/admin/']")
    page.wait("location.pathname === '/admin/' && document.getElementById('logout-form') !== null")
    page.evaluate("document.getElementById('logout-form').requestSubmit()")
    page.wait("document.body.textContent.includes('Log in again')")
    page.open(demo_url)
    page.wait("!document.getElementById('account-open').hidden")
