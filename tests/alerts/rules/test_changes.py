"""A rule with changes: what stays, what goes, what takes its place."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import convert, structs

from alerts.conditions.line import Line
from alerts.rules.changes import changed
from alerts.rules.conditions import LevelSource
from alerts.rules.parameters import RuleChanges, RuleParameters
from streaming.commands.parameters import reader_of
from tests.alerts.rules.refusals import RULE

_TICKER = {"source": "ticker", "field": "bid", "operator": "below", "threshold": 1}
_RANGE = {"source": "price", "operator": "inside", "lower": 1, "upper": 2}
_RSI = {"source": "indicator", "indicator": "rsi", "interval": "1m", "operator": "below", "threshold": 30}
_MOVE = {"source": "price", "operator": "moving_up", "percent": 5, "window": 60}


def rule_of(*conditions: dict[str, Any], **options: Any) -> RuleParameters:
    """Return a rule with all of its conditions in the list."""
    bare = {"name": "High", "symbol": "BTCUSDT", "trigger": "once"}
    rule = reader_of(RuleParameters)(bare | options | {"conditions": list(conditions)})
    return structs.replace(rule, conditions=rule.all_conditions)


def change(rule: RuleParameters, **changes: Any) -> RuleParameters:
    """Return the changed rule."""
    return changed(rule, reader_of(RuleChanges)({"id": 1, **changes}))


def conditions_of(rule: RuleParameters) -> list[dict[str, Any]]:
    """Return what the conditions say, as far as it isn't the default; the rule has no faults."""
    assert not rule.wrong_together()
    return [
        {field.name: value for field in structs.fields(each) if (value := getattr(each, field.name)) and value != 0}
        for each in rule.all_conditions
    ]


_LINE = {"start": {"time": 0, "price": 5}, "end": {"time": 60_000, "price": 6}}
_ON_LINE = {"source": "price", "field": "price", "operator": "above", "line": _LINE}
_PRICE = {"source": "price", "field": "price", "operator": "above", "threshold": 5}
_AVERAGE = {"source": "indicator", "indicator": "sma", "field": "value", "interval": "1m", "parameters": {"period": 20}}
_ON_AVERAGE = {
    "source": "price",
    "field": "price",
    "operator": "above",
    "level_source": _AVERAGE,
}
_COMPARED = _ON_AVERAGE | {"level_source": convert(_AVERAGE, LevelSource)}


@pytest.mark.parametrize(
    ("before", "changes", "after"),
    [
        ([_PRICE], {}, [_PRICE]),
        ([_PRICE], {"threshold": 6}, [_PRICE | {"threshold": 6}]),
        ([_PRICE], {"line": _LINE}, [_PRICE | {"threshold": None, "line": convert(_LINE, Line)}]),
        ([_ON_LINE], {"threshold": 6}, [_PRICE | {"threshold": 6}]),
        ([_PRICE], {"level_source": _AVERAGE}, [_COMPARED]),
        ([_ON_LINE], {"level_source": _AVERAGE}, [_COMPARED]),
        ([_ON_AVERAGE], {"threshold": 5}, [_PRICE]),
        ([_ON_AVERAGE], {"line": _LINE}, [_ON_LINE | {"line": convert(_LINE, Line)}]),
        ([_ON_AVERAGE], {"operator": "inside", "lower": 1, "upper": 2}, [_RANGE | {"field": "price"}]),
        ([_ON_AVERAGE], {"name": "Low"}, [_COMPARED]),
        ([_ON_LINE], {"operator": "inside", "lower": 1, "upper": 2}, [_RANGE | {"field": "price"}]),
        ([_PRICE, _TICKER], {"threshold": 6}, [_PRICE | {"threshold": 6}, _TICKER]),
        ([_PRICE, _TICKER], {"conditions": [_TICKER]}, [_TICKER]),
        ([_PRICE, _TICKER], _PRICE | {"threshold": 6}, [_PRICE | {"threshold": 6}]),
        ([_TICKER], _PRICE | {"conditions": [_TICKER]}, [_PRICE, _TICKER]),
        ([_PRICE], {"threshold": 6, "conditions": [_TICKER]}, [_PRICE | {"threshold": 6}, _TICKER]),
        (
            [_PRICE | {"hysteresis": 2}],
            {"operator": "inside", "lower": 1, "upper": 2},
            [_RANGE | {"field": "price", "hysteresis": 2}],
        ),
        ([_PRICE | {"hysteresis": 2}], {"operator": "crossing"}, [_PRICE | {"operator": "crossing"}]),
        ([_RSI], {"source": "ticker"}, [_PRICE | {"source": "ticker", "operator": "below", "threshold": 30}]),
        ([_MOVE], {"amount": 7}, [{**_MOVE, "field": "price", "amount": 7} | {"percent": None}]),
        ([_MOVE], {"operator": "above", "threshold": 5}, [_PRICE]),
    ],
)
def test_it_changes_conditions(
    before: list[dict[str, Any]], changes: dict[str, Any], after: list[dict[str, Any]]
) -> None:
    expected = [{name: value for name, value in each.items() if value is not None} for each in after]
    assert conditions_of(change(rule_of(*before), **changes)) == expected


