"""The page at `/`, in a browser, on the running platform."""

import json

import pytest

from tests.browser.browser_page import BrowserPage
from tests.browser.demo_process import DemoProcess
from tests.browser.market.market_page import CANVAS
from tests.browser.signing_in import PASSWORD, ask, new_trader, open_signed_in, token_of

pytestmark = pytest.mark.browser

_SYMBOLS = {"BTCUSDT", "ETHUSDT", "BNBUSDT", "SOLUSDT", "XRPUSDT", "DOGEUSDT", "ADAUSDT", "AVAXUSDT", "BTCUSDC"}
_STRICT_POLICY = "default-src 'self'"
_LIVE = "document.body.dataset.connection === 'live'"
_CHART_READY = f"{CANVAS}.state === 'ready'"
_PRICES = "[...document.querySelectorAll('#watch-list-rows [data-role=price]')].map((cell) => cell.textContent)"
_ALL_PRICED = f"{_PRICES}.length === {len(_SYMBOLS)} && {_PRICES}.every((text) => /\\d/.test(text))"
_LISTED = "[...document.querySelectorAll('#watch-list-rows tr')].map((row) => row.dataset.symbol)"
_MOST_CANDLES = 500
_MANY_SYMBOLS = {
    "total": 1500,
    "items": [
        {"symbol": f"{base}USDT", "base": base, "quote": "USDT", "status": "TRADING", "tickSize": 0.01, "stepSize": 1}
        for base in ("BTC", "ETH", *(f"COIN{number}" for number in range(1498)))
    ],
}
_RISING_HISTORY = {"candles": [[minute * 60_000, 1, 2, 1, 1 + minute, 5] for minute in range(48)]}
_ROWS_IN_SIGHT = """[...document.querySelectorAll('#watch-list-rows tr')].filter((row) => {
  const { top, bottom } = document.getElementById('watch-list-scroller').getBoundingClientRect();
  return row.getBoundingClientRect().bottom > top && row.getBoundingClientRect().top < bottom;
})"""
_TRENDS_IN_SIGHT = f"{_ROWS_IN_SIGHT}.length > 0 && {_ROWS_IN_SIGHT}.every((row) => row.querySelector('.sparkline'))"
_TRENDS_READ = "performance.getEntriesByType('resource').filter(({ name }) => name.includes('interval=30m')).length"
_ROWS_OF_A_STALL = 6
"""So many more may be read where a busy machine holds up the scrolling; the list has 100."""
_SCROLL_TO_THE_END = """(async () => {
  const list = document.getElementById('watch-list-scroller');
  while (list.scrollTop + list.clientHeight < list.scrollHeight - 1) {
    list.scrollTop += 120;
    await new Promise((resolve) => requestAnimationFrame(resolve));
  }
})()"""
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
    page.wait(_ALL_PRICED)
    before = json.dumps(page.evaluate(_PRICES))
    page.wait(f"JSON.stringify({_PRICES}) !== JSON.stringify({before})")


def test_it_shows_a_moving_price_of_every_symbol_and_the_chosen_ones_chart_book_and_trades(
    page: BrowserPage, demo_url: str
) -> None:
    page.open(demo_url)
    _await_moving_prices(page)
    rows = page.evaluate("[...document.querySelectorAll('#watch-list-rows tr')].map((row) => row.dataset.symbol)")
    assert set(rows) == _SYMBOLS
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
    page.wait(f"{_LISTED}.length === {len(_SYMBOLS)}")
    page.fill("#symbol-search", "ethereum")
    page.wait(f"{_LISTED}.join() === 'ETHUSDT'")
    page.press("Enter")
    page.wait("location.hash.startsWith('#ETHUSDT/') && document.getElementById('symbol-search').value === ''")
    page.press("ArrowDown")
    page.wait(f"document.activeElement.hash.startsWith('#' + {_LISTED}[0] + '/')")
    page.press("ArrowUp")
    page.wait("document.activeElement.id === 'symbol-search'")
    page.fill("#symbol-search", "btc-usdt")
    page.wait(f"{_LISTED}.join() === 'BTCUSDT'")
    page.press("Enter")
    page.wait(f"location.hash.startsWith('#BTCUSDT/') && {_LISTED}.length === {len(_SYMBOLS)}")


