"""The page at `/strategies/`, in a browser: a strategy is chosen, started, followed, paused and stopped by its user."""

import pytest

from tests.browser.browser_page import BrowserPage
from tests.browser.signing_in import PASSWORD, new_trader, open_signed_in

pytestmark = pytest.mark.browser

_SCHEMES = ("dark", "light")
_CANVAS = "document.getElementById('market-canvas').dataset"
_READY = (
    f"{_CANVAS}.state === 'ready' && document.querySelectorAll('#strategy-strategy option').length > 0"
    " && document.body.dataset.connection === 'live'"
)
_STATE = "document.getElementById('shown-state').dataset.state"
_ASKED = "document.getElementById('confirm').open"
_DONE = "document.getElementById('confirm-agree').hidden"
_SETTLED_MS = 13_000
"""So long after a run began, a backtest takes two of its candles of a second: those that closed 10 seconds ago."""
_ADMIN_READY = "document.readyState === 'complete' && window.Alpine !== undefined && window.htmx !== undefined"
_DIALOG_SETTLED = "!document.querySelector('.htmx-added, .htmx-settling, .htmx-request')"
"""Before that its button would send the form in the plain way, which nobody answers."""
_WIDTHS = "[document.documentElement.scrollWidth, visualViewport.width]"


def test_it_starts_a_strategy_shows_its_signals_and_fills_here_and_to_everybody_and_pauses_and_stops_it(
    phone: BrowserPage, page: BrowserPage, demo_url: str
) -> None:
    open_signed_in(phone, f"{demo_url}strategies/", new_trader(demo_url), PASSWORD, width=375, height=812)
    phone.wait(_READY)
    phone.select("#strategy-strategy", "ma_cross")
    phone.select("#strategy-interval", "1s")
    phone.fill("[data-path='params.fast']", "9")
    phone.fill("[data-path='params.slow']", "3")
    _see_it_whole(phone)
    phone.tap("#strategy-start")
    phone.wait(_ASKED)
    phone.tap("#confirm-agree")
    phone.wait("document.querySelectorAll('#parameters [aria-invalid]').length > 0")
    assert "Fast period must be smaller than slow period" in phone.text("#parameters")
    phone.fill("[data-path='params.fast']", "2")
    backtest = phone.evaluate("document.getElementById('strategy-backtest').href")
    phone.tap("#strategy-start")
    phone.wait(_ASKED)
    assert "It takes 1,000.00 USDT of your paper account" in phone.text("#confirm")
    assert phone.accessibility() == []
    phone.tap("#confirm-agree")
    phone.wait(f"location.pathname.startsWith('/strategies/strat') && {_STATE} === 'running'", seconds=60)
    began = phone.evaluate("Date.now()")
    phone.wait(f"Number({_CANVAS}.signals) > 0 && Number({_CANVAS}.fills) > 0", seconds=60)
    _see_it_public(page, phone, demo_url, phone.evaluate("location.pathname"))
    phone.wait(
        "document.querySelectorAll('#signal-rows tr').length * document.querySelectorAll('#order-rows tr').length"
    )
    assert "Signal:" in phone.text("#shown-signal")
    _see_it_whole(phone)
    phone.tap("#strategy-pause")
    phone.tap("#confirm-agree")
    phone.wait(f"{_STATE} === 'paused'")
    phone.tap("#strategy-stop")
    phone.tap("#confirm [value=sell]")
    phone.tap("#confirm-agree")
    phone.wait(_DONE)
    phone.tap("#confirm-cancel")
    phone.wait(f"{_STATE} === 'stopped' && document.querySelector('#own-list li').dataset.state === 'stopped'")
    phone.wait("document.getElementById('log-list').textContent.includes('Stopped: by hand')")
    _test_its_hours_and_start_the_same_again(phone, began)
    phone.tap("#views [data-view=own]")
    _see_it_whole(phone)
    phone.open(backtest)
    phone.wait("document.querySelector(\"[data-path='params.fast']\")?.value === '2'")
    assert phone.evaluate("document.getElementById('run-interval').value") == "1s"


def _test_its_hours_and_start_the_same_again(phone: BrowserPage, began: int) -> None:
    """Lay a backtest over the run's hours, go to its result, and let that fill the form of a strategy."""
    phone.wait(f"Date.now() - {began} > {_SETTLED_MS}", seconds=30)
    phone.tap("#comparison-run")
    phone.wait("!document.getElementById('comparison-body').hidden", seconds=60)
    assert "Equity at the end" in phone.text("#comparison-totals")
    assert "the same" in phone.text("#comparison-words")
    _see_it_whole(phone)
    live = phone.evaluate("location.href")
    backtest = phone.evaluate("document.getElementById('comparison-backtest').value")
    phone.open(f"{live[: live.index('strategies/')]}backtests/{backtest}/", width=375, height=812)
    phone.wait("!document.getElementById('run-live').hidden && !document.getElementById('run-beside').hidden")
    phone.tap("#run-live")
    phone.wait(
        "!document.getElementById('copied').hidden && document.getElementById('strategy-interval').value === '1s'"
    )
    assert "As in the backtest of Moving-average cross" in phone.text("#copied")
    _see_it_whole(phone)
    phone.open(live, width=375, height=812)
    phone.wait(f"{_STATE} === 'stopped' && !document.getElementById('comparison-body').hidden")


def _see_it_public(page: BrowserPage, phone: BrowserPage, demo_url: str, path: str) -> None:
    """Let staff make it public; see its signals come live on `/signals/`, and how they turned out, there and here."""
    open_signed_in(page, f"{demo_url}signals/", "admin")
    page.wait("document.getElementById('model-note').textContent.startsWith('No model is installed')")
    page.open(f"{demo_url}admin/login/?next=/admin/trading/strategy/{path.split('/')[2]}/change/")
    page.wait(f"location.pathname.endsWith('/change/') && {_ADMIN_READY}")
    page.click("text=Make public")
    page.wait(f"document.body.textContent.includes('Make it public') && {_DIALOG_SETTLED}")
    page.click("text=Make it public")
    page.wait("document.body?.textContent.includes('Made public')")
    phone.open(f"{demo_url}signals/", width=375, height=812)
    phone.wait("document.querySelectorAll('.signal').length > 0")
    newest = phone.text(".signal .time")
    phone.wait(f"document.querySelector('.signal .time').innerText > '{newest}'", seconds=60)
    phone.wait("document.querySelectorAll('[data-outcome=right], [data-outcome=wrong]').length > 0", seconds=60)
    phone.wait("document.querySelectorAll('#record-calibration tbody tr').length > 0", seconds=60)
    assert "Moving-average cross, version 1" in phone.text(".signal .by")
    assert "Research, not advice" in phone.text(".advice")
    _see_it_whole(phone)
    phone.open(f"{demo_url}{path.lstrip('/')}", width=375, height=812)
    phone.wait(f"{_STATE} === 'running'")


def _see_it_whole(phone: BrowserPage) -> None:
    assert phone.evaluate(_WIDTHS) == [375, 375]
    for scheme in _SCHEMES:
        phone.prefer(scheme=scheme)
        assert (scheme, phone.accessibility()) == (scheme, [])
