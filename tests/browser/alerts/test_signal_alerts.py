"""Alerts on signals, in a browser: a form that is filled by keyboard, each control named, each refusal at its field."""

import pytest

from tests.browser.alerts.trader import ROWS, Trader
from tests.browser.browser_page import BrowserPage

pytestmark = pytest.mark.browser

_OPEN = "document.getElementById('alert-dialog').open"
_SOURCE, _STRATEGY, _ACTION, _CONFIDENCE = (
    f"document.querySelector(\"[data-path='{path}']\")" for path in ("source", "strategy", "action", "threshold")
)
_FOCUSED = "document.activeElement.dataset.path"
_LABEL = "document.activeElement.labels[0].innerText.split('\\n')[0]"
_PROBLEM = "document.activeElement.closest('.field').querySelector('.field-problem').textContent"
_SCHEMES = ("dark", "light")


def test_the_form_of_an_alert_on_signals_is_filled_by_keyboard_named_and_refused_at_the_field_that_is_wrong(
    page: BrowserPage, demo_url: str
) -> None:
    page.expect_problems("status of 400")
    trader = Trader(page, demo_url)
    strategy = trader.start_strategy("rsi_reversion")
    page.click("#alert-new")
    page.select("[data-path='source']", "strategy")
    page.wait(f"{_STRATEGY}.value === '{strategy}' && {_FOCUSED} === 'source'")
    for path, label in (
        ("strategy", "Strategy"),
        ("action", "When it says"),
        ("threshold", "Confidence of at least, 0 to 1"),
    ):
        page.press("Tab")
        assert page.evaluate(f"[{_FOCUSED}, {_LABEL}]") == [path, label]
    assert page.evaluate(f"{_STRATEGY}.selectedOptions[0].text").startswith("RSI reversion, BTCUSDT")
    for scheme in _SCHEMES:
        page.prefer(scheme=scheme)
        assert (scheme, page.accessibility()) == (scheme, [])
    page.fill("[data-path='threshold']", "1.5")
    page.press("Enter")
    page.wait(f"{_FOCUSED} === 'threshold' && {_CONFIDENCE}.getAttribute('aria-invalid') === 'true'")
    assert page.evaluate(_PROBLEM) == "Confidence of at least must be from 0 to 1: it is a confidence"
    assert trader.rules() == []
    _is_told_that_its_strategy_has_ended(trader, strategy)
    page.select("[data-path='strategy']", "")
    page.click("#alert-save")
    page.wait(f"!{_OPEN} && {ROWS} === 1")
    [rule] = trader.rules()
    assert (rule["source"], rule["strategy"], rule["threshold"]) == ("strategy", "", 0.6)


def _is_told_that_its_strategy_has_ended(trader: Trader, strategy: str) -> None:
    """Be told so at the field that names it, in the server's words, while the rest stays as it was typed."""
    page = trader.page
    trader.stop_strategy(strategy)
    page.fill("[data-path='threshold']", "0.6")
    page.press("Enter")
    page.wait(f"{_FOCUSED} === 'strategy' && {_STRATEGY}.getAttribute('aria-invalid') === 'true'")
    assert page.evaluate(_PROBLEM) == f"Strategy has ended: {strategy}"
    assert (trader.rules(), page.evaluate(f"{_CONFIDENCE}.value")) == ([], "0.6")
