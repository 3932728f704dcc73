"""The chart reads older candles while its reader scrolls back."""

import json
import time

import pytest

from tests.browser.browser_page import BrowserPage
from tests.browser.market.market_page import CANVAS

pytestmark = pytest.mark.browser

_OLDER_PAGES = "**/api/v1/market/history/*end=*"
_OLDER_ASKED = "performance.getEntriesByType('resource').filter(({ name }) => name.includes('end=')).length"
_AT_THE_EDGE = "document.getElementById('older-note').dataset.edge === 'true'"
_CANDLES_PER_KEY = 10
_END_AND_LEFT = """(async () => {
  for (const key of ['End', 'ArrowLeft']) {
    document.activeElement.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
  }
})()"""
_FIRST_PAGE = 500
_WIDTHS_TO_THE_EDGE = 20


def _open(page: BrowserPage, url: str, chart: str, indicators: str = "[]") -> None:
    """Open a chart with no indicators, which would read further, or with those that were kept."""
    page.open(f"{url}static/shared/logo.svg")  # of the page's origin, without its programs
    page.evaluate(f"localStorage.setItem('tidewire.indicators', '{indicators}')")
    page.open(f"{url}#{chart}", width=1280)
    symbol, interval = chart.split("/")
    page.wait(f"{CANVAS}.state === 'ready' && {CANVAS}.symbol === '{symbol}' && {CANVAS}.interval === '{interval}'")
    page.wait(_candles(1))


def _scroll_back_until(page: BrowserPage, expression: str) -> None:
    for _ in range(_WIDTHS_TO_THE_EDGE):
        page.drag("#chart-canvas", right=420)
        if page.evaluate(expression):
            return
    page.wait(f"{expression} || {_AT_THE_EDGE}")  # a failure says whether the chart didn't move, or asked for nothing
    page.wait(expression)


def _candles(pages: int) -> str:
    return f"Number({CANVAS}.candles) >= {pages * _FIRST_PAGE}"


def _older_is(state: str) -> str:
    return f"{CANVAS}.older === '{state}'"


def _candle_in_the_middle(page: BrowserPage) -> str:
    page.drag("#chart-canvas", right=0)
    page.evaluate("new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))")
    return page.text("#chart-legend p:first-child")  # without the averages, which older candles lean on too


def test_it_reads_page_after_page_and_again_after_its_reader_was_back_at_the_newest(
    page: BrowserPage, demo_url: str
) -> None:
    _open(page, demo_url, "BTCUSDT/1m")
    for pages in (2, 3):
        _scroll_back_until(page, _candles(pages))
    assert page.evaluate(_OLDER_ASKED) == 2
    page.press("c")
    page.press("End")
    page.wait(f"!({_candles(2)})")
    _scroll_back_until(page, _candles(2))
    assert page.evaluate(_OLDER_ASKED) == 3
    assert page.problems() == []


_LONG_AVERAGE = '[{"key": "rsi", "parameters": {"period": 90}}]'
_BEFORE_IT = 91 * (1 + 28)
"""Of candles before the first in sight, by streaming/indicators/catalogue.py."""
_PAGES_BEFORE_IT = 3
"""Of 1,000 each, behind the first of 500."""


def test_it_reads_what_a_long_average_has_to_have_seen_a_thousand_at_once_and_keeps_it(
    page: BrowserPage, demo_url: str
) -> None:
    _open(page, demo_url, "BTCUSDT/1s", _LONG_AVERAGE)
    page.wait(f"Number({CANVAS}.candles) > {_BEFORE_IT} && {_older_is('idle')}")
    assert page.evaluate(_OLDER_ASKED) == _PAGES_BEFORE_IT
    shown = page.evaluate(f"Number({CANVAS}.candles)")
    assert shown >= _FIRST_PAGE + 1000 * _PAGES_BEFORE_IT  # all of what was read
    page.wait(f"Number({CANVAS}.candles) > {shown}")  # newer ones come, and none goes
    assert page.evaluate(_OLDER_ASKED) == _PAGES_BEFORE_IT


