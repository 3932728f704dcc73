"""The page at `/grids/`, in a browser: a grid is planned, started, followed, changed and stopped as a user does it."""

import pytest

from tests.browser.browser_page import BrowserPage
from tests.browser.signing_in import PASSWORD, new_trader, open_signed_in

pytestmark = pytest.mark.browser

_SCHEMES = ("dark", "light")
_CANVAS = "document.getElementById('market-canvas').dataset"
_READY = f"{_CANVAS}.state === 'ready' && Number({_CANVAS}.candles) > 0 && document.body.dataset.connection === 'live'"
_STATE = "document.getElementById('shown-state').dataset.state"
_ASKED = "document.getElementById('confirm').open"
_SAYS = "document.getElementById('confirm-says').textContent"
_LOG = "document.getElementById('log-list').textContent"
_DONE = "document.getElementById('confirm-agree').hidden"
_WIDTHS = "[document.documentElement.scrollWidth, visualViewport.width]"
_BELOW_THE_SCREEN = "document.documentElement.scrollHeight - innerHeight"
_CUT_OFF = """[...document.querySelectorAll('main *')].filter((node) => node.checkVisibility()
  && !node.closest('.scroller, .chart-box, .visually-hidden')
  && node.getBoundingClientRect().right > innerWidth + 1).map((node) => node.outerHTML.slice(0, 80))"""


def _open(page: BrowserPage, url: str, **window: int) -> None:
    open_signed_in(page, f"{url}grids/", new_trader(url), PASSWORD, **window)
    page.wait(_READY)


def _start(page: BrowserPage) -> None:
    """Start a grid of eight gaps around the price, and see it run with its orders drawn."""
    page.fill("#grid-grid-count", "8")
    page.click("#grid-ranges [data-percent='2']")
    page.wait(f"{_CANVAS}.lines === '9'")
    page.click("#grid-start")
    page.wait(_ASKED)
    assert "It takes 1,000.00 USDT of your paper account" in page.text("#confirm")
    assert page.accessibility() == []
    page.click("#confirm-agree")
    page.wait(f"location.pathname.startsWith('/grids/grid_') && {_STATE} === 'running'")
    page.wait("document.querySelectorAll('#level-rows [data-side=sells], #level-rows [data-side=buys]').length === 8")
    page.wait(f"Number({_CANVAS}.fills) > 0 && document.querySelectorAll('#fill-rows tr').length > 0")


def test_it_plans_a_grid_on_the_chart_and_starts_changes_pauses_and_stops_it(page: BrowserPage, demo_url: str) -> None:
    page.expect_problems("status of 400")
    _open(page, demo_url)
    page.fill("#grid-lower-price", "100000")
    page.fill("#grid-upper-price", "90000")
    problem = "document.getElementById('grid-upper-price-problem').textContent"
    page.wait(f"{problem} === 'Upper price must be greater than lower price'")
    _start(page)
    for scheme in _SCHEMES:
        page.prefer(scheme=scheme)
        assert (scheme, page.accessibility()) == (scheme, [])
    page.click("#grid-change")
    page.fill("[data-path='params.grid_count']", "6")
    page.wait(f"{_SAYS}.includes('Its lines are drawn anew: 7 lines')")
    page.fill("[data-path='params.grid_count']", "8")
    page.fill("[data-path='params.stop_loss']", "50000")
    page.wait(f"{_SAYS}.includes('Its lines and its orders stay as they are')")
    page.click("#confirm-agree")
    page.wait(_DONE)
    assert "Stop loss: none → 50000." in page.text("#confirm")
    page.click("#confirm-cancel")
    page.click("#grid-pause")
    page.click("#confirm-agree")
    page.wait(f"{_STATE} === 'paused' && document.querySelectorAll('#level-rows [data-side=sells]').length === 0")
    page.click("#grid-stop")
    page.click("#confirm [value=sell]")
    page.click("#confirm-agree")
    page.wait(_DONE)
    page.click("#confirm-cancel")
    page.wait(f"{_STATE} === 'stopped' && document.querySelector('#own-list li').dataset.state === 'stopped'")
    page.wait(f"{_LOG}.includes('Stopped: by hand')")
    page.evaluate("location.reload()")
    page.wait(f"{_READY} && {_LOG}.includes('Stopped: by hand') && {_LOG}.includes('Bought')")


def test_a_phone_shows_one_view_at_a_time_and_its_kill_switch_says_what_it_did(
    phone: BrowserPage, demo_url: str
) -> None:
    _open(phone, demo_url, width=375, height=812)
    _see_the_view_alone(phone, "new")
    _start(phone)
    _see_the_view_alone(phone, "shown")
    phone.tap("#views [data-view=own]")
    _see_the_view_alone(phone, "own")
    phone.tap("#kill-throw")
    assert "Your grid stops, and every open order of yours is cancelled." in phone.text("#confirm")
    phone.tap("#confirm-agree")
    phone.wait(_DONE)
    assert "1 grid stopped" in phone.text("#confirm")
    phone.tap("#confirm-cancel")
    phone.wait("!document.getElementById('kill-banner').hidden && !document.getElementById('kill-free').hidden")
    phone.wait("document.querySelector('#own-list li').dataset.state === 'stopped'")
    _see_the_view_alone(phone, "own")


def _see_the_view_alone(phone: BrowserPage, view: str) -> None:
    for other in ("new", "own", "shown"):
        assert phone.evaluate(f"document.getElementById('{other}').checkVisibility()") is (other == view)
    for scheme in _SCHEMES:
        phone.prefer(scheme=scheme)
        assert (view, scheme, phone.accessibility()) == (view, scheme, [])
    assert (view, phone.evaluate(_WIDTHS), phone.evaluate(_CUT_OFF)) == (view, [375, 375], [])
    assert (view, phone.evaluate(_BELOW_THE_SCREEN)) == (view, 0)
