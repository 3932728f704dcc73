"""Reading a rule's parameters: what commands, REST and the admin's forms share."""

import json
from decimal import Decimal
from typing import Any

import pytest

from alerts.conditions.line import Line, LinePoint
from alerts.conditions.rule import LEVEL_OPERATORS, RANGE_OPERATORS, AlertSource, Combine, TriggerPolicy
from alerts.events import AlertOperator
from alerts.models import ChannelChoices
from alerts.preferences.preferences import Channel
from alerts.rules.conditions import LevelSource, restored, stored
from alerts.rules.parameters import RuleParameters, RuleTrial
from streaming.commands.errors import WrongParametersError
from streaming.commands.parameters import reader_of
from streaming.events import Interval
from tests.alerts.rules.refusals import NOTHING, OF_PARAMETERS, RULE, Refusal, given_of

read = reader_of(RuleParameters)
read_trial = reader_of(RuleTrial)


@pytest.mark.parametrize("refusal", OF_PARAMETERS.values(), ids=OF_PARAMETERS)
def test_it_refuses_by_field(refusal: Refusal) -> None:
    with pytest.raises(WrongParametersError) as refused:
        read(given_of(refusal))
    assert refused.value.fields == refusal[1]


SOURCES: list[dict[str, Any]] = [
    {"source": "price"},
    {"source": "ticker", "field": "bid"},
    {"source": "candle", "interval": "1m"},
    {"source": "indicator", "indicator": "sma", "interval": "1m"},
]
OPERANDS: dict[AlertOperator, dict[str, Any]] = {
    operator: {"threshold": 1}
    if operator in {"above", "at_least", "below", "crossing", "crossing_up", "crossing_down"}
    else {"lower": 1, "upper": 2}
    if operator in {"entering", "leaving", "inside", "outside"}
    else {"percent": 1, "window": 60}
    for operator in AlertOperator
}


@pytest.mark.parametrize("trigger", TriggerPolicy)
@pytest.mark.parametrize("operator", AlertOperator)
@pytest.mark.parametrize("source", SOURCES, ids=lambda source: str(source["source"]))
def test_it_takes_every_operator_of_every_source_with_every_trigger(
    source: dict[str, Any], operator: AlertOperator, trigger: TriggerPolicy
) -> None:
    interval = {"interval": "1m"} if trigger is TriggerPolicy.ONCE_PER_CANDLE_CLOSE else {}
    given = {"name": "a", "symbol": "BTCUSDT", "trigger": trigger, "operator": operator}
    [condition] = read(given | source | interval | OPERANDS[operator]).all_conditions
    assert (condition.source, condition.operator) == (source["source"], operator)


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: str(source["source"]))
@pytest.mark.parametrize("operator", sorted(LEVEL_OPERATORS))
def test_it_takes_a_line_in_place_of_a_threshold_of_every_price(
    source: dict[str, Any], operator: AlertOperator
) -> None:
    start: dict[str, Any] = {"time": "2026-11-26T10:00Z", "price": "64000.10"}
    ends = {"start": start, "end": {"time": 1_795_770_000_000, "price": 65_000}}
    [condition] = read(RULE | source | {"operator": operator, "threshold": None, "line": ends}).all_conditions
    assert condition.line == Line(
        start=LinePoint(time=1_795_687_200_000, price=Decimal("64000.10")),
        end=LinePoint(time=1_795_770_000_000, price=Decimal(65_000)),
    )
    assert restored(stored([condition])) == (condition,)


_LEVELS: list[dict[str, Any]] = [
    {"source": "ticker", "field": "open"},
    {"source": "candle", "interval": "1m", "field": "high"},
    {"source": "indicator", "indicator": "ema", "interval": "1m"},
    {"source": "indicator", "indicator": "bollinger", "field": "lower", "interval": "1m"},
]


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: str(source["source"]))
@pytest.mark.parametrize("level", _LEVELS, ids=lambda level: str(level.get("indicator", level["source"])))
@pytest.mark.parametrize("operator", sorted(LEVEL_OPERATORS))
@pytest.mark.parametrize("trigger", [TriggerPolicy.ONCE, TriggerPolicy.ONCE_PER_CANDLE_CLOSE])
def test_it_takes_another_series_of_prices_in_place_of_a_threshold(
    source: dict[str, Any], level: dict[str, Any], operator: AlertOperator, trigger: TriggerPolicy
) -> None:
    at_close = {"interval": "1m"} if trigger is TriggerPolicy.ONCE_PER_CANDLE_CLOSE else {}
    given = RULE | source | at_close | {"operator": operator, "trigger": trigger, "threshold": None}
    [condition] = read(given | {"level_source": level}).all_conditions
    assert condition.level_source is not None
    assert condition.level_source.field == level.get("field", "value")
    assert restored(json.loads(json.dumps(stored([condition])))) == (condition,)


