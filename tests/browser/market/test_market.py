"""The market's side of the page: indicators, overview, order book, keyboard, phone; that nothing moves by itself."""

import json
from decimal import Decimal

import pytest

from tests.browser.browser_page import BrowserPage
from tests.browser.signing_in import PASSWORD, ask, new_trader, open_signed_in, token_of

pytestmark = pytest.mark.browser

_CANVAS = "document.getElementById('chart-canvas').dataset"
_PAGE_OF_CANDLES = 500
_READY = f"{_CANVAS}.state === 'ready' && {_CANVAS}.close !== undefined"
_TRADED = "document.querySelectorAll('#trade-rows tr:not([hidden])').length >= 40"
_OVERVIEW = "[...document.querySelectorAll('#overview-rows tr:not(.empty)')].map((row) => row.innerText)"
_BOOK_FULL = "[...document.querySelectorAll('.order-book tbody td')].every((cell) => /\\d/.test(cell.textContent))"
_FRAMES = "new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))"
_PANES = "document.querySelectorAll('#chart-canvas tr:has(canvas)').length"
_CHART_WIDTH = "document.getElementById('chart').offsetWidth"
_IN_SIGHT = """['quote-symbol', 'quote-price'].map((id) => {
  const { x, y, width, height } = document.getElementById(id).getBoundingClientRect();
  return document.elementFromPoint(x + width / 2, y + height / 2)?.id === id;
})"""
"""Of the headline, whether symbol and price are what the reader sees there."""
_HEADLINE_ENDS = "document.getElementById('quote').getBoundingClientRect().bottom"
_CHART_BEGINS = "document.getElementById('chart').getBoundingClientRect().top"
_FOCUS_IN_MENU = "document.activeElement.matches('#indicator-menu summary')"
_CURRENT_ROW = (
    "[...document.querySelectorAll('#watch-list-rows tr')].findIndex((row) => row.hasAttribute('aria-current'))"
)
_FOCUS = "document.activeElement.id"
_MINUS = "\u2212"
_CANDLES_IN_SIGHT = 25
_LEGEND_IS_ABOVE = """(() => {
  const { top, height } = document.querySelector('.alert-handle').getBoundingClientRect();
  return top + height / 2 >= document.getElementById('chart-legend').getBoundingClientRect().bottom;
})()"""
_SCALES_OF_PANES = """(async () => {
  const { loadChartLibrary } = await import('/static/shared/chart/chart_library.js');
  const { IndicatorDrawing } = await import('/static/dashboard/indicators/indicator_drawing.js');
  const { CATALOGUE } = await import('/static/dashboard/indicators/indicator_catalogue.js');
  const entry = CATALOGUE.find(({ key }) => key === 'rsi');
  const library = await loadChartLibrary();
  const nameOf = (pane) => library.PriceScaleMode[pane.priceScale('right').options().mode];
  return ['Logarithmic', 'Percentage'].map((name) => {
    const chart = library.createChart(document.createElement('div'));
    chart.addSeries(library.LineSeries);
    chart.priceScale('right').applyOptions({ mode: library.PriceScaleMode[name] });
    new IndicatorDrawing(chart, library, { id: 1, entry, parameters: { period: 14 }, colours: {} }, { interval: '1m' });
    const names = chart.panes().map(nameOf);
    chart.remove();
    return names;
  });
})()"""
"""Of a chart whose prices have either, and of the pane of an indicator that comes: a canvas tells none of it."""
_PERIOD = "#indicator-list input[aria-label^='Period of Simple']"
_STRICT_POLICY = "default-src 'self'"

_WATCH_SHIFTS = """(() => {
  globalThis.shifts = [];
  new PerformanceObserver((list) => {
    for (const { value, sources, hadRecentInput } of list.getEntries()) {
      if (hadRecentInput) continue; // the window has just been given another size
      const told = ({ node }) => (node?.outerHTML ?? node?.parentElement?.outerHTML ?? '').slice(0, 120);
      shifts.push({ value, nodes: sources.map(told) });
    }
  }).observe({ type: 'layout-shift' });
  globalThis.changes = 0;
  new MutationObserver((list) => { changes += list.length; }).observe(document.querySelector('main'),
    { subtree: true, childList: true, characterData: true });
})()"""
_LIT_AGAIN = """(() => {
  globalThis.lit ??= new Map();
  for (const { effect, startTime } of document.getAnimations()) {
    if (startTime !== null) lit.set(effect.target, (lit.get(effect.target) ?? new Set()).add(startTime));
  }
  return [...lit].some(([target, times]) => target.matches('.price.flashes') && times.size > 1);
})()"""
"""Whether a price of the watch list has lit up twice by now."""
_SCREENS = ((1440, 900), (768, 1024), (375, 812))
_SOME_CHANGES = 600
_WATCHED_MILLISECONDS = 3_000
"""At each size of the screen, both at least: some fifteen frames in which anything is painted."""

