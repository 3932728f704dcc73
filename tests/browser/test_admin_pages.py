"""The admin in a browser, under the server's own Content-Security-Policy: its pages work, and nothing is refused."""

import pytest

from tests.browser.browser_page import BrowserPage

pytestmark = pytest.mark.browser

_READY = "document.readyState === 'complete' && window.Alpine !== undefined && window.htmx !== undefined"
_PATHS = (
    "admin/accounts/user/",
    "admin/accounts/user/add/",
    "admin/market/symbol/?q=BTC",
    "admin/market/candle/",
    "admin/auth/group/add/",
    "admin/streams/",
    "admin/password_change/",
)


def _sign_in(page: BrowserPage, demo_url: str) -> None:
    page.open(f"{demo_url}admin/login/?next=/admin/")
    page.fill("input[name=username]", "admin")
    page.fill("input[name=password]", "admin")
    page.press("Enter")
    page.wait(f"location.pathname === '/admin/' && {_READY}")


def test_it_shows_every_kind_of_page_without_a_refusal(page: BrowserPage, demo_url: str) -> None:
    _sign_in(page, demo_url)
    for path in _PATHS:
        page.open(f"{demo_url}{path}")
        page.wait(_READY)
        assert page.evaluate("location.pathname") == f"/{path.partition('?')[0]}"
        assert page.problems() == []


def test_it_runs_the_panels_own_scripts_and_theme(page: BrowserPage, demo_url: str) -> None:
    _sign_in(page, demo_url)
    page.open(f"{demo_url}admin/accounts/user/")
    page.wait(_READY)
    assert page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--color-primary-600')")
    assert page.evaluate("document.querySelectorAll('[x-cloak]').length") == 0  # Alpine takes it away where it runs
    page.evaluate("document.getElementById('action-toggle').click()")
    page.wait("document.querySelectorAll('input.action-select:checked').length > 0")
    assert page.problems() == []
