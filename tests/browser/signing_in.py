"""Signing in by a page's own dialog."""

from tests.browser.browser_page import BrowserTab


def sign_in(page: BrowserTab, username: str) -> None:
    """Sign in as a user of the demo, whose password is the name."""
    page.wait("document.getElementById('account').dataset.ready !== undefined")
    page.click("#account-open")
    page.fill("#sign-in-username", username)
    page.fill("#sign-in-password", username)
    page.press("Enter")
    page.wait("!document.getElementById('account-sign-out').hidden")
