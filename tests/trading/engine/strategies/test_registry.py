"""The registry: the shipped strategies, and those of other packages, of which a broken one stops no other."""

import sys
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from trading.engine.strategies.errors import StrategyParametersError
from trading.engine.strategies.registry import GROUP, installed_strategies, strategies_with, strategy_of
from trading.engine.strategies.shipped import SHIPPED

_SOURCE = """
from trading.engine.strategies.parameters import StrategyParameters
from trading.engine.strategies.strategy import Strategy

class NoParameters(StrategyParameters, frozen=True):
    pass

class Foreign(Strategy[NoParameters]):
    name, title, description, Parameters = "foreign", "Foreign", "Of another package.", NoParameters

class Twice(Foreign):
    name = "ma_cross"

class Nameless(Strategy[NoParameters]):
    title, description, Parameters = "Nameless", "Has no name.", NoParameters

NUMBER = 7
"""


@pytest.fixture
def foreign(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return the name of a module of another package."""
    (tmp_path / "foreign_strategies.py").write_text(_SOURCE, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "foreign_strategies", raising=False)
    return "foreign_strategies"


def point(name: str, value: str) -> EntryPoint:
    return EntryPoint(name=name, value=value, group=GROUP)


def test_it_has_the_shipped_strategies() -> None:
    assert [*installed_strategies()][:6] == [strategy.name for strategy in SHIPPED]
    names = ["ma_cross", "rsi_reversion", "bollinger_breakout", "donchian_breakout", "dca", "grid"]
    assert [strategy.name for strategy in SHIPPED] == names


def test_it_adds_what_entry_points_lead_to(foreign: str) -> None:
    with capture_logs() as logs:
        strategies = strategies_with([point("foreign", f"{foreign}:Foreign")])
    assert [*strategies][6:] == ["foreign"]
    assert strategy_of("foreign", strategies).title == "Foreign"
    assert logs == []


def test_it_tells_of_what_is_broken_by_name_and_leaves_only_that_out(foreign: str) -> None:
    points = {
        "missing": ("no_such_module:Strategy", "No module named 'no_such_module'"),
        "absent": (f"{foreign}:Absent", "has no attribute 'Absent'"),
        "number": (f"{foreign}:NUMBER", f"{foreign}:NUMBER is no Strategy"),
        "nameless": (f"{foreign}:Nameless", f"{foreign}:Nameless has no name"),
        "twice": (f"{foreign}:Twice", "there is a strategy ma_cross already"),
        "good": (f"{foreign}:Foreign", ""),
    }
    with capture_logs() as logs:
        strategies = strategies_with([point(name, value) for name, (value, _) in points.items()])
    assert [*strategies][6:] == ["foreign"]
    assert strategies["ma_cross"] is SHIPPED[0]
    told = {log["entry_point"]: log["fault"] for log in logs}
    assert {log["log_level"] for log in logs} == {"warning"}
    assert sorted(told) == ["absent", "missing", "nameless", "number", "twice"]
    assert [name for name, fault in told.items() if points[name][1] not in fault] == []


def test_it_names_those_there_are_where_one_is_unknown() -> None:
    with pytest.raises(StrategyParametersError) as refused:
        strategy_of("moon", strategies_with([]))
    assert refused.value.fields == {
        "strategy": "strategy must be one of ma_cross rsi_reversion bollinger_breakout donchian_breakout dca grid"
    }
