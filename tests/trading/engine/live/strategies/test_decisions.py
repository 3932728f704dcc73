"""A strategy decides live what it decides in a backtest, order by order; however often it is killed meanwhile."""

from decimal import Decimal
from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.examples import examples
from tests.trading.engine.live.strategies.driven_strategy import (
    TRADES_IN_ONE,
    DrivenStrategy,
    backtest_of,
    decisions_of,
    fill_of,
    strategies_of_tests,
    tick_market,
)
from trading.engine.live.strategies.state import StrategyState

_MARKET = tick_market(7, 360)
_MINUTES = 40
_CASES: list[tuple[str, dict[str, Any]]] = [
    ("ma_cross", {"fast": 3, "slow": 8, "stop_loss": Decimal("0.02")}),
    ("ma_cross", {"fast": 5, "slow": 12, "kind": "ema"}),
    ("rsi_reversion", {"period": 5, "oversold": 40, "overbought": 60, "stop_loss": Decimal("0.03")}),
    ("bollinger_breakout", {"period": 10, "deviations": Decimal("1.5"), "position_size": Decimal("0.5")}),
    ("donchian_breakout", {"entry": 10, "exit": 5, "stop_loss": Decimal("0.05")}),
    ("dca", {"amount": 20, "every": 7, "take_profit": Decimal("0.02")}),
    ("grid", {"lower_price": "2.50", "upper_price": "3.50", "grid_count": 10, "investment": 900}),
]


_CASES_TO_KILL = [*_CASES, ("random", {"seed": 3, "activity": 60})]


@pytest.mark.parametrize(("name", "parameters"), _CASES)
def test_it_decides_live_what_it_decides_in_a_backtest(name: str, parameters: dict[str, Any]) -> None:
    driven = DrivenStrategy(_MARKET, strategies_of_tests()[name], parameters).begin().run()
    outcome = backtest_of(_MARKET, name, parameters, first=driven.first)
    assert len(outcome.fills) > 10
    assert driven.decisions == decisions_of(outcome)
    assert driven.fills == [fill_of(fill) for fill in outcome.fills]
    told = [(signal.time, signal.action, signal.confidence, signal.reason) for signal in driven.signals]
    assert told == [(each.time, each.action, each.confidence, each.reason) for each in outcome.signals]


@examples(50)
@given(
    case=st.sampled_from(_CASES_TO_KILL),
    kills=st.sets(st.integers(0, _MINUTES * (TRADES_IN_ONE + 1) - 1), min_size=1, max_size=6),
)
def test_it_decides_the_same_wherever_it_is_killed(case: tuple[str, dict[str, Any]], kills: set[int]) -> None:
    name, parameters = case
    killed = DrivenStrategy(_MARKET, strategies_of_tests()[name], parameters).begin()
    for step in range(_MINUTES * (TRADES_IN_ONE + 1)):
        minute, place = divmod(step, TRADES_IN_ONE + 1)
        if place == TRADES_IN_ONE:
            killed.close(killed.first + minute)
        else:
            killed.trade(_MARKET.trades_of(killed.first + minute)[place])
        if step in kills:
            killed.kill()
    untouched = _untouched(_CASES_TO_KILL.index(case))
    assert killed.driver.state is StrategyState.RUNNING, killed.driver.reason
    assert (killed.told, killed.signals) == (untouched.told, untouched.signals)
    assert killed.sub_account.state() == untouched.sub_account.state()
    assert killed.driver.memory() == untouched.driver.memory()


@cache
def _untouched(case: int) -> DrivenStrategy:
    name, parameters = _CASES_TO_KILL[case]
    return DrivenStrategy(_MARKET, strategies_of_tests()[name], parameters).begin().run(_MINUTES)
