"""The page at `/backtests/`, in a browser: a strategy is run, looked at, compared and cancelled as a user does it."""

import csv
from pathlib import Path

import pytest

from tests.browser.browser_page import BrowserPage
from tests.browser.signing_in import PASSWORD, new_trader, open_signed_in, sign_in

pytestmark = pytest.mark.browser

_SCHEMES = ("dark", "light")
_READY = "document.querySelectorAll('#run-strategy option').length > 0 && document.body.dataset.connection === 'live'"
_STATE = "document.getElementById('run-state').dataset.state"
_TRADES = "document.querySelectorAll('#trade-rows tr').length"
_DRAWN = "Number(document.getElementById('trades-chart').dataset.candles) >= 1440"
_CHOSEN = "document.getElementById('trades-chart').dataset.trade"
_LAST_TRADE = "document.querySelector('#trade-rows tr').dataset.trade"
_WIDTHS = "[document.documentElement.scrollWidth, visualViewport.width]"
_BELOW_THE_SCREEN = "document.documentElement.scrollHeight - innerHeight"
_CUT_OFF = """[...document.querySelectorAll('main *')].filter((node) => node.checkVisibility()
  && !node.closest('.scroller, .scroller-x, .chart-box, .visually-hidden')
  && node.getBoundingClientRect().right > innerWidth + 1).map((node) => node.outerHTML.slice(0, 80))"""
_WATCH_THE_BUTTON = """(() => {
  const [note, button] = ['stored', 'run-start-button'].map((id) => document.getElementById(id));
  window.seen = [];
  new MutationObserver(() => seen.push([note.textContent !== '', button.getBoundingClientRect().top]))
    .observe(note, { childList: true, characterData: true, subtree: true });
})()"""
_A_YEAR_AGO = "new Date(Date.now() - 365 * 86_400_000).toISOString().slice(0, 16)"


def _open(page: BrowserPage, url: str, **window: int) -> None:
    """Open the page as a new trader, with RSI reversion on ETHUSDT's candles of one minute chosen."""
    open_signed_in(page, f"{url}backtests/", new_trader(url), PASSWORD, **window)
    page.wait(_READY)
    page.select("#run-strategy", "rsi_reversion")
    page.fill("#run-symbol", "ETHUSDT")


def _run_the_last_day(page: BrowserPage) -> None:
    """Run what is chosen over the last day, and see its trades drawn."""
    former = page.evaluate("location.pathname")
    page.click("#quick-ranges [data-days='1']")
    page.click("#run-start-button")
    page.wait(f"location.pathname !== '{former}' && {_STATE} === 'completed'", seconds=60)
    page.wait(f"{_TRADES} > 0 && {_DRAWN}")


def _see_the_button_stay(page: BrowserPage) -> None:
    """See the button where it was, and so under the pointer, when what is stored of another market is told."""
    page.wait("document.getElementById('stored').textContent !== ''")
    page.evaluate(_WATCH_THE_BUTTON)
    page.fill("#run-symbol", "SOLUSDT")
    page.evaluate("document.activeElement.blur()")  # Tab would scroll
    page.wait("seen.length > 1 && seen.at(-1)[0]")
    assert len({top for _, top in page.evaluate("seen")}) == 1, page.evaluate("seen")
    page.fill("#run-symbol", "ETHUSDT")


def _fill_parameter(page: BrowserPage, name: str, value: str) -> None:
    page.fill(f"[data-path='params.{name}']", value)


def test_it_runs_a_strategy_shows_its_trades_on_the_chart_and_compares_it_with_other_parameters(
    page: BrowserPage, demo_url: str, tmp_path: Path
) -> None:
    page.expect_problems("status of 400")
    _open(page, demo_url)
    _see_the_button_stay(page)
    _run_the_last_day(page)
    page.press("Tab")
    page.focus("#trade-rows button")
    page.press("Enter")
    page.wait(f"{_CHOSEN} === {_LAST_TRADE}")
    file = tmp_path / "trades.csv"
    assert page.download("#run-csv", file).endswith(".csv")
    rows = list(csv.DictReader(file.read_text(encoding="utf-8").splitlines()))
    assert rows[-1]["number"] == page.evaluate(_LAST_TRADE)
    for scheme in _SCHEMES:
        page.prefer(scheme=scheme)
        assert (scheme, page.accessibility()) == (scheme, [])
    _see_a_fault_beside_its_field(page)
    _fill_parameter(page, "period", "7")
    _run_the_last_day(page)
    _compare(page)


