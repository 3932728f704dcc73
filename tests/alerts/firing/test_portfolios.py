"""Rules on what their owner holds: equity, drawdown, a position's unrealised profit."""

from decimal import Decimal

import pytest

from alerts.conditions.rule import AlertSource, Condition, Rule, RuleMemory, Series, TriggerPolicy
from alerts.events import AlertOperator, AlertState
from alerts.firing.evaluation import Evaluation
from alerts.firing.noise_limits import NoiseLimits
from alerts.firing.series_values import point_of, topics_of
from alerts.firing.types import LoadedRule
from alerts.rules.series_choice import FIELDS
from streaming.topics.topic import Topic
from tests.manual_clock import ManualClock
from trading.events import Portfolio, Position

D = Decimal
_LIMITS = NoiseLimits(per_minute=100, per_hour=100, per_user=100)


def portfolio(time: int, *, equity: int = 1000, drawdown: str = "0", profit: str = "0") -> Portfolio:
    position = Position(symbol="BTCUSDT", quantity=D(1), average_price=D(1), price=D(1), unrealized_pnl=D(profit))
    return Portfolio(
        time=time,
        equity=D(equity),
        balance=D(0),
        unrealized_pnl=D(profit),
        realized_pnl=D(0),
        positions=(position,),
        drawdown=D(drawdown),
    )


def series(field: str, *, owner: str = "5", symbol: str = "BTCUSDT") -> Series:
    return Series(source=AlertSource.PORTFOLIO, symbol=symbol, field=field, owner=owner)


def loaded(rule_id: int, owner: int, field: str, operator: AlertOperator, threshold: int) -> LoadedRule:
    condition = Condition(series=series(field, owner=str(owner)), operator=operator, threshold=D(threshold))
    rule = Rule(id=rule_id, conditions=(condition,), trigger=TriggerPolicy.EVERY_TIME)
    known = RuleMemory(state=AlertState.ARMED, holds=(False,))
    return LoadedRule(id=rule_id, owner_id=owner, rule=rule, memory=known, firings=0, since=0)


@pytest.mark.parametrize(
    ("field", "symbol", "value"),
    [
        ("equity", "ETHUSDT", D(900)),
        ("drawdown", "ETHUSDT", D("12.5")),
        ("unrealized_pnl", "BTCUSDT", D("-3.5")),
        ("unrealized_pnl", "ETHUSDT", D(0)),
    ],
)
def test_it_reads_what_a_rule_looks_at(field: str, symbol: str, value: Decimal) -> None:
    point = point_of(series(field, symbol=symbol), portfolio(7, equity=900, drawdown="12.5", profit="-3.5"))
    assert point is not None
    assert (point.value, point.time, point.simulated) == (value, 7, False)


def test_it_knows_every_field_that_a_rule_may_name() -> None:
    event = portfolio(1)
    assert all(event.value_of(field, "BTCUSDT") is not None for field in FIELDS[AlertSource.PORTFOLIO])
    assert event.value_of("luck", "BTCUSDT") is None


def test_it_reads_the_portfolio_of_the_rules_owner_and_fires_those_rules_alone() -> None:
    evaluation = Evaluation(clock=ManualClock(), noise=_LIMITS, no_data_seconds=60, may_use_simulated=False)
    for rule in (
        loaded(1, 5, "equity", AlertOperator.CROSSING_DOWN, 950),
        loaded(2, 5, "drawdown", AlertOperator.ABOVE, 10),
        loaded(3, 8, "equity", AlertOperator.CROSSING_DOWN, 950),
    ):
        evaluation.put(rule)
    evaluation.plan()
    assert evaluation.topics == {Topic("portfolio", owner="5"), Topic("portfolio", owner="8")}
    assert topics_of(series("equity")) == (Topic("portfolio", owner="5"),)
    for time, equity, drawdown in ((1, 1000, "0"), (2, 940, "6"), (3, 880, "12")):
        evaluation.take(Topic("portfolio", owner="5"), portfolio(time, equity=equity, drawdown=drawdown))
    fired = [(one.firing.rule_id, one.firing.value, one.firing.time) for one in evaluation.take_batch().firings]
    assert fired == [(1, D(940), 2), (2, D(12), 3)]
