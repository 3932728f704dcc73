"""The page of one's account, in a browser, on the running platform: who one is, and where one is signed in."""

import json
import urllib.error
from pathlib import Path

import pytest

from tests.browser.browser_page import IS_SEEN, BrowserPage
from tests.browser.signing_in import PASSWORD, ask, new_trader, open_signed_in, token_of

pytestmark = pytest.mark.browser

_ROWS = "document.querySelectorAll('#session-list li').length"
_FOCUS = "document.activeElement.id"
_NOTE = "document.getElementById('sessions-note').textContent"
_CONFIRMING = "document.getElementById('confirm').open"


def _is_good(url: str, token: str) -> bool:
    try:
        ask(f"{url}api/v1/auth/me/", token=token)
    except urllib.error.HTTPError as error:
        assert error.code == 401
        return False
    return True


def test_it_shows_who_one_is_and_ends_sessions_and_hands_out_ones_data(
    page: BrowserPage, demo_url: str, tmp_path: Path
) -> None:
    page.expect_problems(r"status of 4\d\d")
    name = new_trader(demo_url)
    lost, other = (
        ask(f"{demo_url}api/v1/auth/token/", {"username": name, "password": PASSWORD})["access"] for _ in range(2)
    )
    open_signed_in(page, f"{demo_url}account/", name, PASSWORD)
    page.wait(f"{_ROWS} === 3 && {IS_SEEN}")
    assert f"{name}@example.org (not confirmed yet)" in page.text("#profile-facts")
    assert page.evaluate("document.querySelectorAll('#session-list [data-current]').length") == 1
    for width in (375, 1440):
        page.resize(width, 812)
        page.wait("document.querySelector('#session-list [data-current] .badge')?.checkVisibility()")
    for scheme in ("dark", "light"):
        page.prefer(scheme=scheme)
        assert (scheme, page.accessibility()) == (scheme, [])
    page.click("#session-list li:last-child .button")
    page.wait(_CONFIRMING)
    assert _is_good(demo_url, lost)
    page.click("#confirm-agree")
    page.wait(f"{_ROWS} === 2 && !{_CONFIRMING} && {_FOCUS} === 'sessions'")  # its button is gone with the row
    assert [_is_good(demo_url, token) for token in (lost, other)] == [False, True]
    page.click("#sessions-end-others")
    page.click("#confirm-agree")
    page.wait(f"{_ROWS} === 1 && {_NOTE} === 'You are signed in nowhere else.' && {_FOCUS} === 'sessions'")
    assert not _is_good(demo_url, other)
    page.fill("#export-password", PASSWORD)
    saved = page.download("#export-button", tmp_path / "own.json")
    export = json.loads((tmp_path / "own.json").read_text(encoding="utf-8"))
    assert saved.startswith(f"tidewire-{name}-")
    assert export["user"]["username"] == name
    page.reload()
    page.wait(f"{_ROWS} === 1")
    page.click("[data-opens=account-change-password]")
    page.wait("document.getElementById('password-dialog').open")
    assert page.accessibility() == []


def test_it_deletes_the_account_once_the_password_and_the_tick_are_given(page: BrowserPage, demo_url: str) -> None:
    page.expect_problems(r"status of 4\d\d")
    name = new_trader(demo_url)
    token = token_of(demo_url, name, PASSWORD)
    open_signed_in(page, f"{demo_url}account/", name, PASSWORD)
    page.wait("document.querySelectorAll('#deletion-stays li').length === 2")
    page.fill("#deletion-password", PASSWORD)
    page.click("#deletion-button")
    page.wait("document.getElementById('deletion-sure-problem').textContent === 'Tick this first'")
    assert page.accessibility() == []
    assert _is_good(demo_url, token)
    page.click("#deletion-sure")
    page.click("#deletion-button")
    page.wait("document.getElementById('bench').hidden && !document.getElementById('address-note').hidden")
    assert "is deleted" in page.text("#address-note-text")
    assert not _is_good(demo_url, token)