def test_it_keeps_a_users_favourites_and_lists_at_the_server_and_the_chosen_order(
    page: BrowserPage, demo_url: str
) -> None:
    page.expect_problems("status of 409")
    name = new_trader(demo_url)
    open_signed_in(page, demo_url, name, PASSWORD)
    page.wait(_ALL_PRICED)
    _see_the_order_of_each_column(page)
    page.click("tr[data-symbol='SOLUSDT'] .star")
    page.wait("document.querySelector('tr[data-symbol=SOLUSDT] .star').ariaPressed === 'true'")
    page.select("#watch-list-choice", "Favourites")
    page.wait(f"{_LISTED}.join() === 'SOLUSDT'")
    _make_a_list(page)
    kept = _lists_at_the_server(demo_url, name)
    assert kept == {"Favourites": ["SOLUSDT"], "Majors": ["BTCUSDT"]}
    page.reload()
    page.wait(f"{_LISTED}.join() === 'BTCUSDT'")
    _rename_by_keys(page)
    page.click("#watch-list-menu-open")
    page.click("#watch-list-delete")
    page.click("#confirm-agree")
    page.wait(f"{_LISTED}.length === {len(_SYMBOLS)}")
    assert page.evaluate("[...document.querySelectorAll('#watch-list-choice option')].length") == 2
    assert page.evaluate(_LISTED) == sorted(_SYMBOLS)


def _see_the_order_of_each_column(page: BrowserPage) -> None:
    """Leave them by name: values move meanwhile."""
    page.click("#watch-list-heads [value=price]")
    page.wait(f"{_LISTED}[0].startsWith('BTCUSD') && {_LISTED}.at(-1) === 'DOGEUSDT'")
    page.click("#watch-list-heads [value=price]")
    page.wait(f"{_LISTED}[0] === 'DOGEUSDT'")
    page.click("#watch-list-heads [value=market]")
    assert page.evaluate(_LISTED) == sorted(_SYMBOLS)
    assert page.evaluate("document.querySelector('#watch-list-heads th').ariaSort") == "ascending"


def _make_a_list(page: BrowserPage) -> None:
    page.click("#watch-list-menu-open")
    page.click("#watch-list-new")
    page.fill("#confirm-fields input", "favourites")
    page.press("Enter")
    page.wait("document.querySelector('#confirm').innerText.includes('You have a watch list of this name already')")
    page.fill("#confirm-fields input", "Majors")
    page.press("Enter")
    page.wait("document.getElementById('watch-list-choice').value === 'Majors'")
    page.fill("#symbol-search", "bitcoin usdt")
    page.focus("tr[data-symbol='BTCUSDT'] .star")
    page.press("Enter")
    page.focus("#symbol-search")
    page.press("Escape")
    page.wait(f"{_LISTED}.join() === 'BTCUSDT'")


def _rename_by_keys(page: BrowserPage) -> None:
    """Choose lists by the arrows and change one, without a mouse: none of the choices does anything else on the way."""
    page.focus("#watch-list-choice")
    for key, chosen in (("ArrowUp", "Favourites"), ("ArrowDown", "Majors")):
        page.press(key)
        page.wait(f"document.getElementById('watch-list-choice').value === '{chosen}'")
    for key in ("Tab", "Enter", "Tab", "Tab", "Enter"):
        page.press(key)
    page.wait("document.querySelector('#confirm-fields input')?.value === 'Majors'")
    page.type("Large")
    page.press("Enter")
    page.wait("document.getElementById('watch-list-choice').value === 'Large'")


def _lists_at_the_server(url: str, name: str) -> dict[str, list[str]]:
    items = ask(f"{url}api/v1/watch-lists/", token=token_of(url, name, PASSWORD))["items"]
    return {each["name"]: each["symbols"] for each in items}


def test_it_asks_who_is_not_signed_in_to_be_before_it_keeps_a_favourite(page: BrowserPage, demo_url: str) -> None:
    page.open(demo_url)
    page.wait(_ALL_PRICED)
    choices = "[...document.querySelectorAll('#watch-list-choice option')].map(({ value }) => value)"
    assert page.evaluate(choices) == [""]  # arrows that go through them open nothing
    page.click("tr[data-symbol='SOLUSDT'] .star")
    page.wait("document.getElementById('account-dialog').open")


def test_it_reads_the_trends_of_rows_that_stay_in_sight_and_of_no_others(page: BrowserPage, demo_url: str) -> None:
    page.answer("**/api/v1/market/symbols/*", body=json.dumps(_MANY_SYMBOLS))
    page.answer("**/api/v1/market/history/*interval=30m*", body=json.dumps(_RISING_HISTORY))
    page.open(demo_url)
    page.wait(_TRENDS_IN_SIGHT)
    in_sight = page.evaluate(f"{_ROWS_IN_SIGHT}.length")
    assert page.evaluate(_TRENDS_READ) <= in_sight + _ROWS_OF_A_STALL
    page.evaluate(_SCROLL_TO_THE_END)
    page.wait(f"{_ROWS_IN_SIGHT}.at(-1) === document.querySelector('#watch-list-rows').lastElementChild")
    page.wait(_TRENDS_IN_SIGHT)
    in_sight += page.evaluate(f"{_ROWS_IN_SIGHT}.length")
    assert page.evaluate(_TRENDS_READ) <= in_sight + _ROWS_OF_A_STALL


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