_BOOK = """((side) => [...document.querySelectorAll(`#order-book-${side} tr`)].map((row) => ({
  figures: [...row.cells].map((cell) => Number(cell.textContent.replaceAll(',', ''))),
  share: Number.parseFloat(row.style.backgroundSize),
})))"""
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


def _legend(key: str) -> str:
    return f"(document.querySelector('[data-indicator={key}]')?.innerText ?? '')"


def _ranked(direction: str, sign: str) -> str:
    """Return whether as many rows as move that way, five at most, have changes of that sign."""
    count = f"Math.min(5, Number.parseInt(document.getElementById('overview-{direction}').textContent))"
    return f"{_OVERVIEW}.length === {count} && {_OVERVIEW}.every((text) => text.includes('{sign}'))"


def _open(page: BrowserPage, url: str, *, width: int = 1440, height: int = 900) -> None:
    page.open(url, width=width, height=height, policy=_STRICT_POLICY)
    page.wait(_READY)


def _choose(page: BrowserPage, *added: str, without: str = "") -> None:
    page.click("#indicator-menu summary")
    for key in added:
        page.click(f"#indicator-add button[value={key}]")
    if without:
        page.click(f"#indicator-list li[data-key={without}] button")
        page.wait("document.querySelector('#indicator-menu[open]')?.contains(document.activeElement)")
    page.press("Escape")
    page.wait("!document.getElementById('indicator-menu').open")


def test_it_ranks_the_markets_and_gathers_the_order_book_up_to_each_level(page: BrowserPage, demo_url: str) -> None:
    _open(page, demo_url)
    page.press("Tab")
    assert page.evaluate("document.activeElement.matches('.skip-link')") is True
    page.press("Enter")
    assert page.evaluate(_FOCUS) == "chart"
    assert page.evaluate("location.hash") == "#BTCUSDT/1m"
    _see_the_order_book(page)
    page.wait(_ranked("rising", "+"))
    page.click("#overview-ranking label:has([value=losers])")
    page.wait(_ranked("falling", _MINUS))
    page.click("#overview-ranking label:has([value=volumes])")
    page.wait("document.getElementById('overview-column').textContent === 'Turnover'")
    page.wait(f"{_OVERVIEW}.length === 5 && {_OVERVIEW}[0].startsWith('BTC/USDT')")
    # Which symbol is second depends on the hour at which the simulated exchange was started.
    second = page.evaluate("document.querySelector('#overview-rows tr:nth-child(2) a').hash")
    page.click(f"#overview-rows a[href='{second}']")
    page.wait(f"location.hash === '{second}' && location.hash !== '#BTCUSDT/1m'")


def _see_the_order_book(page: BrowserPage) -> None:
    page.wait(_BOOK_FULL)
    book = page.evaluate(f"({{ bids: {_BOOK}('bids'), asks: {_BOOK}('asks').reverse() }})")
    most = max(levels[-1]["figures"][2] for levels in book.values())
    for levels in book.values():
        gathered = 0.0
        for level in levels:
            gathered += level["figures"][1]
            assert level["figures"][2] == pytest.approx(gathered)
            assert level["share"] == pytest.approx(100 * gathered / most, abs=0.1)
    assert book["asks"][0]["figures"][0] > book["bids"][0]["figures"][0]
    assert [level["figures"][0] for level in book["bids"]] == sorted(
        (level["figures"][0] for level in book["bids"]), reverse=True
    )


def test_it_moves_nothing_while_data_flows_on_any_screen(page: BrowserPage, demo_url: str) -> None:
    _open(page, demo_url)
    page.wait(_TRADED, seconds=60)
    page.wait("document.querySelectorAll('.sparkline').length > 0")
    page.evaluate(_WATCH_SHIFTS)
    for width, height in _SCREENS:
        page.resize(width, height)
        page.evaluate(_FRAMES)
        page.evaluate("shifts.length = changes = 0; globalThis.begun = performance.now()")
        page.wait(f"changes > {_SOME_CHANGES} && performance.now() - begun > {_WATCHED_MILLISECONDS}", seconds=60)
        assert (width, page.evaluate("shifts")) == (width, [])


