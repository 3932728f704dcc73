"""The alert's dialog on the page, in a browser: what makes an alert, and what it refuses, each at its place."""

import pytest

from tests.browser.alerts.trader import ROWS, Trader
from tests.browser.browser_page import BrowserTab

pytestmark = pytest.mark.browser

_OPEN = "document.getElementById('alert-dialog').open"
_LEVEL = "document.querySelector('#alert-conditions [data-operand=threshold]').value"
_HANDLE_SHOWN = "document.querySelector('.alert-handle:not([hidden])') !== null"
_PROBLEMS = """Object.fromEntries([...document.querySelectorAll('#alert-form [aria-invalid]')].map((control) =>
  [control.dataset.path, control.closest('.field').querySelector('.field-problem').textContent]))"""
_PRICE = "Number(document.getElementById('chart-canvas').dataset.close)"


def test_it_makes_alerts_that_are_written_picked_or_pointed_at_and_tells_each_refusal_where_it_belongs(
    trader: Trader,
) -> None:
    page = trader.page
    _is_told_each_refusal(page)
    assert trader.rules() == []
    _picks_a_price_or_the_current_one_by_keyboard(page)
    _points_at_a_price(trader)
    _writes_several_conditions(trader)
    _compares_with_another_series(trader)


def _is_told_each_refusal(page: BrowserTab) -> None:
    """See the page's and the server's refusals beside the fields that they are of."""
    page.click("#alert-new")
    page.fill("#alert-symbol", "NOSUCH")
    page.fill("[data-operand=threshold]", "many")
    page.fill("#alert-name", "Wrong")
    page.click("#alert-more summary")
    page.fill("#alert-template", "{nonsense}")
    page.click("#alert-save")
    page.wait(f"Object.keys({_PROBLEMS}).length > 0")
    problems = page.evaluate(_PROBLEMS)
    assert (problems["symbol"], problems["threshold"]) == ("Unknown symbol: NOSUCH", "Level must be a number")
    assert problems["template"].startswith("Message has an unknown placeholder: {nonsense}")
    assert page.accessibility() == []
    page.press("Escape")
    page.wait("document.getElementById('confirm').open && document.activeElement.textContent === 'Keep editing'")
    page.press("Escape")
    page.wait(f"!document.getElementById('confirm').open && {_OPEN}")
    assert page.evaluate(_LEVEL) == "many"
    page.click("#alert-close")
    page.click("#confirm-agree")
    page.wait(f"!{_OPEN} && document.activeElement.id === 'alert-new'")


def _picks_a_price_or_the_current_one_by_keyboard(page: BrowserTab) -> None:
    page.click("#alert-pick")
    page.wait("!document.getElementById('price-pick-note').hidden")
    page.click("#chart-canvas")
    page.wait(f"{_OPEN} && {_LEVEL} !== '' && document.getElementById('price-pick-note').hidden")
    page.press("Escape")
    page.wait(f"!{_OPEN}")
    page.press("a")
    page.wait("document.activeElement.id === 'price-pick-current'")
    page.press("Enter")
    page.wait(f"{_OPEN} && Math.abs({_LEVEL} / {_PRICE} - 1) < 0.01")
    page.press("Escape")
    page.wait(f"!{_OPEN}")


def _points_at_a_price(trader: Trader) -> None:
    page = trader.page
    page.hover("#chart-canvas")
    page.wait("!document.getElementById('price-here').hidden")
    page.click("#alert-here")
    page.wait(f"{_OPEN} && {_LEVEL} !== ''")
    level = page.evaluate(_LEVEL)
    assert abs(float(level) / page.evaluate(_PRICE) - 1) < 0.05
    assert page.evaluate("document.activeElement.dataset.operand") == "threshold"
    page.press("Enter")
    page.wait(f"!{_OPEN} && {ROWS} === 1 && {_HANDLE_SHOWN}")
    [rule] = trader.rules()
    assert (rule["symbol"], rule["operator"], rule["threshold"]) == ("BTCUSDT", "crossing", float(level))
    assert rule["name"].startswith("BTCUSDT crosses ")
    trader.switch_off(rule["id"])  # it would lose its mark as soon as the market is there


