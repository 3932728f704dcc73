"""The market and its chart by keys, in a browser."""

import json

import pytest

from tests.browser.browser_page import BrowserPage
from tests.browser.market.market_page import CANVAS, FOCUS, READY, TWO_FRAMES, open_market

pytestmark = pytest.mark.browser

_PAGE_OF_CANDLES = 500
_CURRENT_ROW = (
    "[...document.querySelectorAll('#watch-list-rows tr')].findIndex((row) => row.hasAttribute('aria-current'))"
)
_VOLUMES_ARE = """((from, to) => {
  const canvas = document.querySelector('#chart-canvas td:nth-child(2) canvas');
  const scale = devicePixelRatio;
  const [width, height] = [(from - to) * scale, canvas.height * 0.05];
  const strip = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
  strip.drawImage(canvas, from * scale - canvas.width, canvas.height * -0.94);
  const { data } = strip.getImageData(0, 0, width, height);
  const isColoured = (at) => Math.max(...data.slice(at, at + 3)) - Math.min(...data.slice(at, at + 3)) > 40;
  return [...Array(data.length / 4).keys()].some((pixel) => isColoured(4 * pixel));
})"""
"""Whether there are any so many pixels left of the axis: where nothing else has a colour."""


def test_it_has_a_shortcut_for_what_traders_do_most_lists_them_and_lets_them_be_turned_off(
    page: BrowserPage, demo_url: str
) -> None:
    open_market(page, demo_url)
    _use_the_shortcuts(page)
    page.press("Escape")
    page.evaluate("document.activeElement.blur()")
    page.press("?")
    page.wait("document.getElementById('shortcuts').open")
    page.click("#shortcuts-on")
    page.press("Escape")
    page.wait("!document.getElementById('shortcuts').open")
    page.press(".")
    page.press("b")
    page.evaluate(TWO_FRAMES)
    assert page.evaluate("location.hash") == "#BTCUSDT/1m"
    assert page.evaluate(FOCUS) != "order-book"
    page.reload()
    page.wait(READY)
    assert page.evaluate("document.getElementById('shortcuts-on').checked") is False


def _use_the_shortcuts(page: BrowserPage) -> None:
    page.wait(f"{_CURRENT_ROW} >= 0")
    row = page.evaluate(_CURRENT_ROW)
    page.press("]")
    page.wait(f"{_CURRENT_ROW} === {row + 1}")
    page.press("[")
    page.wait(f"{_CURRENT_ROW} === {row}")
    page.press(".")
    page.wait("location.hash.endsWith('/3m')")
    page.press(",")
    page.wait("location.hash.endsWith('/1m')")
    page.press("b")
    assert page.evaluate(FOCUS) == "order-book"
    page.press("i")
    page.wait("document.getElementById('indicator-menu').open")
    page.press("Escape")
    page.wait("!document.getElementById('indicator-menu').open")
    page.press("/")
    assert page.evaluate(FOCUS) == "symbol-search"
    page.press("]")
    assert page.evaluate("document.getElementById('symbol-search').value") == "]"
    assert page.evaluate("location.hash") == "#BTCUSDT/1m"


def test_it_scrolls_and_zooms_the_chart_by_each_key_though_many_come_within_one_frame(
    page: BrowserPage, demo_url: str
) -> None:
    open_market(page, demo_url)
    page.press("c")
    for key, times, pages in (("ArrowLeft", 60, 2), ("-", 12, 3)):  # further back than one key leads: a page is read
        _press_at_once(page, *[key] * times)
        page.wait(f"Number({CANVAS}.candles) >= {pages * _PAGE_OF_CANDLES}")  # none goes: the newest is out of sight
    for key in ("End", "+", "+", "-", "-", "-"):
        page.press(key)
        page.evaluate(TWO_FRAMES)
    page.wait(f"{_VOLUMES_ARE}(90, 50)")
    assert page.evaluate(f"{_VOLUMES_ARE}(32, 2)") is False  # the margin, though candles have become narrow


def test_it_has_its_margin_where_the_key_to_the_newest_comes_within_the_frame_in_which_candles_become_narrow(
    page: BrowserPage, demo_url: str
) -> None:
    open_market(page, demo_url)
    page.press("c")
    _press_at_once(page, *["ArrowLeft"] * 9, *["-"] * 5, "End")
    page.evaluate(TWO_FRAMES)
    page.wait(f"{_VOLUMES_ARE}(90, 50)")
    assert page.evaluate(f"{_VOLUMES_ARE}(32, 2)") is False


def _press_at_once(page: BrowserPage, *keys: str) -> None:
    page.evaluate(f"""for (const key of {json.dumps(keys)})
      document.activeElement.dispatchEvent(new KeyboardEvent("keydown", {{ key, bubbles: true }}))""")