def test_a_price_lights_up_each_time_that_it_moves(page: BrowserPage, demo_url: str) -> None:
    _open(page, demo_url)
    page.wait(_LIT_AGAIN, seconds=60)


def test_it_has_a_shortcut_for_what_traders_do_most_lists_them_and_lets_them_be_turned_off(
    page: BrowserPage, demo_url: str
) -> None:
    _open(page, demo_url)
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
    page.evaluate(_FRAMES)
    assert page.evaluate("location.hash") == "#BTCUSDT/1m"
    assert page.evaluate(_FOCUS) != "order-book"
    page.reload()
    page.wait(_READY)
    assert page.evaluate("document.getElementById('shortcuts-on').checked") is False


def _use_the_shortcuts(page: BrowserPage) -> None:
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
    assert page.evaluate(_FOCUS) == "order-book"
    page.press("i")
    page.wait("document.getElementById('indicator-menu').open")
    page.press("Escape")
    page.wait("!document.getElementById('indicator-menu').open")
    page.press("/")
    assert page.evaluate(_FOCUS) == "symbol-search"
    page.press("]")
    assert page.evaluate("document.getElementById('symbol-search').value") == "]"
    assert page.evaluate("location.hash") == "#BTCUSDT/1m"


def test_it_scrolls_and_zooms_the_chart_by_each_key_though_many_come_within_one_frame(
    page: BrowserPage, demo_url: str
) -> None:
    _open(page, demo_url)
    page.press("c")
    for key, times, pages in (("ArrowLeft", 60, 2), ("-", 12, 3)):  # further back than one key leads: a page is read
        _press_at_once(page, *[key] * times)
        page.wait(f"Number({_CANVAS}.candles) >= {pages * _PAGE_OF_CANDLES}")  # none goes: the newest is out of sight
    for key in ("End", "+", "+", "-", "-", "-"):
        page.press(key)
        page.evaluate(_FRAMES)
    page.wait(f"{_VOLUMES_ARE}(90, 50)")
    assert page.evaluate(f"{_VOLUMES_ARE}(32, 2)") is False  # the margin, though candles have become narrow


def test_it_has_its_margin_where_the_key_to_the_newest_comes_within_the_frame_in_which_candles_become_narrow(
    page: BrowserPage, demo_url: str
) -> None:
    _open(page, demo_url)
    page.press("c")
    _press_at_once(page, *["ArrowLeft"] * 9, *["-"] * 5, "End")
    page.evaluate(_FRAMES)
    page.wait(f"{_VOLUMES_ARE}(90, 50)")
    assert page.evaluate(f"{_VOLUMES_ARE}(32, 2)") is False


def _press_at_once(page: BrowserPage, *keys: str) -> None:
    page.evaluate(f"""for (const key of {json.dumps(keys)})
      document.activeElement.dispatchEvent(new KeyboardEvent("keydown", {{ key, bubbles: true }}))""")


def test_it_draws_prices_as_they_are_chosen_and_keeps_the_choice(page: BrowserPage, demo_url: str) -> None:
    _open(page, demo_url)
    page.wait("/^0:[0-5]\\d$/.test(document.getElementById('candle-countdown').textContent)")
    for choice in ("bars", "line", "area", "heikin-ashi", "logarithmic", "percent"):
        page.click("#display-menu summary")
        page.click(f".display-sheet label:has([value={choice}])")
        page.wait(f"[{_CANVAS}.type, {_CANVAS}.scale].includes('{choice}')")
        page.press("Escape")
        page.evaluate(_FRAMES)  # whatever the library makes of it: an error would be one of the page's
    _see_the_headline_in_full_screen(page)
    page.reload()
    page.wait(_READY)
    assert page.evaluate(f"[{_CANVAS}.type, {_CANVAS}.scale]") == ["heikin-ashi", "percent"]


def _see_the_headline_in_full_screen(page: BrowserPage) -> None:
    page.press("f")
    page.wait(f"{_CHART_WIDTH} === innerWidth")
    for width in (1440, 375):
        page.resize(width, 812)
        page.evaluate(_FRAMES)
        assert (width, page.evaluate(_IN_SIGHT)) == (width, [True, True])
        assert page.evaluate(_HEADLINE_ENDS) == page.evaluate(_CHART_BEGINS)
    page.resize(1440, 900)
    page.press("f")
    page.wait(f"{_CHART_WIDTH} < innerWidth")