def _see_a_fault_beside_its_field(page: BrowserPage) -> None:
    """See the server's words where they belong, and nothing run."""
    _fill_parameter(page, "period", "1")
    page.click("#run-start-button")
    page.wait("document.activeElement.dataset.path === 'params.period'")
    problem = "document.getElementById(document.activeElement.getAttribute('aria-describedby').split(' ')[0])"
    assert str(page.evaluate(f"{problem}.textContent")).startswith("Period must be")


def _compare(page: BrowserPage) -> None:
    """See two runs side by side, and only the parameter in which they differ marked."""
    page.wait("document.querySelectorAll('#run-list input:not(:disabled)').length === 2")
    page.click("#run-list li:nth-child(1) input")
    page.click("#run-list li:nth-child(2) input")
    page.click("#compare-open")
    page.wait("!document.getElementById('comparison').hidden")
    marked = "[...document.querySelectorAll('#comparison-rows tr:has(mark)')].map((row) => row.cells[0].innerText)"
    page.wait(f"{marked}.includes('Period')")
    assert set(page.evaluate(marked)) <= {"Period", "Time"}  # a minute may have passed between them
    assert page.accessibility() == []
    page.reload()
    page.wait(f"{_READY} && {marked}.includes('Period')")


def test_a_long_run_shows_how_far_it_is_and_is_cancelled(page: BrowserPage, demo_url: str) -> None:
    _open(page, demo_url)
    page.fill("#run-start", page.evaluate(_A_YEAR_AGO))
    page.click("#run-start-button")
    page.wait(f"{_STATE} === 'running' && !document.getElementById('run-progress').hidden", seconds=60)
    page.wait("document.querySelector('#run-list progress')?.checkVisibility()")
    page.click("#run-cancel")
    page.wait(f"{_STATE} === 'cancelled' && document.getElementById('run-progress').hidden")
    page.wait("document.querySelector('#run-list li')?.dataset.state === 'cancelled'")


def test_a_phone_shows_form_runs_and_result_one_at_a_time_without_a_serious_finding(
    phone: BrowserPage, demo_url: str
) -> None:
    _open(phone, demo_url, width=375, height=812)
    _see_the_view_alone(phone, "new")
    _see_the_button_stay(phone)
    _run_the_last_day(phone)
    for view in ("shown", "runs"):
        phone.tap(f"#views [data-view={view}]")
        _see_the_view_alone(phone, view)
    phone.tap("#run-list a")
    phone.wait("document.querySelector('#shown').checkVisibility()")


def _see_the_view_alone(phone: BrowserPage, view: str) -> None:
    for other in ("new", "runs", "shown"):
        assert phone.evaluate(f"document.getElementById('{other}').checkVisibility()") is (other == view)
    for scheme in _SCHEMES:
        phone.prefer(scheme=scheme)
        assert (view, scheme, phone.accessibility()) == (view, scheme, [])
    assert (view, phone.evaluate(_WIDTHS), phone.evaluate(_CUT_OFF)) == (view, [375, 375], [])
    assert (view, phone.evaluate(_BELOW_THE_SCREEN)) == (view, 0)


def test_a_link_shows_a_backtest_to_its_owner_alone_and_asks_others_to_sign_in(
    page: BrowserPage, demo_url: str
) -> None:
    page.expect_problems("status of 404")
    link = f"{demo_url}backtests/bt_abcdefghijkl/"
    page.open(link)
    page.wait("document.body.dataset.access === 'signed out'")
    assert "Sign in to begin" in page.text("#access")
    assert page.evaluate("document.getElementById('bench').hidden") is True
    assert page.accessibility() == []
    sign_in(page, "demo")
    page.wait("document.getElementById('shown-problem').innerText === 'There is no such backtest of yours.'")