def test_it_says_that_it_could_not_and_tries_again_where_its_reader_is(page: BrowserPage, demo_url: str) -> None:
    error = {"error": {"code": "UNAVAILABLE", "message": "The exchange can't answer now"}}
    page.expect_problems("status of 503")
    page.answer(_OLDER_PAGES, status=503, body=json.dumps(error))
    _open(page, demo_url, "ETHUSDT/5m")
    _scroll_back_until(page, _older_is("failed"))
    assert page.text("#older-note") == (
        "Older candles could not be loaded: The exchange can't answer now. Trying again…"
    )
    assert page.evaluate(f"Number({CANVAS}.candles)") < 2 * _FIRST_PAGE
    before = _candle_in_the_middle(page)
    page.release(_OLDER_PAGES)
    page.wait(f"{_candles(2)} && {_older_is('idle')}")
    assert _candle_in_the_middle(page) == before
    assert page.text("#older-note") == ""


def test_it_stops_at_the_first_candle_there_is(page: BrowserPage, demo_url: str) -> None:
    page.answer(_OLDER_PAGES, body=json.dumps({"candles": []}))
    _open(page, demo_url, "SOLUSDT/15m")
    _scroll_back_until(page, _older_is("complete"))
    for _ in range(5):
        page.drag("#chart-canvas", right=420)
    page.wait(_AT_THE_EDGE)
    assert page.text("#older-note") == "There are no older candles."
    assert page.evaluate(_OLDER_ASKED) == 1


