"""How the chart is shown: types of prices, scales, full screen, a compared market, layouts."""

import json

import pytest

from tests.browser.browser_page import BrowserPage
from tests.browser.market.market_page import CANVAS, FOCUS, READY, TWO_FRAMES, choose_indicators, legend_of, open_market
from tests.browser.signing_in import PASSWORD, new_trader, open_signed_in

pytestmark = pytest.mark.browser

_CHART_WIDTH = "document.getElementById('chart').offsetWidth"
_IN_SIGHT = """['quote-symbol', 'quote-price'].map((id) => {
  const { x, y, width, height } = document.getElementById(id).getBoundingClientRect();
  return document.elementFromPoint(x + width / 2, y + height / 2)?.id === id;
})"""
"""Of the headline, whether symbol and price are what the reader sees there."""
_HEADLINE_ENDS = "document.getElementById('quote').getBoundingClientRect().bottom"
_CHART_BEGINS = "document.getElementById('chart').getBoundingClientRect().top"
_COUNT_CHANGES = """(() => {
  globalThis.changes = 0;
  document.addEventListener("fullscreenchange", () => (changes += 1));
})()"""


def test_it_draws_prices_as_they_are_chosen_and_keeps_the_choice(page: BrowserPage, demo_url: str) -> None:
    open_market(page, demo_url)
    page.wait("/^0:[0-5]\\d$/.test(document.getElementById('candle-countdown').textContent)")
    for choice in ("bars", "line", "area", "heikin-ashi", "logarithmic", "percent"):
        page.click("#display-menu summary")
        page.click(f".display-sheet label:has([value={choice}])")
        page.wait(f"[{CANVAS}.type, {CANVAS}.scale].includes('{choice}')")
        page.press("Escape")
        page.evaluate(TWO_FRAMES)  # whatever the library makes of it: an error would be one of the page's
    _see_the_headline_in_full_screen(page)
    page.reload()
    page.wait(READY)
    assert page.evaluate(f"[{CANVAS}.type, {CANVAS}.scale]") == ["heikin-ashi", "percent"]


def _see_the_headline_in_full_screen(page: BrowserPage) -> None:
    page.evaluate(_COUNT_CHANGES)
    for turn, width in enumerate((375, 1440)):
        page.resize(width, 812)  # outside of it: within, the window's size is the screen's
        _enter_full_screen(page)
        page.evaluate(TWO_FRAMES)
        assert (width, page.evaluate(_IN_SIGHT)) == (width, [True, True])
        assert page.evaluate(_HEADLINE_ENDS) == page.evaluate(_CHART_BEGINS)
        page.press("f")
        page.press("f")
        page.wait(f"changes === {4 * turn + 3}")  # entered, left and entered; four of them with what ends the turn
        assert page.evaluate(f"[{_CHART_WIDTH} === innerWidth, document.fullscreenElement !== null]") == [True, True]
        page.press("f")
        page.wait(f"document.fullscreenElement === null && {_CHART_WIDTH} < innerWidth")


def test_full_screen_ends_where_the_focus_goes_to_what_it_covers(page: BrowserPage, demo_url: str) -> None:
    open_market(page, demo_url)
    for key, focused in (("o", "ticket-size"), ("/", "symbol-search"), ("b", "order-book")):
        page.press("c")
        _enter_full_screen(page)
        page.press(key)
        page.wait(f"{FOCUS} === '{focused}' && {_CHART_WIDTH} < innerWidth")
        page.evaluate("document.activeElement.blur()")
    _enter_full_screen(page)
    page.click("#ticket-open")  # of a ticket that is open, and was covered
    page.wait(f"{_CHART_WIDTH} < innerWidth && document.getElementById('ticket').checkVisibility()")


def _enter_full_screen(page: BrowserPage) -> None:
    page.press("f")
    page.wait(f"{_CHART_WIDTH} === innerWidth")


def test_it_compares_a_second_market_in_per_cent_live(page: BrowserPage, demo_url: str) -> None:
    open_market(page, demo_url)
    page.click("#display-menu summary")
    page.focus("#display-scale input")
    page.select("#compare", "ETHUSDT")
    assert page.evaluate(FOCUS) == "compare"  # not lost with the scale, which there is no choice of any more
    page.click("#layouts-title")
    page.press("Escape")
    page.wait("!document.getElementById('display-menu').open")
    page.hover("#quote")  # over the chart the legend tells the candle that is pointed at
    page.wait(f"/^ETH\\/USDT ?[\\d,]+\\.\\d\\d$/.test({legend_of('compared')})")
    assert page.evaluate("document.getElementById('display-scale-choice').disabled") is True
    shown = page.evaluate(legend_of("compared"))
    page.wait(f"{legend_of('compared')} !== {json.dumps(shown)}")
    page.reload()
    page.wait(f"/\\d/.test({legend_of('compared')})")
    page.evaluate("location.hash = '#ETHUSDT/1m'")
    page.wait(f"{legend_of('compared')} === ''")
    assert page.evaluate("document.getElementById('display-scale-choice').disabled") is False


def test_it_keeps_a_layout_on_the_server_and_draws_it_again(page: BrowserPage, demo_url: str) -> None:
    open_signed_in(page, demo_url, new_trader(demo_url), PASSWORD, width=1440, height=900)
    page.wait(READY)
    choose_indicators(page, "atr")
    page.click("#display-menu summary")
    page.click(".display-sheet label:has([value=area])")
    page.fill("#layout-name", "Calm")
    page.press("Enter")
    page.wait("document.getElementById('layout-list').innerText.includes('Calm')")
    page.evaluate("localStorage.removeItem('tidewire.chart'); localStorage.removeItem('tidewire.indicators')")
    page.reload()
    page.wait(f"{READY} && {CANVAS}.type === 'candles' && {legend_of('atr')} === ''")
    page.click("#display-menu summary")
    page.click("#layout-list li button")
    page.wait(f"{CANVAS}.type === 'area' && /^ATR 14/.test({legend_of('atr')})")
    page.click("#layout-list li .link-button")
    assert page.text("#layout-list li .link-button") == "Sure?"
    page.click("#layout-list li .link-button")
    page.wait("document.getElementById('layout-list').children.length === 0")
