"""docs/strategies.md followed to its end: a strategy of a package of one's own is offered, tested, and trades live.

And once its package is gone: what it did is still there, it can't go on, and it can be stopped.
"""

import json
import time
import tomllib
from pathlib import Path
from typing import Any
from urllib.error import HTTPError

import pytest

from tests import deployments
from tests.browser.signing_in import ask
from tests.own_packages import install_package, with_packages_of
from tests.trading.engine.strategies.documented_package import FILES
from tests.waiting import until_now
from trading.engine.strategies.registry import GROUP

_NAME = "momentum"
_KINDS = "/api/v1/trading/strategies/"
_LIVE = "/api/v1/trading/live-strategies/"
_BACKTESTS = "/api/v1/trading/backtests/"
_TERMS = {"strategy": _NAME, "symbol": "BTCUSDT", "interval": "1s", "params": {"period": 2, "rise": 50}}


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
    """A user of the demo, who asks by REST."""

    def __init__(self, demo: deployments.Deployment) -> None:
        self._url, self._token = demo.http_url, demo.token()

    def ask(self, path: str, body: object = None) -> Any:
        """Return the answer."""
        return ask(self._url + path, body, token=self._token)

    def refused(self, path: str, body: object) -> Any:
        """Return what is wrong, by its name."""
        with pytest.raises(HTTPError) as refusal:
            self.ask(path, body)
        assert refusal.value.code == 400
        return json.load(refusal.value)["error"]["fields"]

    def wait_for(self, path: str, state: str) -> Any:
        """Wait until what is shown there is in a state, and return it."""
        until_now(lambda: self.ask(path)["state"] == state, seconds=30, explain=lambda: str(self.ask(path)))
        return self.ask(path)


def test_a_strategy_of_ones_own_package_is_offered_and_runs_and_is_refused_once_its_package_is_gone(
    tmp_path: Path,
) -> None:
    packages, kept = tmp_path / "packages", tmp_path / "var"
    _install_the_package_of_the_page(packages)
    with deployments.demo(kept, with_packages_of(packages, {})) as demo:
        user = _User(demo)
        kinds = {kind["name"]: kind for kind in user.ask(_KINDS)["items"]}
        parameters = [parameter["name"] for parameter in kinds[_NAME]["parameters"]]
        assert (kinds[_NAME]["title"], parameters) == ("Momentum", ["period", "rise"])
        last = time.time_ns() // 60_000_000_000 * 60_000
        hours = {"start": last - 200 * 60_000, "end": last - 60_000, "interval": "1m"}
        tested = f"{_BACKTESTS}{user.ask(_BACKTESTS, _TERMS | hours)['backtest_id']}/"
        assert user.wait_for(tested, "completed")["metrics"] is not None
        live = f"{_LIVE}{user.ask(_LIVE, _TERMS)['strategy_id']}/"
        stopped = f"{_LIVE}{user.ask(_LIVE, _TERMS | {'interval': '1m'})['strategy_id']}/"
        user.wait_for(live, "running")
        user.ask(f"{stopped}stop/", {})
        user.wait_for(stopped, "stopped")
    with deployments.demo(kept, with_packages_of(tmp_path / "none", {})) as demo:
        user = _User(demo)
        assert _NAME not in {kind["name"] for kind in user.ask(_KINDS)["items"]}
        for path, terms in ((_LIVE, _TERMS), (_BACKTESTS, _TERMS | hours)):
            assert user.refused(path, terms)["strategy"].startswith("strategy must be one of ma_cross ")
        left = user.wait_for(live, "error")
        assert left["reason"].startswith("the strategy momentum can't run here: strategy must be one of ma_cross ")
        user.ask(f"{live}stop/", {})
        assert user.wait_for(live, "stopped")["title"] == _NAME
        assert user.ask(tested)["title"] == _NAME