def test_it_takes_the_interval_away_with_the_trigger_that_needed_it() -> None:
    rule = rule_of(_PRICE | {"interval": "1m"}, _TICKER | {"interval": "1m"}, trigger="once_per_candle_close")
    assert conditions_of(change(rule, trigger="once")) == [_PRICE, _TICKER]


def test_it_takes_the_cool_down_away_with_every_time() -> None:
    rule = rule_of(_PRICE, trigger="every_time", cooldown=60)
    assert change(rule, name="b").cooldown == 60
    assert change(rule, trigger="once").cooldown == 0


@pytest.mark.parametrize("name", ["expires", "max_firings"])
def test_it_takes_away_what_is_null(name: str) -> None:
    rule = rule_of(_PRICE, expires=4_102_444_800_000, max_firings=3)
    assert getattr(change(rule, **{name: None}), name) is None
    assert getattr(change(rule, name="b"), name) is not None


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"operator": "inside", "lower": 1}, "upper"),
        ({"lower": 1}, "lower"),
        ({"cooldown": 5}, "cooldown"),
        ({"interval": "1m"}, "interval"),
        ({"conditions": [_RSI | {"indicator": "moon"}]}, "conditions.0.indicator"),
    ],
)
def test_it_keeps_what_was_given_though_it_is_wrong(changes: dict[str, Any], fault: str) -> None:
    assert list(change(rule_of(_PRICE), **changes).wrong_together()) == [fault]


_CONDITIONS = st.lists(st.sampled_from([_PRICE, _TICKER, _RANGE, _RSI, _MOVE]), min_size=1, max_size=4)


@given(before=_CONDITIONS, after=_CONDITIONS)
def test_it_becomes_any_rule_that_is_told_whole(before: list[dict[str, Any]], after: list[dict[str, Any]]) -> None:
    as_list = change(rule_of(*before), conditions=after)
    as_flat = change(rule_of(*before), **after[0], conditions=after[1:])
    assert as_list.all_conditions == as_flat.all_conditions == rule_of(*after).all_conditions


@given(conditions=_CONDITIONS)
def test_it_stays_as_it_is_where_nothing_is_given(conditions: list[dict[str, Any]]) -> None:
    rule = rule_of(*conditions)
    assert change(rule).all_conditions == rule.all_conditions
    assert not change(rule).wrong_together()


def test_it_knows_the_changes_of_every_parameter() -> None:
    changeable = set(RuleChanges.__struct_fields__) - {"id"}
    assert changeable == set(RuleParameters.__struct_fields__)
    assert set(RULE) <= changeable
