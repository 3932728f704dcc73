"""Rules while simulated prices stand in for an exchange, and at both switches."""

from decimal import Decimal

import msgspec
import pytest

from alerts.conditions.rule import AlertSource, Condition, Rule, RuleMemory, Series, TriggerPolicy
from alerts.events import AlertOperator, AlertState
from alerts.firing.evaluation import Evaluation
from alerts.firing.noise_limits import NoiseLimits
from alerts.firing.types import LoadedRule
from streaming.events import Interval, Source
from tests.alerts.firing.market import candle, candle_topic, price, price_topic
from tests.manual_clock import ManualClock

_SYMBOL = "ONEUSDT"
_PRICES = Series(source=AlertSource.PRICE, symbol=_SYMBOL, field="price")
_CLOSES = Series(
    source=AlertSource.CANDLE, symbol=_SYMBOL, field="close", interval=Interval.MINUTE_1, at_close=True
)  # fmt: skip


def _evaluation(series: Series, *, may_use_simulated: bool) -> Evaluation:
    """Return one of Binance's market with a rule that is armed: a crossing of 100."""
    limits = NoiseLimits(per_minute=100, per_hour=100, per_user=100)
    made = Evaluation(
        clock=ManualClock(),
        noise=limits,
        no_data_seconds=60,
        may_use_simulated=may_use_simulated,
        market=Source.BINANCE,
    )
    condition = Condition(series=series, operator=AlertOperator.CROSSING, threshold=Decimal(100))
    rule = Rule(id=1, conditions=(condition,), trigger=TriggerPolicy.EVERY_TIME, may_use_simulated=may_use_simulated)
    memory = RuleMemory(state=AlertState.ARMED, holds=(False,))
    made.put(LoadedRule(id=1, owner_id=1, rule=rule, memory=memory))
    made.plan()
    return made


def _fired(evaluation: Evaluation, *told: tuple[Source, int]) -> list[int]:
    """Take prices, one each ms; return those at which the rule fires."""
    for time, (source, value) in enumerate(told, 1_000):
        evaluation.take(price_topic(_SYMBOL), price(_SYMBOL, value, time, source=source))
    return [int(one.firing.value) for one in evaluation.take_batch().firings]


_REAL, _SIMULATED = Source.BINANCE, Source.SIMULATOR


@pytest.mark.parametrize("may_use_simulated", [False, True])
def test_neither_switch_fires_a_rule_though_the_price_lies_across_its_level(*, may_use_simulated: bool) -> None:
    evaluation = _evaluation(_PRICES, may_use_simulated=may_use_simulated)
    assert _fired(evaluation, (_REAL, 90), (_SIMULATED, 111), (_SIMULATED, 112), (_REAL, 91), (_REAL, 92)) == []


def test_what_simulated_prices_cross_fires_only_where_the_deployment_says_so() -> None:
    told = ((_REAL, 90), (_SIMULATED, 91), (_SIMULATED, 111), (_REAL, 92), (_REAL, 113))
    assert _fired(_evaluation(_PRICES, may_use_simulated=False), *told) == [113]
    assert _fired(_evaluation(_PRICES, may_use_simulated=True), *told) == [111, 113]


def test_simulated_candles_take_no_real_ones_place_whatever_the_deployment_says() -> None:
    evaluation = _evaluation(_CLOSES, may_use_simulated=True)
    real = [candle(_SYMBOL, close, minute * 60_000, is_final=True) for minute, close in ((1, 90), (2, 95), (3, 110))]
    simulated = msgspec.structs.replace(real[1], close=Decimal(120), source=_SIMULATED)
    for one in (real[0], simulated, *real[1:]):
        evaluation.take(candle_topic(_SYMBOL), one)
    assert [int(one.firing.value) for one in evaluation.take_batch().firings] == [110]