def test_full_screen_ends_where_the_focus_goes_to_what_it_covers(page: BrowserPage, demo_url: str) -> None:
    _open(page, demo_url)
    for key, focused in (("o", "ticket-size"), ("/", "symbol-search"), ("b", "order-book")):
        page.press("c")
        _enter_full_screen(page)
        page.press(key)
        page.wait(f"{_FOCUS} === '{focused}' && {_CHART_WIDTH} < innerWidth")
        page.evaluate("document.activeElement.blur()")
    _enter_full_screen(page)
    page.click("#ticket-open")  # of a ticket that is open, and was covered
    page.wait(f"{_CHART_WIDTH} < innerWidth && document.getElementById('ticket').checkVisibility()")


def _enter_full_screen(page: BrowserPage) -> None:
    page.press("f")
    page.wait(f"{_CHART_WIDTH} === innerWidth")


def test_it_draws_the_indicators_that_are_chosen_and_keeps_the_choice(page: BrowserPage, demo_url: str) -> None:
    _open(page, demo_url)
    panes = page.evaluate(_PANES)
    _choose(page, "bollinger", "rsi", "macd", without="sma")
    page.wait(f"/^BB 20 2 ?([\\d,.]+ ?){{3}}$/.test({_legend('bollinger')}.replaceAll('\\n', ' '))")
    page.wait(f"/^RSI 14 ?\\d+\\.\\d\\d$/.test({_legend('rsi')}.replaceAll('\\n', ' '))")
    page.wait(f"/^MACD 12 26 9 ?({_MINUS}?[\\d,.]+ ?){{3}}$/.test({_legend('macd')}.replaceAll('\\n', ' '))")
    assert page.evaluate(_legend("sma")) == ""
    assert page.evaluate(_PANES) == panes + 2
    page.reload()
    page.wait(_READY)
    page.wait(f"/\\d/.test({_legend('macd')}) && /\\d/.test({_legend('rsi')})")
    assert page.evaluate(_PANES) == panes + 2
    _choose(page, without="rsi")
    page.wait(f"{_PANES} === {panes + 1} && {_legend('rsi')} === ''")


def test_it_compares_a_second_market_in_per_cent_live(page: BrowserPage, demo_url: str) -> None:
    _open(page, demo_url)
    page.click("#display-menu summary")
    page.focus("#display-scale input")
    page.select("#compare", "ETHUSDT")
    assert page.evaluate(_FOCUS) == "compare"  # not lost with the scale, which there is no choice of any more
    page.click("#layouts-title")
    page.press("Escape")
    page.wait("!document.getElementById('display-menu').open")
    page.hover("#quote")  # over the chart the legend tells the candle that is pointed at
    page.wait(f"/^ETH\\/USDT ?[\\d,]+\\.\\d\\d$/.test({_legend('compared')})")
    assert page.evaluate("document.getElementById('display-scale-choice').disabled") is True
    shown = page.evaluate(_legend("compared"))
    page.wait(f"{_legend('compared')} !== {json.dumps(shown)}")
    page.reload()
    page.wait(f"/\\d/.test({_legend('compared')})")
    page.evaluate("location.hash = '#ETHUSDT/1m'")
    page.wait(f"{_legend('compared')} === ''")
    assert page.evaluate("document.getElementById('display-scale-choice').disabled") is False


def test_it_keeps_a_layout_on_the_server_and_draws_it_again(page: BrowserPage, demo_url: str) -> None:
    open_signed_in(page, demo_url, new_trader(demo_url), PASSWORD, width=1440, height=900)
    page.wait(_READY)
    _choose(page, "atr")
    page.click("#display-menu summary")
    page.click(".display-sheet label:has([value=area])")
    page.fill("#layout-name", "Calm")
    page.press("Enter")
    page.wait("document.getElementById('layout-list').innerText.includes('Calm')")
    page.evaluate("localStorage.removeItem('tidewire.chart'); localStorage.removeItem('tidewire.indicators')")
    page.reload()
    page.wait(f"{_READY} && {_CANVAS}.type === 'candles' && {_legend('atr')} === ''")
    page.click("#display-menu summary")
    page.click("#layout-list li button")
    page.wait(f"{_CANVAS}.type === 'area' && /^ATR 14/.test({_legend('atr')})")
    page.click("#layout-list li .link-button")
    assert page.text("#layout-list li .link-button") == "Sure?"
    page.click("#layout-list li .link-button")
    page.wait("document.getElementById('layout-list').children.length === 0")


