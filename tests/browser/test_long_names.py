"""Names as long as they may be, without a space to break at: nothing reaches beyond its place or widens a page."""

import secrets

import pytest

from accounts.models import MAXIMUM_KEY_NAME_LENGTH, MAXIMUM_USERNAME_LENGTH
from tests.browser.alerts.trader import CHART_SHOWN
from tests.browser.browser_page import BrowserPage
from tests.browser.signing_in import PASSWORD, ask, open_signed_in, token_of

pytestmark = pytest.mark.browser

_LONGEST_NAME, _LONGEST_KEY, _LONGEST_USERNAME = 100, MAXIMUM_KEY_NAME_LENGTH, MAXIMUM_USERNAME_LENGTH
_SIZES = ((1440, 1080), (375, 812))
_BELL = "document.getElementById('bell-button').getAttribute('aria-label')"
_BEYOND = """[...document.querySelectorAll('main *, header *, dialog[open] *, [popover]:popover-open *')]
  .filter((node) => node.checkVisibility({ opacityProperty: true, visibilityProperty: true }))
  .filter((node) => !node.closest('#intervals, .visually-hidden, svg'))
  .filter((node) => node.getBoundingClientRect().right > innerWidth + 1).map((node) => node.outerHTML.slice(0, 120))"""
_WIDTHS = "[document.documentElement.scrollWidth, visualViewport.width]"


@pytest.fixture(scope="module")
def username(demo_url: str) -> str:
    """Return a user whose name, alert and API key are as long as they may be; the alert has fired."""
    name = secrets.token_hex(4) + "u" * (_LONGEST_USERNAME - 8)
    given = {"username": name, "email": f"{name[:20]}@example.org", "password": PASSWORD}
    ask(f"{demo_url}api/v1/auth/register/", given)
    token = token_of(demo_url, name, PASSWORD)
    ask(
        f"{demo_url}api/v1/auth/keys/",
        {"name": "k" * _LONGEST_KEY, "scopes": ["read"], "password": PASSWORD},
        token=token,
    )
    rule = {"symbol": "BTCUSDT", "source": "price", "operator": "above", "threshold": "1", "trigger": "every_time"}
    ask(f"{demo_url}api/v1/alerts/rules/", {"name": "n" * _LONGEST_NAME, "cooldown": 3600, **rule}, token=token)
    return name


def test_they_fit_the_dashboard_and_the_account_on_a_desktop_and_on_a_phone(
    page: BrowserPage, phone: BrowserPage, demo_url: str, username: str
) -> None:
    for tab, (width, height) in zip((page, phone), _SIZES, strict=True):
        open_signed_in(tab, f"{demo_url}#BTCUSDT/1m", username, PASSWORD, width=width, height=height)
        tab.wait(f"{CHART_SHOWN} && /^Notifications, [1-9]/.test({_BELL})")
        _fits(tab, width)
        if width == 375:
            tab.tap("#views [data-view=more]")
        tab.click("#dock-tab-alerts")
        tab.wait("document.querySelector('.alert-row-name')?.checkVisibility()")
        _fits(tab, width)
        tab.click("#bell-button")
        tab.wait("document.getElementById('notifications').matches(':popover-open')")
        _fits(tab, width)
        open_signed_in(tab, f"{demo_url}account/", username, PASSWORD, width=width, height=height)
        tab.click("#account-menu-open")
        _fits(tab, width)
        tab.click("#account-api-keys")
        tab.wait("document.querySelector('#api-keys-dialog[open]')?.textContent.includes('kkkk')")
        _fits(tab, width)


def _fits(tab: BrowserPage, width: int) -> None:
    assert (width, tab.evaluate(_WIDTHS), tab.evaluate(_BEYOND)) == (width, [width, width], [])
