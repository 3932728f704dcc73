"""The page at `/`, in a browser, on the running platform."""

import json

import pytest

from tests.browser.browser_page import BrowserPage
from tests.browser.demo_process import DemoProcess
from tests.browser.market.market_page import ALL_PRICED, CANVAS, LISTED, PRICES, SYMBOLS

pytestmark = pytest.mark.browser

_STRICT_POLICY = "default-src 'self'"
_CHART_READY = f"{CANVAS}.state === 'ready'"
_MOST_CANDLES = 500
_TYPED_ADDRESSES = (("#solusdt/1h", "SOLUSDT"), ("#", "BTCUSDT"), ("#%E0%A4%A", "BTCUSDT"))
"""What somebody types, and which symbol it may mean."""
_CHART_LIBRARY = "**/vendor/lightweight-charts/*"
_BROKEN_LIBRARIES = ((404, ""), (200, ""), (200, "export {"))
"""Status and text: it is missing, empty, or cut off."""

_REDRAW_AN_EARLIER_CANDLE = """(async () => {
  const { CandleChart } = await import('/static/dashboard/chart/candle_chart.js');
  const container = document.createElement('div');
  container.className = 'chart-canvas';
  document.querySelector('.chart-area').append(container);
  const chart = await CandleChart.create(container);
  const candle = (minute, close) => ({ time: minute * 60000, open: 5, high: 9, low: 1, close, volume: 1 });
  const picture = () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() =>
    resolve([...container.querySelectorAll('canvas')].map((canvas) => canvas.toDataURL()).join()))));
  chart.show([candle(1, 6), candle(2, 7), candle(3, 8)], { tickSize: 0.01, interval: '1m', keepView: false });
  const settled = async (last) => { const next = await picture(); return next === last ? next : settled(next); };
  const before = await settled();
  // Still a rise, so that the volume looks the same.
  chart.show([candle(1, 6), candle(2, 6), candle(3, 8)], { tickSize: 0.01, interval: '1m', keepView: true });
  return { before, after: await settled() };
})()"""


def _chart_of(symbol: str, interval: str) -> str:
    return f"{_CHART_READY} && {CANVAS}.symbol === '{symbol}' && {CANVAS}.interval === '{interval}'"


def _await_moving_prices(page: BrowserPage) -> None:
    page.wait(ALL_PRICED)
    before = json.dumps(page.evaluate(PRICES))
    page.wait(f"JSON.stringify({PRICES}) !== JSON.stringify({before})")


def test_it_shows_a_moving_price_of_every_symbol_and_the_chosen_ones_chart_book_and_trades(
    page: BrowserPage, demo_url: str
) -> None:
    page.open(demo_url)
    _await_moving_prices(page)
    rows = page.evaluate("[...document.querySelectorAll('#watch-list-rows tr')].map((row) => row.dataset.symbol)")
    assert set(rows) == SYMBOLS
    page.wait(
        "document.querySelectorAll('.sparkline').length === document.querySelectorAll('#watch-list-rows tr').length"
    )
    _see_the_history_and_a_live_candle(page)
    _see_what_is_said_of_the_data_and_the_connection(page)
    _redraw_a_candle_that_was_repaired(page)
    page.click("tr[data-symbol='ETHUSDT'] td:last-child")
    page.wait(_chart_of("ETHUSDT", "1m"))
    page.wait("[...document.querySelectorAll('#quote dd')].every((figure) => /\\d/.test(figure.textContent))")
    page.wait("[...document.querySelectorAll('.order-book tbody td')].every((cell) => /\\d/.test(cell.textContent))")
    page.wait("document.querySelectorAll('#trade-rows tr:not([hidden])').length >= 3")
    assert page.text("#quote-symbol") == "ETH/USDT"
    assert page.evaluate("document.title").endswith("ETHUSDT · Tidewire")


def _see_the_history_and_a_live_candle(page: BrowserPage) -> None:
    page.wait(_chart_of("BTCUSDT", "1m"))
    assert page.evaluate(f"Number({CANVAS}.candles)") >= _MOST_CANDLES
    assert page.evaluate("document.querySelectorAll('#chart-canvas canvas').length") > 0
    page.wait(f"{CANVAS}.close !== undefined")
    close = page.evaluate(f"{CANVAS}.close")
    page.wait(f"{CANVAS}.close !== '{close}'")


def _see_what_is_said_of_the_data_and_the_connection(page: BrowserPage) -> None:
    assert page.text("#simulated-badge") == "Simulated data"
    page.wait("document.getElementById('exchange-state').textContent === 'Simulator: live'")
    assert "TradingView" in page.text("a[href='https://www.tradingview.com/']")
    assert page.text("#connection-text") == "Live"
    page.wait("document.getElementById('connection-latency').textContent.endsWith('ms')")


def _redraw_a_candle_that_was_repaired(page: BrowserPage) -> None:
    drawn = page.evaluate(_REDRAW_AN_EARLIER_CANDLE)
    assert drawn["before"] != drawn["after"]