def test_it_draws_several_indicators_of_one_kind_in_colours_of_choice_by_keyboard_alone(
    page: BrowserPage, demo_url: str
) -> None:
    _open(page, demo_url)
    page.press("i")
    page.focus("#indicator-add button[value=sma]")
    page.press("Enter")
    page.wait("document.activeElement.matches('#indicator-list li:last-child input')")
    page.fill(":focus", "100")
    page.press("Tab")
    page.select("#indicator-list li:last-child select", "line-7")
    page.press("Escape")
    page.wait(f"{_FOCUS_IN_MENU} && [...document.querySelectorAll('[data-indicator=sma]')].length === 2")
    page.reload()
    page.wait(_READY)
    last = "[...document.querySelectorAll('[data-indicator=sma]')].at(-1)"
    page.wait(f"/^SMA 100 ?[\\d,.]+$/.test({last}.innerText) && {last}.querySelector('[data-colour=line-7]') !== null")


def test_its_legend_covers_no_candle_on_a_phone(phone: BrowserPage, demo_url: str) -> None:
    """An alert at the highest price of those in sight has its icon where that candle ends."""
    name = new_trader(demo_url)
    token = token_of(demo_url, name, PASSWORD)
    answer = ask(f"{demo_url}api/v1/market/history/?symbol=BTCUSDT&interval=1m&limit={_CANDLES_IN_SIGHT}")
    highest = max(Decimal(str(candle[2])) for candle in answer["candles"])
    rule = {"name": "High", "symbol": "BTCUSDT", "source": "price", "operator": "crossing", "trigger": "every_time"}
    ask(f"{demo_url}api/v1/alerts/rules/", {**rule, "threshold": str(highest)}, token=token)
    open_signed_in(phone, demo_url, name, PASSWORD, width=375, height=740)
    phone.wait(f"{_READY} && document.querySelector('.alert-handle')?.checkVisibility()")
    phone.wait(_LEGEND_IS_ABOVE)
    panes = phone.evaluate(_PANES)
    _choose(phone, "rsi", "macd")
    phone.wait(f"{_PANES} === {panes + 2} && {_LEGEND_IS_ABOVE}")


def test_an_oscillators_pane_has_its_own_scale_where_that_of_the_prices_is_logarithmic_or_in_per_cent(
    page: BrowserPage, demo_url: str
) -> None:
    _open(page, demo_url)
    assert page.evaluate(_SCALES_OF_PANES) == [["Logarithmic", "Normal"], ["Percentage", "Normal"]]


def test_it_follows_a_parameter_and_refuses_one_out_of_bounds(page: BrowserPage, demo_url: str) -> None:
    _open(page, demo_url)
    page.click("#indicator-menu summary")
    page.fill(_PERIOD, "7")
    page.press("Tab")
    page.wait(f"{_legend('sma')}.startsWith('SMA 7')")
    page.fill(_PERIOD, "0")
    page.press("Tab")
    assert page.evaluate(f"document.querySelector({json.dumps(_PERIOD)}).value") == "7"
    assert page.text(f"{_PERIOD} + [role=status]") == "It must be whole, from 2 to 200"
    assert page.evaluate(_legend("sma")).startswith("SMA 7")


def test_it_tells_an_indicators_value_at_the_pointer_and_moves_the_newest_with_the_price(
    page: BrowserPage, demo_url: str
) -> None:
    _open(page, f"{demo_url}#BTCUSDT/1h")  # where seldom a new candle moves the others under the pointer
    newest = page.evaluate(_legend("sma"))
    page.wait(f"{_legend('sma')} !== {newest!r}")
    page.drag("#chart-canvas", right=0)
    page.evaluate(_FRAMES)
    there = page.evaluate(_legend("sma"))
    candle = page.text("#chart-legend p")
    close = page.evaluate(f"{_CANVAS}.close")
    page.wait(f"{_CANVAS}.close !== '{close}'")
    page.evaluate(_FRAMES)
    assert page.evaluate(_legend("sma")) == there
    assert page.text("#chart-legend p") == candle


def test_it_reads_back_to_where_the_session_began_for_its_average_price(page: BrowserPage, demo_url: str) -> None:
    page.open(f"{demo_url}#BTCUSDT/15m")
    page.wait(_READY)
    _choose(page, "vwap")
    page.wait(f"/^VWAP ?[\\d,.]+$/.test({_legend('vwap')}.replaceAll('\\n', ' '))")