def test_it_spells_out_what_another_series_is_by_default() -> None:
    level = {"source": "indicator", "indicator": "macd", "interval": "4h", "field": "signal"}
    given = RULE | {"source": "indicator", "indicator": "macd", "interval": "4h", "threshold": None}
    [condition] = read(given | {"level_source": level}).all_conditions
    parameters = {"fast": Decimal(12), "slow": Decimal(26), "signal": Decimal(9)}
    assert condition.level_source == LevelSource(
        source=AlertSource.INDICATOR, interval=Interval.HOUR_4, field="signal", indicator="macd", parameters=parameters
    )
    assert (condition.field, condition.parameters) == ("macd", parameters)


def test_crossings_of_two_series_are_true_together_where_the_same_events_bring_them() -> None:
    crossing = {"operator": "crossing", "source": "indicator", "indicator": "sma", "interval": "1m"}
    of_candles = crossing | {"level_source": {"source": "indicator", "indicator": "ema", "interval": "1m"}}
    of_prices = crossing | {"level_source": {"source": "price"}}
    together = {"name": "a", "symbol": "BTCUSDT", "trigger": "once"}
    assert len(read(together | {"conditions": [of_candles, crossing | {"threshold": 5}]}).all_conditions) == 2
    with pytest.raises(WrongParametersError) as refused:
        read(together | {"conditions": [of_candles, of_prices]})
    assert list(refused.value.fields) == ["conditions"]


@pytest.mark.parametrize("field", ["", "equity", "drawdown"])
def test_it_takes_what_is_of_all_that_one_holds_with_a_symbol_and_without(field: str) -> None:
    held = RULE | {"source": "portfolio", "field": field}
    assert [read(held | {"symbol": symbol}).symbol for symbol in ("BTCUSDT", "", None)] == ["BTCUSDT", "", ""]


@pytest.mark.parametrize("conditions", [[], [{"source": "portfolio", "operator": "above", "threshold": 1}]])
def test_it_takes_a_strategy_of_ones_own_without_a_symbol(conditions: list[dict[str, Any]]) -> None:
    own = {"source": "strategy", "strategy": "strat_a", "operator": "at_least", "threshold": "1.0"}
    given = read(RULE | own | {"symbol": "", "conditions": conditions})
    assert (given.symbol, given.all_conditions[0].action, given.all_conditions[0].field) == ("", None, "")


def test_it_keeps_every_digit() -> None:
    threshold = "12345678901234567890.0000000000123456789"
    assert read(RULE | {"threshold": threshold}).all_conditions[0].threshold == Decimal(threshold)


def test_it_spells_out_what_an_indicator_needs() -> None:
    given = RULE | {"source": "indicator", "indicator": "macd", "interval": "1h", "parameters": {"fast": 10}}
    [condition] = read(given).all_conditions
    assert condition.field == "macd"
    assert condition.parameters == {"fast": 10, "slow": 26, "signal": 9}
    assert condition.interval is Interval.HOUR_1


def test_it_takes_the_flat_condition_first_and_those_of_the_list_behind_it() -> None:
    further = [{"source": "ticker", "field": "ask", "operator": "below", "threshold": 3}]
    both = read(RULE | {"conditions": further, "combine": "any"})
    assert [(each.source, each.field) for each in both.all_conditions] == [("price", "price"), ("ticker", "ask")]
    assert both.combine is Combine.ANY
    listed = read(RULE | NOTHING | {"conditions": further})
    assert [each.source for each in listed.all_conditions] == [AlertSource.TICKER]


@pytest.mark.parametrize(
    "given",
    [
        {"operator": "moving_down", "threshold": None, "amount": 5, "window": 60, "hysteresis": "4.999"},
        {"operator": "outside", "threshold": None, "lower": 1, "upper": 2, "hysteresis": "0.5"},
        {"operator": "inside", "threshold": None, "lower": 1, "upper": 2, "hysteresis": 9},
        {"operator": "below", "threshold": 1, "hysteresis": 9},
        {"source": "ticker", "field": "change", "operator": "above", "threshold": 1, "hysteresis": 9},
    ],
    ids=lambda given: given["operator"],
)
def test_it_takes_a_hysteresis_by_which_a_value_can_come_back(given: dict[str, Any]) -> None:
    assert read(RULE | given).all_conditions[0].hysteresis == Decimal(given["hysteresis"])


_RSI: dict[str, Any] = {"source": "indicator", "indicator": "rsi", "interval": "1m", "threshold": None}
_OUT_OF_REACH: dict[str, set[int]] = {
    "above": {-1, 100, 101},
    "at_least": {-1, 0, 101},
    "below": {-1, 0, 101},
    "crossing": {-1, 101},
    "crossing_up": {-1, 0, 101},
    "crossing_down": {-1, 100, 101},
}
"""Of -1, 0, 100 and 101, what an RSI is always on the same side of, by operator."""


