"""The registry: the shipped strategies, and those of other packages, of which a broken one stops no other."""

import sys
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from trading.engine.strategies.errors import StrategyParametersError
from trading.engine.strategies.registry import GROUP, installed_strategies, strategies_with, strategy_of
from trading.engine.strategies.shipped import SHIPPED

_SOURCE = """
from trading.learning.kinds import ModelKind
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

class Unversioned(Foreign):
    name, version = "unversioned", 2

class OtherModels(StrategyParameters, frozen=True):
    period: int = 14
    perhaps: ModelKind | None = None
    kind: ModelKind = ModelKind.ONLINE

class AsksByKind(Foreign):
    name, Parameters, model_parameter = "asks_by_kind", OtherModels, "kind"

class AsksByNumber(AsksByKind):
    model_parameter = "period"

class AsksByNothing(AsksByKind):
    model_parameter = "algorithm"

class AsksPerhaps(AsksByKind):
    model_parameter = "perhaps"

class AsksByNone(AsksByKind):
    model_parameter = None

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
    assert [*installed_strategies()][: len(SHIPPED)] == [strategy.name for strategy in SHIPPED]
    names = ["ma_cross", "rsi_reversion", "bollinger_breakout", "donchian_breakout", "dca", "grid", "learned_direction"]
    assert [strategy.name for strategy in SHIPPED] == names


def test_it_adds_what_entry_points_lead_to(foreign: str, caplog: pytest.LogCaptureFixture) -> None:
    strategies = strategies_with([point("foreign", f"{foreign}:Foreign")])
    assert [*strategies][len(SHIPPED) :] == ["foreign"]
    assert strategy_of("foreign", strategies).title == "Foreign"
    assert caplog.records == []


def test_it_tells_of_what_is_broken_by_name_and_leaves_only_that_out(
    foreign: str, caplog: pytest.LogCaptureFixture
) -> None:
    points = {
        "missing": ("no_such_module:Strategy", "No module named 'no_such_module'"),
        "absent": (f"{foreign}:Absent", "has no attribute 'Absent'"),
        "number": (f"{foreign}:NUMBER", f"{foreign}:NUMBER is no Strategy"),
        "nameless": (f"{foreign}:Nameless", f"{foreign}:Nameless has no name"),
        "unversioned": (f"{foreign}:Unversioned", f"{foreign}:Unversioned has no version of 1 to 32 characters"),
        "twice": (f"{foreign}:Twice", "there is a strategy ma_cross already"),
        "good": (f"{foreign}:Foreign", ""),
    }
    strategies = strategies_with([point(name, value) for name, (value, _) in points.items()])
    assert [*strategies][len(SHIPPED) :] == ["foreign"]
    assert strategies["ma_cross"] is SHIPPED[0]
    told = [record.getMessage() for record in caplog.records]
    assert {record.levelname for record in caplog.records} == {"WARNING"}
    names = ["absent", "missing", "nameless", "number", "twice", "unversioned"]
    for name, message in zip(names, told, strict=True):
        value, fault = points[name]
        assert message.startswith(f"the strategy of entry point {name} ({value}) is left out: ")
        assert fault in message


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("AsksByNumber", "'period'"),
        ("AsksByNothing", "'algorithm'"),
        ("AsksPerhaps", "'perhaps'"),
        ("AsksByNone", "None"),
    ],
)
def test_one_that_asks_a_model_by_what_names_none_is_left_out(
    name: str, told: str, foreign: str, caplog: pytest.LogCaptureFixture
) -> None:
    points = [point(each, f"{foreign}:{each}") for each in ("AsksByKind", name)]
    assert [*strategies_with(points)][len(SHIPPED) :] == ["asks_by_kind"]
    (record,) = caplog.records
    assert f"its model_parameter {told} is no parameter of type ModelKind" in record.getMessage()


def test_it_names_those_there_are_where_one_is_unknown() -> None:
    with pytest.raises(StrategyParametersError) as refused:
        strategy_of("moon", strategies_with([]))
    assert refused.value.fields == {
        "strategy": "strategy must be one of ma_cross rsi_reversion bollinger_breakout donchian_breakout dca grid "
        "learned_direction"
    }


def test_without_the_extra_none_is_listed_that_asks_a_model_and_it_says_what_is_missing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "river", None)
    known = strategies_with([])
    assert "learned_direction" not in known
    assert len(known) == len(SHIPPED) - 1
    with pytest.raises(StrategyParametersError, match=r"learned_direction can't run here: .*tidewire\[learning\]"):
        strategy_of("learned_direction", known)