def test_it_takes_symbol_and_interval_by_mouse_keyboard_search_and_address_and_keeps_them_over_a_reload(
    page: BrowserPage, demo_url: str
) -> None:
    page.open(demo_url)
    page.wait(_chart_of("BTCUSDT", "1m"))
    _choose_by_keyboard(page)
    _choose_by_address(page)
    _search(page)
    page.click("#intervals label:has(input[value='1M'])")
    page.wait(_chart_of("BTCUSDT", "1M"))
    assert page.evaluate("location.hash") == "#BTCUSDT/1M"
    page.reload()
    page.wait(_chart_of("BTCUSDT", "1M"))
    assert page.evaluate("document.querySelector('#intervals input:checked').value") == "1M"


def _choose_by_keyboard(page: BrowserPage) -> None:
    page.evaluate("document.querySelector('#intervals input:checked').focus()")
    page.press("ArrowRight")
    page.wait(_chart_of("BTCUSDT", "3m"))
    page.wait("document.querySelector('#watch-list-rows a') !== null")
    page.focus("#watch-list-rows a")
    page.press("ArrowDown")
    page.press("Enter")
    second = page.evaluate("document.querySelector('#watch-list-rows tr:nth-child(2)').dataset.symbol")
    page.wait(_chart_of(second, "3m"))


def _choose_by_address(page: BrowserPage) -> None:
    """Type what isn't there, and what may mean something."""
    page.evaluate("void (location.hash = '#NOPE/1h')")
    page.wait(f"{CANVAS}.state === 'error'")
    assert page.text("#chart-notice").startswith("NOPE is not a symbol that trades here.")
    assert page.evaluate(f"{CANVAS}.candles") == "0"  # of the market before
    page.click("tr[data-symbol='XRPUSDT'] a")
    page.wait(_chart_of("XRPUSDT", "1h"))
    page.wait("document.getElementById('chart-notice').hidden")
    for typed, meant in _TYPED_ADDRESSES:
        page.evaluate("void (location.hash = '#ETHUSDT/1h')")
        page.wait(_chart_of("ETHUSDT", "1h"))
        page.evaluate(f"void (location.hash = '{typed}')")
        page.wait(f"{_CHART_READY} && {CANVAS}.symbol === '{meant}'")


def _search(page: BrowserPage) -> None:
    page.fill("#symbol-search", "btc/")
    page.wait("document.querySelectorAll('#watch-list-rows tr').length === 2")
    page.fill("#symbol-search", "nothing")
    page.wait("document.querySelectorAll('#watch-list-rows tr').length === 0")
    page.press("Enter")
    assert page.text("#watch-list-note") == "No market of that name."
    assert page.evaluate("document.getElementById('symbol-search').value") == "nothing"
    page.press("Escape")
    page.wait(f"{LISTED}.length === {len(SYMBOLS)}")
    page.fill("#symbol-search", "ethereum")
    page.wait(f"{LISTED}.join() === 'ETHUSDT'")
    page.press("Enter")
    page.wait("location.hash.startsWith('#ETHUSDT/') && document.getElementById('symbol-search').value === ''")
    page.press("ArrowDown")
    page.wait(f"document.activeElement.hash.startsWith('#' + {LISTED}[0] + '/')")
    page.press("ArrowUp")
    page.wait("document.activeElement.id === 'symbol-search'")
    page.fill("#symbol-search", "btc-usdt")
    page.wait(f"{LISTED}.join() === 'BTCUSDT'")
    page.press("Enter")
    page.wait(f"location.hash.startsWith('#BTCUSDT/') && {LISTED}.length === {len(SYMBOLS)}")


def test_it_works_without_a_word_in_the_console_under_a_strict_policy(page: BrowserPage, demo_url: str) -> None:
    page.open(demo_url, policy=_STRICT_POLICY)
    _await_moving_prices(page)
    page.click("#intervals label:has(input[value='1h'])")
    page.wait(_chart_of("BTCUSDT", "1h"))
    page.click("tr[data-symbol='XRPUSDT'] a")
    page.wait(_chart_of("XRPUSDT", "1h"))
    page.wait("document.querySelectorAll('.sparkline').length > 0")
    assert page.problems() == []


def test_it_lives_without_a_chart_library_that_cannot_be_loaded(page: BrowserPage, demo_url: str) -> None:
    page.expect_problems("^ChartLibraryError", "status of 404")
    for status, script in _BROKEN_LIBRARIES:
        page.release(_CHART_LIBRARY)
        page.answer(_CHART_LIBRARY, status=status, kind="text/javascript", body=script)
        page.open("about:blank")
        page.open(demo_url)
        page.wait(f"{CANVAS}.state === 'unavailable'")
        assert page.text("#chart-notice") == (
            "The chart library could not be loaded: reload the page; if that doesn't help, run make setup."
        )
    _await_moving_prices(page)
    page.wait("document.querySelectorAll('#trade-rows tr:not([hidden])').length > 0")
    page.click("tr[data-symbol='ETHUSDT'] a")
    page.wait("document.getElementById('quote-symbol').textContent === 'ETH/USDT'")
    assert not [problem for problem in page.problems() if problem.startswith("Uncaught")]


def test_it_says_what_is_missing_where_npm_has_installed_nothing(
    page: BrowserPage, demo_without_packages: DemoProcess
) -> None:
    page.open(demo_without_packages.url)
    _await_moving_prices(page)
    assert page.text("#chart-notice") == (
        "The chart needs lightweight-charts, which npm installs: install Node 20 or later, then run make setup."
    )
    page.wait("document.querySelectorAll('#trade-rows tr:not([hidden])').length > 0")
    assert page.problems() == []
