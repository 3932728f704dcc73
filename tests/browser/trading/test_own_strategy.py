"""docs/strategies.md followed to its end: a strategy of a package of one's own is on the page, is tested, and trades.

It is started there and over a WebSocket, and stopped. And once its package is gone: what it did is still there, it
can't go on, and it can be stopped.
"""

import asyncio
import json
import time
import tomllib
from pathlib import Path
from typing import Any
from urllib.error import HTTPError

import pytest

from tests import deployments
from tests.browser.browser_page import BrowserPage
from tests.browser.signing_in import ask, open_signed_in
from tests.own_packages import install_package, with_packages_of
from tests.trading.engine.strategies.documented_package import FILES
from tests.waiting import until_now
from tests.wire.client import connected
from trading.engine.strategies.registry import GROUP

pytestmark = pytest.mark.browser
_NAME = "momentum"
_KINDS = "/api/v1/trading/strategies/"
_LIVE = "/api/v1/trading/live-strategies/"
_BACKTESTS = "/api/v1/trading/backtests/"
_TERMS = {"strategy": _NAME, "symbol": "BTCUSDT", "interval": "1s", "params": {"period": 2, "rise": 50}}
_OFFERED = (
    f"document.querySelector('#strategy-strategy [value={_NAME}]') !== null"
    " && document.body.dataset.connection === 'live'"
)
_FIELDS = "[...document.querySelectorAll('#parameters .field')]"
_STATE = "document.getElementById('shown-state').dataset.state"


def _install_the_package_of_the_page(folder: Path) -> None:
    """Put the page's modules where pip would, with the entry points of its pyproject.toml."""
    for name, text in FILES.items():
        if name.startswith("my_strategies/"):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8")
    project = tomllib.loads(FILES["pyproject.toml"])["project"]
    points = project["entry-points"][GROUP].items()
    install_package(folder, project["name"], [f"{name} = {value}" for name, value in points])


class _User:
    """A user of the demo, who asks by REST and over a WebSocket."""

    def __init__(self, demo: deployments.Deployment) -> None:
        self._url, self._socket_url, self._token = demo.http_url, demo.socket_url, demo.token()

    def ask(self, path: str, body: object = None) -> Any:
        """Return the answer."""
        return ask(self._url + path, body, token=self._token)

    def refused(self, path: str, body: object) -> Any:
        """Return what is wrong, by its name."""
        with pytest.raises(HTTPError) as refusal:
            self.ask(path, body)
        assert refusal.value.code == 400
        return json.load(refusal.value)["error"]["fields"]

    def command(self, action: str, params: object) -> Any:
        """Return the data of the answer to a command."""
        return asyncio.run(self._command(action, params))

    async def _command(self, action: str, params: object) -> Any:
        headers = {"Authorization": f"Bearer {self._token}"}
        async with connected(self._socket_url, additional_headers=headers) as client:
            await client.send({"type": "command", "id": action, "action": action, "params": params})
            answer = await client.next_of("response")
        assert answer["success"], answer
        return answer["data"]

    def wait_for(self, path: str, state: str) -> Any:
        """Wait until what is shown there is in a state, and return it."""
        until_now(lambda: self.ask(path)["state"] == state, seconds=30, explain=lambda: str(self.ask(path)))
        return self.ask(path)


def test_a_strategy_of_ones_own_package_is_on_the_page_and_runs_and_is_refused_once_its_package_is_gone(
    tmp_path: Path, page: BrowserPage
) -> None:
    packages, kept = tmp_path / "packages", tmp_path / "var"
    _install_the_package_of_the_page(packages)
    with deployments.demo_services() as services:
        with deployments.demo(kept, with_packages_of(packages, services)) as demo:
            user = _User(demo)
            last = time.time_ns() // 60_000_000_000 * 60_000
            hours = {"start": last - 200 * 60_000, "end": last - 60_000, "interval": "1m"}
            tested = f"{_BACKTESTS}{user.ask(_BACKTESTS, _TERMS | hours)['backtest_id']}/"
            live = f"{_LIVE}{_started_on_the_page(page, f'{demo.http_url}/')}/"
            assert user.wait_for(tested, "completed")["metrics"] is not None
            stopped = user.command("strategy.start", _TERMS | {"interval": "1m"})["strategy_id"]
            assert user.command("strategy.stop", {"id": stopped})["status"] == "stopping"
            user.wait_for(f"{_LIVE}{stopped}/", "stopped")
            page.open("about:blank")  # which misses no server that ends
        with deployments.demo(kept, with_packages_of(tmp_path / "none", services)) as demo:
            user = _User(demo)
            assert _NAME not in {kind["name"] for kind in user.ask(_KINDS)["items"]}
            for path, terms in ((_LIVE, _TERMS), (_BACKTESTS, _TERMS | hours)):
                assert user.refused(path, terms)["strategy"].startswith("strategy must be one of ma_cross ")
            left = user.wait_for(live, "error")
            assert left["reason"].startswith("the strategy momentum can't run here: strategy must be one of ma_cross ")
            user.ask(f"{live}stop/", {})
            assert user.wait_for(live, "stopped")["title"] == _NAME
            assert user.ask(tested)["title"] == _NAME


def _started_on_the_page(page: BrowserPage, url: str) -> str:
    """Find the strategy on the page with its parameters, start it and stop it there; start it again, return its id."""
    open_signed_in(page, f"{url}strategies/", "demo")
    page.wait(_OFFERED)
    page.select("#strategy-strategy", _NAME)
    page.wait(f"{_FIELDS}.length === 2")
    assert page.text(f"#strategy-strategy [value={_NAME}]") == "Momentum"
    assert page.text("#strategy-description").startswith("Buys what has risen by so many per cent")
    period, rise = page.evaluate(f"{_FIELDS}.map((field) => field.innerText)")
    assert "Period" in period
    assert "Candles that it looks back (2 to 200)" in period
    assert "Per cent that are a rise (0.1 to 50)" in rise
    _start_on_the_page(page)
    page.click("#strategy-stop")
    page.click("#confirm-agree")
    page.wait(f"{_STATE} === 'stopped'")
    page.open(f"{url}strategies/")
    page.wait(_OFFERED)
    page.select("#strategy-strategy", _NAME)
    return _start_on_the_page(page)


def _start_on_the_page(page: BrowserPage) -> str:
    page.select("#strategy-interval", str(_TERMS["interval"]))
    page.fill("[data-path='params.period']", "2")
    page.fill("[data-path='params.rise']", "50")
    page.click("#strategy-start")
    page.wait("document.getElementById('confirm').open")
    page.click("#confirm-agree")
    page.wait(f"location.pathname.startsWith('/strategies/strat') && {_STATE} === 'running'", seconds=60)
    return str(page.evaluate("location.pathname.split('/')[2]"))
