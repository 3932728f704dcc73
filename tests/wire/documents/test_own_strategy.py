"""docs/strategies.md followed to its end: a strategy of a package of one's own is offered, and trades live."""

import json
import tomllib
from pathlib import Path
from typing import Any

from tests import deployments
from tests.browser.signing_in import ask
from tests.own_packages import install_package, with_packages_of
from tests.trading.engine.strategies.documented_package import FILES
from tests.waiting import until_now
from trading.engine.strategies.registry import GROUP

_NAME = "momentum"
_LIVE = "/api/v1/trading/live-strategies/"


def _install_the_package_of_the_page(folder: Path) -> None:
    """Put the page's modules where pip would, with the entry points of its pyproject.toml."""
    for name, text in FILES.items():
        if name.startswith("my_strategies/"):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8")
    project = tomllib.loads(FILES["pyproject.toml"])["project"]
    points = project["entry-points"][GROUP].items()
    install_package(folder, project["name"], [f"{name} = {value}" for name, value in points])


def test_a_strategy_of_ones_own_package_is_in_the_list_and_is_started_and_stopped(tmp_path: Path) -> None:
    packages = tmp_path / "packages"
    _install_the_package_of_the_page(packages)
    with deployments.demo(tmp_path / "var", with_packages_of(packages, {})) as demo:
        token = demo.token()

        def asked(path: str, body: object = None) -> Any:
            return ask(demo.http_url + path, body, token=token)

        kinds = {kind["name"]: kind for kind in asked("/api/v1/trading/strategies/")["items"]}
        parameters = [parameter["name"] for parameter in kinds[_NAME]["parameters"]]
        assert (kinds[_NAME]["title"], parameters) == ("Momentum", ["period", "rise"])
        terms = {"strategy": _NAME, "symbol": "BTCUSDT", "interval": "1s", "params": {"period": 2}}
        started = asked(_LIVE, terms)["strategy_id"]
        shown = f"{_LIVE}{started}/"
        until_now(
            lambda: asked(shown)["state"] == "running", seconds=30, explain=lambda: json.dumps(asked(shown), indent=1)
        )
        asked(f"{shown}stop/", {})
        until_now(lambda: asked(shown)["state"] == "stopped", seconds=30)
