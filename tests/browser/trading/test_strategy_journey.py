"""The whole way of a live strategy, as a new user goes it on the demo: read, tried on the past, started, followed."""

import asyncio
import json
from collections.abc import Mapping
from typing import Any

import pytest

from tests.browser.browser_page import BrowserPage
from tests.browser.signing_in import PASSWORD, new_trader, open_signed_in
from tests.conformance.asking.admin_pages import AdminPages
from tests.deployments import Deployment
from tests.wire.client import Frame, connected

pytestmark = pytest.mark.browser

_KIND = "rsi_reversion"
_CHANNEL = "signals:BTCUSDT"
_NIMBLE = {"period": "2", "oversold": "45", "overbought": "55"}
"""Parameters by which candles of a second give a signal every few seconds."""
_CANVAS = "document.getElementById('market-canvas').dataset"
_FORM_READY = (
    "document.querySelectorAll('#strategy-strategy option').length > 0 && document.body.dataset.connection === 'live'"
)
_STATE = "document.getElementById('shown-state').dataset.state"
_RULE = "RSI reversion speaks"
_ALERT_OPEN = "document.getElementById('alert-dialog').open"
_LATER_SECONDS = 60.0


def test_a_new_user_reads_what_a_strategy_does_tries_it_on_the_past_starts_it_is_alerted_to_its_signals_and_stops_it(
    page: BrowserPage, demo: Deployment, demo_url: str
) -> None:
    open_signed_in(page, f"{demo_url}strategies/", new_trader(demo_url), PASSWORD)
    _read_what_it_does(page)
    _try_it_on_the_past(page)
    strategy = _start_it(page)
    page.wait(f"Number({_CANVAS}.signals) > 0", seconds=_LATER_SECONDS)
    AdminPages(demo.http_url, "admin").make_public(strategy)
    signal = asyncio.run(_next_public_signal(demo.socket_url))
    assert (signal["symbol"], signal["version"], signal["horizon"]) == ("BTCUSDT", "1", "1s")
    assert signal["reason"] in {"the index fell below what is oversold", "the index rose above what is overbought"}
    _be_alerted_to_its_signals(page, demo_url)
    page.open(f"{demo_url}strategies/{strategy}/")
    page.wait(f"{_STATE} === 'running'")
    page.click("#strategy-stop")
    page.click("#confirm [value=sell]")
    page.click("#confirm-agree")
    page.wait(f"{_STATE} === 'stopped'")


def _read_what_it_does(page: BrowserPage) -> None:
    page.wait(_FORM_READY)
    page.select("#strategy-strategy", _KIND)
    page.wait(f"document.getElementById('strategy-backtest').href.includes('{_KIND}')")
    assert page.text("#strategy-description").startswith("Buys where the relative strength index falls below a level")


def _try_it_on_the_past(page: BrowserPage) -> None:
    """Run it over the last day from the strategies' page, and come back with what was run."""
    page.select("#strategy-interval", "1m")
    page.click("#strategy-backtest")
    page.wait("location.pathname === '/backtests/' && document.querySelectorAll('#run-strategy option').length > 0")
    page.wait(f"document.getElementById('run-strategy').value === '{_KIND}' && {_live()}")
    page.click("#quick-ranges [data-days='1']")
    page.click("#run-start-button")
    page.wait("document.getElementById('run-state').dataset.state === 'completed'", seconds=_LATER_SECONDS)
    page.wait("document.querySelectorAll('#trade-rows tr').length > 0")
    page.click("#run-live")
    page.wait(f"{_FORM_READY} && !document.getElementById('copied').hidden")
    assert "As in the backtest of RSI reversion" in page.text("#copied")


def _start_it(page: BrowserPage) -> str:
    """Start it with what lets it speak soon, which is no copy of the backtest any more; return its id."""
    page.click("#copied-drop")
    page.wait("document.getElementById('copied').hidden")
    page.select("#strategy-interval", "1s")
    for name, value in _NIMBLE.items():
        page.fill(f"[data-path='params.{name}']", value)
    page.click("#strategy-start")
    page.wait("document.getElementById('confirm').open")
    page.click("#confirm-agree")
    page.wait(f"location.pathname.startsWith('/strategies/strat') && {_STATE} === 'running'", seconds=_LATER_SECONDS)
    return str(page.evaluate("location.pathname.split('/')[2]"))


async def _next_public_signal(url: str) -> Mapping[str, Any]:
    """Return the next signal of the strategy as a stranger is told it, by what one types into wscat."""
    async with connected(url) as stranger:
        await stranger.send(f'{{"type":"subscribe","channels":["{_CHANNEL}"]}}')
        frame = await stranger.next(_is_signal, seconds=_LATER_SECONDS)
    return dict(frame["data"])


def _is_signal(frame: Frame) -> bool:
    return bool(frame["type"] == "signal" and frame["channel"] == _CHANNEL and frame["data"]["model"] == _KIND)


def _be_alerted_to_its_signals(page: BrowserPage, url: str) -> None:
    """Make an alert on the strategy, which the form knows by itself, and be told of its next signal."""
    page.open(f"{url}#BTCUSDT/1m")
    page.wait(f"{_live()} && document.getElementById('chart-canvas').dataset.close")
    page.click("#dock-tab-alerts")
    page.click("#alert-new")
    page.wait(_ALERT_OPEN)
    page.select("[data-path='source']", "strategy")
    page.wait("document.querySelector(\"[data-path='strategy']\").value.startsWith('strat')")
    page.fill("[data-path='threshold']", "0")
    page.fill("#alert-name", _RULE)
    page.click("#alert-save")
    page.wait(f"!{_ALERT_OPEN}")
    said = "[...document.querySelectorAll('.toast')].map((toast) => toast.innerText).join()"
    page.wait(f"{said}.includes({json.dumps(_RULE)})", seconds=_LATER_SECONDS)


def _live() -> str:
    return "document.body.dataset.connection === 'live'"