@pytest.mark.parametrize("operator", sorted(LEVEL_OPERATORS))
def test_it_refuses_a_level_that_all_values_of_a_bounded_indicator_are_on_the_same_side_of(
    operator: AlertOperator,
) -> None:
    refused = {level for level in (-1, 0, 100, 101) if not _is_taken(_RSI | {"operator": operator, "threshold": level})}
    assert refused == _OUT_OF_REACH[operator]
    assert _is_taken(_RSI | {"operator": operator, "threshold": "0.001"})
    assert _is_taken(_RSI | {"operator": operator, "threshold": -1, "indicator": "cci"})


@pytest.mark.parametrize("operator", sorted(RANGE_OPERATORS))
@pytest.mark.parametrize(
    ("lower", "upper", "is_taken"),
    [(-10, 30, True), (70, 120, True), (0, "99.9", True), (-2, -1, False), (101, 102, False), (-1, 101, False)],
)
def test_it_refuses_a_range_that_no_value_of_a_bounded_indicator_is_in_or_all_are(
    operator: AlertOperator, lower: object, upper: object, is_taken: bool
) -> None:
    assert _is_taken(_RSI | {"operator": operator, "lower": lower, "upper": upper}) is is_taken


@pytest.mark.parametrize(("amount", "is_taken"), [(100, True), ("100.001", False)])
def test_it_refuses_a_move_beyond_the_bounds_of_an_indicator(amount: object, is_taken: bool) -> None:
    assert _is_taken(_RSI | {"operator": "moving_down", "amount": amount, "window": 60}) is is_taken


@pytest.mark.parametrize(
    ("given", "most"),
    [
        ({"operator": "above", "threshold": 10}, 10),
        ({"operator": "at_least", "threshold": 10}, "9.999"),
        ({"operator": "below", "threshold": 95}, 5),
        ({"operator": "inside", "lower": 10, "upper": 60}, "39.999"),
        ({"operator": "outside", "lower": -20, "upper": 10}, 10),
        ({"operator": "outside", "lower": 90, "upper": 120}, 10),
    ],
)
def test_it_refuses_a_hysteresis_by_which_no_value_of_a_bounded_indicator_comes_back(
    given: dict[str, object], most: object
) -> None:
    assert _is_taken(_RSI | given | {"hysteresis": most})
    assert not _is_taken(_RSI | given | {"hysteresis": Decimal(str(most)) + Decimal("0.001")})
    assert _is_taken(_RSI | given | {"hysteresis": most, "indicator": "cci"})


def _is_taken(given: dict[str, Any]) -> bool:
    """Return whether a rule is taken; what is wrong with it otherwise is the reach of its indicator alone."""
    try:
        read(RULE | given)
    except WrongParametersError as refused:
        [sentence] = refused.fields.values()
        assert "RSI lies between 0 and 100" in sentence
        return False
    return True


_EDGE = {"source": "price", "operator": "crossing", "threshold": 1}


@pytest.mark.parametrize(
    "given",
    [
        {"combine": "any", "conditions": [{**_EDGE, "source": "ticker"}]},
        {"conditions": [{**_EDGE, "field": "price", "threshold": 2}]},
        {"conditions": [{**_EDGE, "source": "ticker", "operator": "above"}]},
        {
            "trigger": "once_per_candle_close",
            "interval": "1h",
            "conditions": [{**_EDGE, "source": "ticker", "field": "volume", "interval": "1h"}],
        },
        {
            "source": "candle",
            "interval": "1h",
            "conditions": [{**_EDGE, "source": "indicator", "indicator": "rsi", "interval": "1h"}],
        },
    ],
    ids=["any of them", "of the same value", "an edge while a level holds", "at a close", "of the same candle"],
)
def test_it_takes_edges_that_can_be_true_together(given: dict[str, Any]) -> None:
    assert len(read(RULE | _EDGE | given).all_conditions) == 2


def test_it_takes_the_channels_of_the_tables() -> None:
    assert [channel.value for channel in Channel] == ChannelChoices.values


@pytest.mark.parametrize(
    ("given", "fields"),
    [
        ({"id": 1, "symbol": "BTCUSDT"}, {"symbol": "symbol can't be given beside id"}),
        ({"id": 1, "parameters": {"period": 3}}, {"parameters": "parameters can't be given beside id"}),
        ({}, {"symbol": "symbol is required", "trigger": "trigger is required"}),
        (
            {"symbol": "BTCUSDT", "trigger": "once"},
            {"source": "source is required", "operator": "operator is required"},
        ),
        (RULE | {"threshold": None}, {"threshold": "threshold is required for above"}),
    ],
)
def test_it_tries_a_rule_by_its_id_alone_or_by_parameters(given: dict[str, Any], fields: dict[str, str]) -> None:
    with pytest.raises(WrongParametersError) as refused:
        read_trial(given)
    assert refused.value.fields == fields


def test_it_tries_a_rule_that_has_no_name_yet() -> None:
    assert read_trial({name: value for name, value in RULE.items() if name != "name"}).symbol == "BTCUSDT"
