"""Signing in, by a page's own dialog or before it is opened, as users of the demo or as new ones."""

import json
import secrets
import urllib.request
from typing import Any
from urllib.parse import urljoin

from tests.browser.browser_page import BrowserTab
from tests.waiting import LIMIT_SECONDS

PASSWORD = "correct horse battery staple"
"""That of every new trader."""


def open_signed_in(page: BrowserTab, url: str, username: str, password: str = "", **window: Any) -> None:
    """Open a page in a browser that has kept a login; the password of a user of the demo is the name."""
    credentials = {"username": username, "password": password or username}
    tokens = ask(urljoin(url, "/api/v1/auth/token/"), credentials)
    user = ask(urljoin(url, "/api/v1/auth/me/"), token=tokens["access"])
    kept = json.dumps({"refresh": tokens["refresh"], "user": user})
    page.open(urljoin(url, "/static/shared/logo.svg"))  # of the page's origin, without its programs
    page.evaluate(f"localStorage.setItem('tidewire.session', {json.dumps(kept)})")
    page.open(url, **window)
    page.wait("!document.getElementById('account-menu-open').hidden")


def sign_in(page: BrowserTab, username: str, password: str = "") -> None:
    """Sign in; the password of a user of the demo is the name."""
    try_to_sign_in(page, username, password or username)
    page.wait("!document.getElementById('account-menu-open').hidden")


def sign_out(page: BrowserTab, *, everywhere: bool = False) -> None:
    """Sign out by the account's menu, of this browser or everywhere."""
    page.click("#account-menu-open")
    page.click("#account-sign-out-everywhere" if everywhere else "#account-sign-out")


def try_to_sign_in(page: BrowserTab, username: str, password: str) -> None:
    """Send the name and the password, whatever the server says to them."""
    page.wait("document.getElementById('account').dataset.ready !== undefined")
    page.click("#account-open")
    page.fill("#sign-in-username", username)
    page.fill("#sign-in-password", password)
    page.press("Enter")


def new_trader(url: str) -> str:
    """Register a user at the server, and return the name."""
    name = f"trader_{secrets.token_hex(4)}"
    ask(f"{url}api/v1/auth/register/", {"username": name, "email": f"{name}@example.org", "password": PASSWORD})
    return name


def token_of(url: str, username: str, password: str) -> str:
    """Return an access token."""
    return str(ask(f"{url}api/v1/auth/token/", {"username": username, "password": password})["access"])


def ask(url: str, body: object = None, *, token: str = "", method: str | None = None) -> Any:
    """Return the server's answer to a GET, or to a POST of `body`, or to another method."""
    headers = {"Content-Type": "application/json", **({"Authorization": f"Bearer {token}"} if token else {})}
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, headers, method=method)
    with urllib.request.urlopen(request, timeout=LIMIT_SECONDS) as answer:
        return json.loads(answer.read() or "{}")
