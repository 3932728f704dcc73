"""What the evaluator reads of a row, and how conditions are kept."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.conditions.rule import AlertSource, Combine, Condition, Rule, Series, TriggerPolicy
from alerts.events import AlertOperator
from alerts.models import AlertRule
from alerts.rules.conditions import ConditionParameters, LevelSource, restored, stored
from alerts.rules.definition import rule_of
from streaming.events import Interval

_NUMBERS = st.decimals(allow_nan=False, allow_infinity=False, places=12)
_MAYBE = st.none() | _NUMBERS


@given(
    st.builds(
        ConditionParameters,
        source=st.sampled_from(AlertSource),
        operator=st.sampled_from(AlertOperator),
        interval=st.none() | st.sampled_from(Interval),
        field=st.text(max_size=5),
        indicator=st.text(max_size=5),
        parameters=st.dictionaries(st.text(max_size=5), _NUMBERS, max_size=3),
        threshold=_MAYBE,
        lower=_MAYBE,
        upper=_MAYBE,
        level_source=st.none()
        | st.builds(
            LevelSource,
            source=st.sampled_from(AlertSource),
            interval=st.none() | st.sampled_from(Interval),
            field=st.text(max_size=5),
            indicator=st.text(max_size=5),
            parameters=st.dictionaries(st.text(max_size=5), _NUMBERS, max_size=3),
        ),
        amount=_MAYBE,
        percent=_MAYBE,
        window=st.none() | st.integers(1, 86_400),
        hysteresis=_NUMBERS,
    )
)
def test_it_keeps_conditions_as_they_are_with_every_digit(condition: ConditionParameters) -> None:
    assert restored(json.loads(json.dumps(stored([condition])))) == (condition,)


@pytest.mark.parametrize("kept", [[{}], [{"source": "moon", "operator": "above"}], {"source": "price"}, None])
def test_it_refuses_what_is_no_condition(kept: Any) -> None:
    for read in (restored, lambda conditions: rule_of(row(conditions))):
        with pytest.raises(msgspec.ValidationError):
            read(kept)


def row(conditions: Any, **columns: Any) -> AlertRule:
    """Return an unsaved row."""
    return AlertRule(pk=7, owner_id=5, symbol="BTCUSDT", conditions=conditions, **columns)


RSI = {
    "source": "indicator",
    "operator": "below",
    "interval": "1h",
    "indicator": "rsi",
    "field": "value",
    "parameters": {"period": "14"},
    "threshold": "30.50",
    "hysteresis": "2",
}


def test_it_reads_all_that_the_evaluator_needs() -> None:
    columns = {
        "combine": "any",
        "trigger": "every_time",
        "cooldown_seconds": 60,
        "expires_at": datetime(2026, 11, 20, 12, 0, 0, 123_999, tzinfo=UTC),
        "snoozed_until": datetime(2026, 11, 20, tzinfo=UTC),
        "max_firings": 5,
        "firings": 2,
    }
    move = {"source": "price", "field": "price", "operator": "moving_up", "percent": "5", "window": 60}
    assert rule_of(row([RSI, move], **columns), may_use_simulated=True) == Rule(
        id=7,
        conditions=(
            Condition(
                series=Series(
                    source=AlertSource.INDICATOR,
                    symbol="BTCUSDT",
                    field="value",
                    interval=Interval.HOUR_1,
                    indicator="rsi",
                    parameters=(("period", Decimal(14)),),
                ),
                operator=AlertOperator.BELOW,
                threshold=Decimal("30.50"),
                hysteresis=Decimal(2),
            ),
            Condition(
                series=Series(source=AlertSource.PRICE, symbol="BTCUSDT", field="price"),
                operator=AlertOperator.MOVING_UP,
                percent=Decimal(5),
                window_seconds=60,
            ),
        ),
        combine=Combine.ANY,
        trigger=TriggerPolicy.EVERY_TIME,
        cooldown_seconds=60,
        expires_at=1_795_176_000_123,
        firings_left=3,
        snoozed_until=1_795_132_800_000,
        may_use_simulated=True,
    )


@pytest.mark.parametrize(("most", "left"), [(None, None), (3, 1), (2, 0), (1, 0)])
def test_it_counts_the_firings_that_are_left(most: int | None, left: int | None) -> None:
    assert rule_of(row([RSI], max_firings=most, firings=2)).firings_left == left


def test_it_looks_at_closed_candles_only_where_the_trigger_says_so() -> None:
    closing = {"trigger": "once_per_candle_close"}
    assert rule_of(row([RSI], **closing)).conditions[0].series.at_close
    assert not rule_of(row([RSI])).conditions[0].series.at_close


def test_it_takes_the_price_at_a_candle_s_close_for_that_candle_s_close() -> None:
    price = {"source": "price", "field": "price", "operator": "above", "threshold": "5", "interval": "1m"}
    [condition] = rule_of(row([price], trigger="once_per_candle_close")).conditions
    assert condition.series.key == "candle.BTCUSDT.1m.close.at_close"


def test_a_portfolio_is_its_rules_owners() -> None:
    kept = {"source": "portfolio", "operator": "above", "field": "drawdown", "threshold": "10"}
    [condition] = rule_of(row([kept])).conditions
    assert condition.series == Series(source=AlertSource.PORTFOLIO, symbol="BTCUSDT", field="drawdown", owner="5")
    assert condition.series.key == "portfolio.5.BTCUSDT.drawdown"
    assert rule_of(row([RSI])).conditions[0].series.owner == ""


def test_a_wallet_is_its_rules_owners_by_one_spelling_and_of_no_symbol() -> None:
    kept = {"source": "wallet", "operator": "below", "field": "balance", "threshold": "1", "chain": "ethereum"}
    [condition] = rule_of(row([kept | {"address": "0xAb", "token": "0xC1"}])).conditions
    assert condition.series == Series(
        source=AlertSource.WALLET, symbol="", field="balance", owner="5", chain="ethereum", watched="0xab", token="0xc1"
    )
    assert condition.series.key == "wallet.5.ethereum.0xab.0xc1.balance"
    [condition] = rule_of(row([kept | {"tx": "0x12", "field": "failed"}])).conditions
    assert (condition.series.watched, condition.series.is_momentary) == ("0x12", True)


def test_an_own_strategy_is_its_rules_owners_and_a_public_one_is_nobodys() -> None:
    signals = {"source": "strategy", "operator": "at_least", "threshold": "1"}
    own, public = (
        rule_of(row([signals | given])).conditions[0].series
        for given in ({"strategy": "strat_a", "action": "buy"}, {"action": "sell"})
    )
    assert (own.owner, own.strategy, own.field) == ("5", "strat_a", "buy")
    assert (own.key, public.key) == ("strategy.5.BTCUSDT.strat_a.buy", "strategy.BTCUSDT.sell")
    assert own.is_momentary
    assert rule_of(row([signals])).conditions[0].series.field == "any"


_PRICE_ROW = {"source": "price", "field": "price", "operator": "crossing"}
_SMA_ROW = {
    "source": "indicator",
    "indicator": "sma",
    "field": "value",
    "interval": "5m",
    "parameters": {"period": "20"},
}


def test_it_reads_another_series_of_the_same_symbol_as_the_level() -> None:
    [condition] = rule_of(row([_PRICE_ROW | {"level_source": _SMA_ROW}], trigger="once", combine="all")).conditions
    average = Series(
        source=AlertSource.INDICATOR, symbol="BTCUSDT", field="value", interval=Interval.MINUTE_5, indicator="sma",
        parameters=(("period", Decimal(20)),),
    )  # fmt: skip
    assert (condition.level, condition.looked_at) == (average, (condition.series, average))


def test_at_a_close_both_series_are_of_the_same_candles() -> None:
    kept = [_PRICE_ROW | {"source": "ticker", "field": "bid", "interval": "5m", "level_source": {"source": "price"}}]
    [condition] = rule_of(row(kept, trigger="once_per_candle_close", combine="all")).conditions
    assert condition.level == Series(
        source=AlertSource.CANDLE, symbol="BTCUSDT", field="close", interval=Interval.MINUTE_5, at_close=True
    )


@pytest.mark.parametrize(
    "kept",
    [
        _PRICE_ROW | {"level_of_later_versions": {"source": "price"}},
        {"source": "price", "operator": "inside", "lower": "1"},
        {"source": "price", "operator": "moving_up", "window": 60},
    ],
)
def test_it_refuses_what_lacks_its_operand_as_what_a_later_version_has_stored_may(kept: Any) -> None:
    with pytest.raises(ValueError, match=f"{kept['operator']} lacks its operand"):
        rule_of(row([kept], trigger="once", combine="all"))
