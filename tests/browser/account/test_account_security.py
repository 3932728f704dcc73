"""A new account, its address confirmed, another password: as a user does it, on the page, in the mail, by its link."""

import secrets

import pytest

from tests.browser.browser_page import BrowserPage
from tests.browser.mailbox import Mailbox
from tests.browser.signing_in import PASSWORD, new_trader, token_of, try_to_sign_in

pytestmark = pytest.mark.browser

_NEW = "another horse, another staple"
_PROBLEMS_OF_FIELDS = """Object.fromEntries([...document.querySelectorAll('#register-form [aria-invalid]')].map(
  (input) => [input.name, document.getElementById(input.getAttribute('aria-describedby')).textContent]))"""
_FORM_PROBLEM = "document.querySelector('#account-dialog form:not([hidden]) .form-problem').textContent"
_USER_OF_CONNECTION = "document.getElementById('quality-user').textContent"
_NAME = "document.getElementById('account-name').textContent"
_LINE = "document.getElementById('account-address')"
_NOTE = "document.getElementById('address-note')"
_HEADING = "document.querySelector('h1').textContent"


def test_it_creates_an_account_tells_each_wrong_field_in_the_servers_words_and_confirms_the_address(
    page: BrowserPage, demo_url: str, mailbox: Mailbox
) -> None:
    page.expect_problems(r"status of 4\d\d")
    name = f"trader_{secrets.token_hex(4)}"
    page.open(demo_url, height=1080)
    page.click("#dock-tab-developer")  # tells the connection's user
    page.click("#account-open")
    page.click("[data-show=register]")
    _is_told_each_wrong_field(page, taken=new_trader(demo_url))
    page.fill("#register-username", name)
    page.fill("#register-email", f"{name}@example.org")
    page.fill("#register-password", PASSWORD)
    page.press("Escape")
    page.click("#confirm-cancel")  # asked first, and nothing is lost
    page.focus("#register-password")
    page.press("Enter")
    page.wait(f"{_NAME} === '{name}' && {_USER_OF_CONNECTION} === '{name}'")
    page.wait(f"!{_NOTE}.hidden && {_NOTE}.textContent.includes('{name}@example.org')")
    for place in ("#ticket-open", "#order-book-step"):
        page.hover(place)  # it covers neither
    page.resize(375, 740)
    page.wait("document.getElementById('views').checkVisibility()")
    for place in ("#quote-price", "#views button:last-child"):
        page.hover(place)
    page.resize(1440, 1080)
    page.click("#address-note-close")
    page.click("#account-menu-open")
    page.wait(f"{_LINE}.checkVisibility()")
    page.click("#account-address-send")
    page.wait(f"{_LINE}.textContent.includes('Another mail')")
    assert page.accessibility() == []
    link = mailbox.link_to(f"{name}@example.org", "confirm-email")
    other = page.new_tab()
    other.open(link)
    other.click("form .button")
    other.wait(f"{_HEADING} === 'Thank you'")
    page.press("Escape")
    page.click("#account-menu-open")
    page.wait(f"{_LINE}.hidden")


def _is_told_each_wrong_field(page: BrowserPage, *, taken: str) -> None:
    page.fill("#register-username", taken)
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


def test_it_sets_a_password_that_was_forgotten(phone: BrowserPage, demo_url: str, mailbox: Mailbox) -> None:
    name = new_trader(demo_url)
    phone.open(demo_url, width=375, height=667)
    phone.tap("#account-open")
    phone.tap("#forgot-password")
    phone.fill("#forgot-email", f"{name}@example.org")
    phone.press("Enter")
    phone.wait("document.getElementById('forgot-done').textContent.includes('on its way')")
    assert (phone.evaluate("document.documentElement.scrollWidth"), phone.accessibility()) == (375, [])
    phone.open(mailbox.link_to(f"{name}@example.org", "reset-password"), width=375, height=667)
    assert phone.evaluate("document.documentElement.scrollWidth") == 375
    assert phone.accessibility() == []
    phone.fill("#password", _NEW)
    phone.fill("#again", _NEW)
    phone.press("Enter")
    phone.wait(f"{_HEADING} === 'Your password is changed'")
    assert phone.accessibility() == []
    assert token_of(demo_url, name, _NEW)


def test_it_stays_signed_in_where_the_password_is_changed(page: BrowserPage, demo_url: str) -> None:
    page.expect_problems(r"status of 4\d\d")
    name = new_trader(demo_url)
    page.open(demo_url, height=1080)
    page.click("#dock-tab-developer")  # tells the connection's user
    try_to_sign_in(page, name, PASSWORD)
    page.wait(f"{_NAME} === '{name}'")
    page.click("#account-menu-open")
    page.click("#account-change-password")
    page.fill("#current-password", "not the password")
    page.fill("#password-new", _NEW)
    page.press("Enter")
    page.wait("document.getElementById('current-password-problem').textContent === 'This is not your password'")
    page.fill("#current-password", PASSWORD)
    page.press("Enter")
    page.wait(f"!{_NOTE}.hidden && !document.getElementById('password-dialog').open")
    page.reload()
    page.wait(f"{_NAME} === '{name}' && {_USER_OF_CONNECTION} === '{name}'")
    assert token_of(demo_url, name, _NEW)