def test_it_is_scrolled_by_keyboard_and_back_to_the_newest(page: BrowserPage, demo_url: str) -> None:
    page.answer(_OLDER_PAGES, body=json.dumps({"candles": []}))
    _open(page, demo_url, "SOLUSDT/15m")
    page.press("c")
    for _ in range(_FIRST_PAGE // _CANDLES_PER_KEY):
        page.press("ArrowLeft")
    page.wait(_AT_THE_EDGE)
    page.evaluate(_END_AND_LEFT)
    page.wait(f"!({_AT_THE_EDGE})")


def test_it_begins_anew_with_another_interval(page: BrowserPage, demo_url: str) -> None:
    page.answer(_OLDER_PAGES, body=json.dumps({"candles": []}))
    _open(page, demo_url, "BTCUSDT/1h")
    _scroll_back_until(page, _older_is("complete"))
    page.release(_OLDER_PAGES)
    page.click("#intervals label:has(input[value='15m'])")
    page.wait(f"{CANVAS}.state === 'ready' && {CANVAS}.interval === '15m' && {_older_is('idle')}")
    _scroll_back_until(page, _candles(2))


_FEED = """(() => {{
  const [later, held] = [window.requestAnimationFrame, []];
  window.requestAnimationFrame = (paint) => held.push(paint);
  const start = Math.ceil(Date.now() / 1000) * 1000 + 60_000;
  for (let second = 0; second < {count}; second += 1) {{
    const price = {{ open: 100, high: 103, low: 99, close: 100 + second % 3, volume: 1 }};
    const data = {{ symbol: 'BTCUSDT', interval: '1s', time: start + second * 1000, ...price }};
    const frame = {{ type: 'kline', channel: 'klines:BTCUSDT:1s', data }};
    window.socket.dispatchEvent(new MessageEvent('message', {{ data: JSON.stringify(frame) }}));
  }}
  window.requestAnimationFrame = later;
  for (const paint of held) later(paint);
}})()"""
_KEEP_SOCKET = """(() => {
  const { send } = WebSocket.prototype;
  WebSocket.prototype.send = function (text) {
    window.socket = this;
    send.call(this, text);
  };
})()"""
_HOURS_OF_SECONDS = 20_000


def test_it_comes_back_with_all_the_candles_of_the_hours_in_which_the_browser_painted_nothing(
    page: BrowserPage, demo_url: str
) -> None:
    _open(page, demo_url, "BTCUSDT/1s")
    page.evaluate(_KEEP_SOCKET)
    page.wait("window.socket")  # at the latest by the next ping
    page.evaluate(_FEED.format(count=_HOURS_OF_SECONDS))
    page.wait(f"Number({CANVAS}.candles) >= {_HOURS_OF_SECONDS}")
    assert page.problems() == []


_HOUR_MILLISECONDS = 3_600_000
_NEWEST = "document.getElementById('chart-newest')"
_BEYOND = "document.getElementById('price-beyond')"
_FREE_WIDTHS = 4


def _hours_at_low_prices() -> str:
    """Return a history up to an hour ago, of candles that differ, far below what the market trades at."""
    now = int(time.time() * 1000) // _HOUR_MILLISECONDS * _HOUR_MILLISECONDS
    times = range(now - _FIRST_PAGE * _HOUR_MILLISECONDS, now, _HOUR_MILLISECONDS)
    prices = ((at, 100 + index / 10) for index, at in enumerate(times))
    return json.dumps({"candles": [[at, price, price, price, price, 1] for at, price in prices]})


def test_it_goes_neither_before_the_first_candle_nor_into_nothing_and_leads_back_to_the_newest_and_its_price(
    page: BrowserPage, demo_url: str
) -> None:
    page.answer("**/api/v1/market/history/*interval=1h*", body=_hours_at_low_prices())
    page.answer(_OLDER_PAGES, body=json.dumps({"candles": []}))
    _open(page, demo_url, "BTCUSDT/1h")
    page.wait("/\\d{2},\\d{3}/.test(document.getElementById('quote-price').textContent)")
    for _ in range(_FREE_WIDTHS):
        page.drag("#chart-canvas", right=-420)
    assert _candle_in_the_middle(page).removeprefix("O").lstrip().startswith("14")  # not the newest, nor nothing
    assert page.evaluate(f"{_NEWEST}.hidden && {_BEYOND}.hidden") is True
    _scroll_back_until(page, _AT_THE_EDGE)
    first = _candle_in_the_middle(page)
    page.drag("#chart-canvas", right=420)
    assert _candle_in_the_middle(page) == first
    page.wait(f"{_BEYOND}.textContent === '▲ ' + document.getElementById('quote-price').textContent")
    page.click("#chart-newest")
    page.wait(f"{_NEWEST}.hidden && {_BEYOND}.hidden && document.activeElement.id === 'chart'")


_DRAGGED_AWAY = """(async (looks) => {
  const price = () => document.title.split(' ')[0];
  const seen = [];
  while (seen.length < looks || new Set(seen.map(([told]) => told)).size < 2) {
    await new Promise((resolve) => requestAnimationFrame(resolve));
    const { hidden, textContent } = document.getElementById('price-beyond');
    seen.push([price(), hidden ? 'hidden' : textContent.split(' ')[1]]);
  }
  return seen.filter(([told, beyond]) => told !== beyond);
})"""


def test_a_scale_that_is_dragged_away_from_the_price_tells_the_pages_price_and_is_led_back(
    page: BrowserPage, demo_url: str
) -> None:
    _open(page, demo_url, "BTCUSDT/1m")
    page.drag("#chart-canvas tr:first-child td:last-child", right=0, down=60)  # it no longer follows the prices
    for _ in range(_FREE_WIDTHS):
        page.drag("#chart-canvas", right=0, down=150)
        if not page.evaluate(f"{_BEYOND}.hidden"):
            break
    page.drag("#chart-canvas", right=0, down=150)  # so far that it doesn't come back by itself
    page.wait(f"!{_BEYOND}.hidden && !{_NEWEST}.hidden")
    assert page.evaluate(f"{_DRAGGED_AWAY}(60)") == []
    page.click("#chart-newest")
    page.wait(f"{_NEWEST}.hidden && {_BEYOND}.hidden")


def test_the_link_of_a_mail_brings_the_candle_of_a_firing_into_sight(page: BrowserPage, demo_url: str) -> None:
    at = round(time.time() * 1000) - 700 * 60_000  # further back than the first page of candles
    page.open(f"{demo_url}#BTCUSDT/1m/{at}", width=1280)
    page.wait(f"{CANVAS}.firing === '{at}'")
    assert page.evaluate(f"Number({CANVAS}.candles)") > _FIRST_PAGE
    page.wait("!document.getElementById('chart-newest').hidden")
    page.evaluate("location.hash = '#BTCUSDT/5m'")
    page.wait(
        f"{CANVAS}.interval === '5m' && {CANVAS}.state === 'ready' && document.getElementById('chart-newest').hidden"
    )
