"""docs/strategies.md: what it teaches to write is written as it says, and works."""

import importlib
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from tests.trading.engine.strategies.documented_package import FILES, TEXT
from trading.engine.strategies.errors import StrategyParametersError
from trading.engine.strategies.parameters import read_parameters
from trading.engine.strategies.registry import GROUP, strategies_with
from trading.engine.strategies.strategy import Strategy


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Write the page's files, and let them be imported."""
    for name, text in FILES.items():
        path = tmp_path / (f"{name[:-3]}_of_the_page.py" if name.startswith("tests/") else name)
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.syspath_prepend(str(tmp_path / "tests"))
    yield tmp_path
    for name in [name for name in sys.modules if name.startswith("my_strategies") or name.endswith("_of_the_page")]:
        del sys.modules[name]


@pytest.mark.usefixtures("package")
def test_its_example_passes_its_own_test() -> None:
    importlib.import_module("test_momentum_of_the_page").test_it_buys_a_rise_and_sells_a_fall()


def test_its_entry_point_leads_to_its_strategy(package: Path) -> None:
    project = tomllib.loads((package / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    points = [EntryPoint(name, value, GROUP) for name, value in project["entry-points"][GROUP].items()]
    assert [*strategies_with(points)][-1] == "momentum"


@pytest.mark.usefixtures("package")
def test_its_rule_across_parameters_is_told() -> None:
    rules = importlib.import_module("my_strategies.rules")
    kind = type("TwoPeriodsStrategy", (Strategy,), {"name": "two", "Parameters": rules.TwoPeriods})
    with pytest.raises(StrategyParametersError, match="short must be smaller than long"):
        read_parameters(kind, {"short": 50})


def test_it_tells_all_that_a_strategy_is_told_and_given() -> None:
    told = [name for name in vars(Strategy) if name.startswith("on_")]
    assert [name for name in told if f"`{name}(" not in TEXT] == []
