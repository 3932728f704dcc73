"""The README's pictures, taken in the tests' browser by `make screenshots`: no part of the suite."""

import base64
from pathlib import Path

import pytest

from tests.browser.browser_page import BrowserPage
from tests.browser.signing_in import PASSWORD, new_trader, open_signed_in
from tests.processes import ROOT

pytestmark = pytest.mark.browser

_FOLDER = ROOT / "docs" / "images"
_MOST_BYTES = 300_000
_LEAST_COLOURS = 50
_LEAST_PART_OF_OTHERS = 0.02
"""So much of a picture must be of another colour than the ground."""
_SHOWN = """document.body.dataset.connection === 'live'
  && document.getElementById('chart-canvas').dataset.close !== undefined
  && document.querySelectorAll('.sparkline').length === document.querySelectorAll('#watch-list-rows tr').length
  && /[a-z]/i.test(document.querySelector('#overview-rows .symbol').textContent)
  && document.querySelectorAll('#trade-rows tr:not([hidden])').length >= 20"""
_DAY_SHOWN = r"/\d/.test(document.querySelector('#quote [data-field=volume]').textContent)"
_CHART_SHOWN = "document.body.dataset.connection === 'live' && document.getElementById('chart-canvas').dataset.close"
_OPERATIONS_SHOWN = """document.querySelectorAll('[data-gateway]').length > 0
  && document.querySelectorAll('[data-channel]').length > 3
  && document.querySelector('.rate-line polyline').getAttribute('points').split(' ').length > 10"""
_BACKTEST_SHOWN = """document.getElementById('run-state').dataset.state === 'completed'
  && document.querySelectorAll('#trade-rows tr').length > 0
  && Number(document.getElementById('trades-chart').dataset.candles) > 0"""
_PLAN_SHOWN = """Number(document.getElementById('market-canvas').dataset.candles) > 0
  && document.body.dataset.connection === 'live'"""
_GRID_SHOWN = """document.getElementById('shown-state').dataset.state === 'running'
  && Number(document.getElementById('market-canvas').dataset.fills) > 0
  && document.querySelectorAll('#fill-rows tr').length > 0"""
_STRATEGY_SHOWN = """Number(document.getElementById('market-canvas').dataset.signals) > 2
  && Number(document.getElementById('market-canvas').dataset.fills) > 2
  && document.querySelectorAll('#order-rows tr').length > 2"""
_COLOURS = """(async () => {{
  const picture = new Image();
  picture.src = 'data:image/png;base64,{data}';
  await picture.decode();
  const canvas = new OffscreenCanvas(picture.width, picture.height);
  const context = canvas.getContext('2d');
  context.drawImage(picture, 0, 0);
  const counts = new Map();
  for (const colour of new Uint32Array(context.getImageData(0, 0, canvas.width, canvas.height).data.buffer)) {{
    counts.set(colour, (counts.get(colour) ?? 0) + 1);
  }}
  return [counts.size, Math.max(...counts.values()) / (canvas.width * canvas.height)];
}})()"""


def _take(page: BrowserPage, path: Path) -> None:
    page.evaluate("document.activeElement.blur()")
    page.screenshot(path)
    assert path.stat().st_size < _MOST_BYTES
    looking = page.new_tab()
    looking.open("about:blank")  # no policy refuses a picture there
    data = base64.b64encode(path.read_bytes()).decode()
    colours, ground = looking.evaluate(_COLOURS.format(data=data))
    looking.close()
    assert colours >= _LEAST_COLOURS
    assert ground < 1 - _LEAST_PART_OF_OTHERS


@pytest.mark.parametrize(("scheme", "name"), [("dark", "dashboard.png"), ("light", "dashboard-light.png")])
def test_it_takes_the_dashboard(page: BrowserPage, demo_url: str, scheme: str, name: str) -> None:
    open_signed_in(page, f"{demo_url}#BTCUSDT/15m", "demo", width=1280, height=800, scheme=scheme)
    page.wait(_SHOWN, seconds=60)
    _take(page, _FOLDER / name)


def test_it_takes_the_dashboard_on_a_phone(phone: BrowserPage, demo_url: str) -> None:
    phone.open(f"{demo_url}#ETHUSDT/15m", width=375, height=812)
    phone.wait(f"{_CHART_SHOWN} && {_DAY_SHOWN}")
    _take(phone, _FOLDER / "dashboard-phone.png")


def test_it_takes_the_operators_page(page: BrowserPage, demo_url: str) -> None:
    reader = page.new_tab()
    reader.open(demo_url)
    reader.wait(_CHART_SHOWN)
    open_signed_in(page, f"{demo_url}operations/", "admin", width=1280, height=800)
    page.wait(_OPERATIONS_SHOWN, seconds=60)
    _take(page, _FOLDER / "operations.png")


def test_it_takes_a_backtest(page: BrowserPage, demo_url: str) -> None:
    open_signed_in(page, f"{demo_url}backtests/", "demo", width=1280, height=800)
    page.wait("document.querySelectorAll('#run-strategy option').length > 0", seconds=60)
    page.select("#run-strategy", "rsi_reversion")
    page.fill("#run-symbol", "ETHUSDT")
    page.click("#quick-ranges [data-days='1']")
    page.click("#run-start-button")
    page.wait(_BACKTEST_SHOWN, seconds=60)
    page.click("#trade-rows button")
    page.evaluate("document.getElementById('shown').scrollTo(0, 0)")
    _take(page, _FOLDER / "backtest.png")


def test_it_takes_a_grid(page: BrowserPage, demo_url: str) -> None:
    open_signed_in(page, f"{demo_url}grids/", new_trader(demo_url), PASSWORD, width=1280, height=800)
    page.wait(_PLAN_SHOWN)
    page.fill("#grid-grid-count", "8")
    page.click("#grid-ranges [data-percent='2']")
    page.wait("document.getElementById('market-canvas').dataset.lines === '9'")
    page.click("#grid-start")
    page.click("#confirm-agree")
    page.wait(_GRID_SHOWN, seconds=60)
    _take(page, _FOLDER / "grid.png")


def test_it_takes_a_live_strategy(page: BrowserPage, demo_url: str) -> None:
    open_signed_in(page, f"{demo_url}strategies/", new_trader(demo_url), PASSWORD, width=1280, height=800)
    page.wait("document.querySelectorAll('#strategy-strategy option').length > 0")
    page.select("#strategy-strategy", "ma_cross")
    page.select("#strategy-interval", "1s")
    page.fill("[data-path='params.fast']", "3")
    page.fill("[data-path='params.slow']", "8")
    page.click("#strategy-start")
    page.click("#confirm-agree")
    page.wait(_STRATEGY_SHOWN, seconds=120)
    _take(page, _FOLDER / "strategy.png")