def _writes_several_conditions(trader: Trader) -> None:
    """Make a rule of two conditions, see them again, and take one away."""
    page = trader.page
    page.click("#alert-new")
    page.fill("[data-operand=threshold]", "90000")
    page.click("#alert-add-condition")
    _choose_indicator(page, "rsi", "5m", "21", of="conditions.1.")
    page.fill("[data-path='conditions.1.threshold']", "70")
    page.select("#alert-combine", "all")
    page.select("#alert-trigger", "every_time")
    page.fill("#alert-cooldown", "5")
    page.fill("#alert-name", "Both")
    page.click("#alert-save")
    page.wait(f"!{_OPEN} && {ROWS} === 2")
    words = "document.querySelector('.alert-row-what').textContent"
    assert page.evaluate(words) == "Price crosses 90,000.00 and RSI 21 (5m) is above 70"
    rule = trader.rules()[0]
    assert (rule["cooldown"], rule["combine"], len(rule["conditions"])) == (300, "all", 2)
    page.click(".alert-row-name")
    page.wait(f"{_OPEN} && document.querySelectorAll('.condition').length === 2")
    assert page.evaluate("document.querySelector(\"[data-path='conditions.1.parameters.period']\").value") == "21"
    page.click(".condition-remove")
    page.click("#alert-save")
    page.wait(f"!{_OPEN}")
    assert [each["source"] for each in trader.rules()[0]["conditions"]] == ["indicator"]


def _choose_indicator(page: BrowserTab, indicator: str, interval: str, period: str, *, of: str = "") -> None:
    """Let a condition be about an indicator; `of` is the condition's place in the rule, and nothing for the first."""
    page.select(f"[data-path='{of}source']", "indicator")
    page.select(f"[data-path='{of}indicator']", indicator)
    page.select(f"[data-path='{of}interval']", interval)
    page.fill(f"[data-path='{of}parameters.period']", period)


def _compares_with_another_series(trader: Trader) -> None:
    """Make a rule whose level is an average, refused at first; see it in the list, and changed to a number again."""
    page, handles = trader.page, "document.querySelectorAll('.alert-handle').length"
    before = page.evaluate(handles)
    page.click("#alert-new")
    page.select("[data-path='level_source']", "series")
    page.wait("!document.querySelector('[data-operand=threshold]')")
    page.select("[data-path='level_source.interval']", "5m")
    page.fill("[data-path='level_source.parameters.period']", "999")
    page.click("#alert-save")
    page.wait("document.querySelector('.condition [aria-invalid] ~ .field-problem')")
    problem = page.evaluate("document.querySelector('.condition [aria-invalid] ~ .field-problem').textContent")
    assert problem == "Its period must be from 2 to 200"
    assert page.accessibility() == []
    page.fill("[data-path='level_source.parameters.period']", "50")
    page.click("#alert-save")
    page.wait(f"!{_OPEN} && {ROWS} === 3")
    rule = trader.rules()[0]
    average = {"source": "indicator", "indicator": "sma", "field": "value", "interval": "5m"}
    assert rule["level_source"] == average | {"parameters": {"period": 50}}
    assert rule["name"] == "BTCUSDT crosses SMA 50 (5m)"
    assert page.evaluate(handles) == before  # what moves has no mark in the chart
    page.click(".alert-row-name")
    page.wait(f"{_OPEN} && document.querySelector('[data-path=level_source]').value === 'series'")
    period = "document.querySelector('[data-path=\"level_source.parameters.period\"]').value"
    assert page.evaluate(period) == "50"
    page.select("[data-path='level_source']", "number")
    page.fill("[data-operand=threshold]", "90000")
    page.click("#alert-save")
    page.wait(f"!{_OPEN}")
    rule = trader.rules()[0]
    assert (rule["level_source"], rule["threshold"]) == (None, 90000)
    _compares_two_averages(trader)


def _compares_two_averages(trader: Trader) -> None:
    page, rows = trader.page, trader.page.evaluate(ROWS)
    page.click("#alert-new")
    _choose_indicator(page, "sma", "1m", "50")
    page.select("[data-path=operator]", "crossing_up")
    page.select("[data-path='level_source']", "series")
    page.select("[data-path='level_source.indicator']", "ema")
    page.select("[data-path='level_source.interval']", "1m")
    page.fill("[data-path='level_source.parameters.period']", "200")
    page.click("#alert-save")
    page.wait(f"!{_OPEN} && {ROWS} === {rows + 1}")
    rule = trader.rules()[0]
    average = {"source": "indicator", "field": "value", "interval": "1m"}
    assert rule["name"] == "BTCUSDT: SMA 50 (1m) crosses upwards EMA 200 (1m)"
    assert {each: rule[each] for each in average} | {"indicator": rule["indicator"]} == average | {"indicator": "sma"}
    assert rule["level_source"] == average | {"indicator": "ema", "parameters": {"period": 200}}
