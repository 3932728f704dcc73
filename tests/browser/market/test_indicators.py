"""Indicators on the chart, in a browser: chosen, changed, kept, and read at the pointer."""

import json
from decimal import Decimal

import pytest

from tests.browser.browser_page import BrowserPage
from tests.browser.market.market_page import CANVAS, PANES, READY, TWO_FRAMES, choose_indicators, legend_of, open_market
from tests.browser.signing_in import PASSWORD, ask, new_trader, open_signed_in, token_of

pytestmark = pytest.mark.browser

_FOCUS_IN_MENU = "document.activeElement.matches('#indicator-menu summary')"
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


def test_it_draws_the_indicators_that_are_chosen_and_keeps_the_choice(page: BrowserPage, demo_url: str) -> None:
    open_market(page, demo_url)
    panes = page.evaluate(PANES)
    choose_indicators(page, "bollinger", "rsi", "macd", without="sma")
    page.wait(f"/^BB 20 2 ?([\\d,.]+ ?){{3}}$/.test({legend_of('bollinger')}.replaceAll('\\n', ' '))")
    page.wait(f"/^RSI 14 ?\\d+\\.\\d\\d$/.test({legend_of('rsi')}.replaceAll('\\n', ' '))")
    page.wait(f"/^MACD 12 26 9 ?({_MINUS}?[\\d,.]+ ?){{3}}$/.test({legend_of('macd')}.replaceAll('\\n', ' '))")
    assert page.evaluate(legend_of("sma")) == ""
    assert page.evaluate(PANES) == panes + 2
    page.reload()
    page.wait(READY)
    page.wait(f"/\\d/.test({legend_of('macd')}) && /\\d/.test({legend_of('rsi')})")
    assert page.evaluate(PANES) == panes + 2
    choose_indicators(page, without="rsi")
    page.wait(f"{PANES} === {panes + 1} && {legend_of('rsi')} === ''")


def test_it_draws_several_indicators_of_one_kind_in_colours_of_choice_by_keyboard_alone(
    page: BrowserPage, demo_url: str
) -> None:
    open_market(page, demo_url)
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
    page.wait(READY)
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
    phone.wait(f"{READY} && document.querySelector('.alert-handle')?.checkVisibility()")
    phone.wait(_LEGEND_IS_ABOVE)
    panes = phone.evaluate(PANES)
    choose_indicators(phone, "rsi", "macd")
    phone.wait(f"{PANES} === {panes + 2} && {_LEGEND_IS_ABOVE}")


def test_an_oscillators_pane_has_its_own_scale_where_that_of_the_prices_is_logarithmic_or_in_per_cent(
    page: BrowserPage, demo_url: str
) -> None:
    open_market(page, demo_url)
    assert page.evaluate(_SCALES_OF_PANES) == [["Logarithmic", "Normal"], ["Percentage", "Normal"]]


def test_it_follows_a_parameter_and_refuses_one_out_of_bounds(page: BrowserPage, demo_url: str) -> None:
    open_market(page, demo_url)
    page.click("#indicator-menu summary")
    page.fill(_PERIOD, "7")
    page.press("Tab")
    page.wait(f"{legend_of('sma')}.startsWith('SMA 7')")
    page.fill(_PERIOD, "0")
    page.press("Tab")
    assert page.evaluate(f"document.querySelector({json.dumps(_PERIOD)}).value") == "7"
    assert page.text(f"{_PERIOD} + [role=status]") == "It must be whole, from 2 to 200"
    assert page.evaluate(legend_of("sma")).startswith("SMA 7")


def test_it_tells_an_indicators_value_at_the_pointer_and_moves_the_newest_with_the_price(
    page: BrowserPage, demo_url: str
) -> None:
    open_market(page, f"{demo_url}#BTCUSDT/1h")  # where seldom a new candle moves the others under the pointer
    newest = page.evaluate(legend_of("sma"))
    page.wait(f"{legend_of('sma')} !== {newest!r}")
    page.drag("#chart-canvas", right=0)
    page.evaluate(TWO_FRAMES)
    there = page.evaluate(legend_of("sma"))
    candle = page.text("#chart-legend p")
    close = page.evaluate(f"{CANVAS}.close")
    page.wait(f"{CANVAS}.close !== '{close}'")
    page.evaluate(TWO_FRAMES)
    assert page.evaluate(legend_of("sma")) == there
    assert page.text("#chart-legend p") == candle


def test_it_reads_back_to_where_the_session_began_for_its_average_price(page: BrowserPage, demo_url: str) -> None:
    page.open(f"{demo_url}#BTCUSDT/15m")
    page.wait(READY)
    choose_indicators(page, "vwap")
    page.wait(f"/^VWAP ?[\\d,.]+$/.test({legend_of('vwap')}.replaceAll('\\n', ' '))")
