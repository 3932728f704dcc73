"""Where nothing is to be earned, nothing is: on random walks, with fees, no shipped strategy's mean is above zero.

That of one which knows what comes next is, by the same measure.
"""

import math
from functools import cache
from statistics import fmean, stdev
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.trading.engine.strategies.walks import run_over, walk
from trading.engine.amounts import decimal_of
from trading.engine.backtests.series import CandleSeries
from trading.engine.strategies.candles import CandleColumns, StrategyCandle
from trading.engine.strategies.parameters import StrategyParameters
from trading.engine.strategies.shipped import SHIPPED
from trading.engine.strategies.strategy import Strategy

_WALKS, _CANDLES = 200, 150
_WITHOUT_A_MODEL = [strategy for strategy in SHIPPED if not strategy.model_parameter]
"""What models find on random walks is tested with them."""
_PARAMETERS: dict[str, dict[str, Any]] = {
    "ma_cross": {"fast": 5, "slow": 15},
    "rsi_reversion": {"period": 5},
    "dca": {"every": 10, "amount": 50, "take_profit": "0.002"},
    "grid": {"lower_price": 9_900, "upper_price": 10_100, "grid_count": 10},
}
"""Quick ones, for short walks; the others by their defaults."""
_AHEAD, _COSTS = 10, 0.003
"""How many candles ahead one sees, and what it costs to buy and to sell."""


@cache
def walk_of(seed: int) -> CandleSeries:
    return walk(_CANDLES, seed)


def net_return(seed: int, strategy: type[Strategy[Any]]) -> tuple[float, int]:
    """Return what a strategy made of 1 on a walk of its own, and by how many executions."""
    series = walk_of(seed)
    outcome = run_over(series, strategy.name, _PARAMETERS.get(strategy.name), strategies={strategy.name: strategy})
    price = series.instrument.price(int(series.close[-1]))
    worth = decimal_of(outcome.holdings.quote[-1]) + decimal_of(outcome.holdings.base[-1]) * price
    return float(worth) / 1000 - 1, len(outcome.fills)


def mean_in_errors(strategy: type[Strategy[Any]]) -> float:
    """Return the mean net return over all walks in standard errors; the strategy must have traded on them."""
    made = [net_return(seed, strategy) for seed in range(_WALKS)]
    assert sum(fills for _, fills in made) >= 2 * _WALKS
    returns = [each for each, _ in made]
    return fmean(returns) / stdev(returns) * math.sqrt(_WALKS)


@pytest.mark.long
@pytest.mark.parametrize("strategy", _WITHOUT_A_MODEL, ids=lambda each: each.name)
def test_it_earns_nothing_on_random_walks(strategy: type[Strategy[Any]]) -> None:
    assert mean_in_errors(strategy) <= 2


class NoParameters(StrategyParameters, frozen=True):
    """Nothing to choose."""


class Prescient(Strategy[NoParameters]):
    """Keeps the closes that it is shown in advance, and buys where one soon to come is worth the costs."""

    name = "prescient"
    title = description = "Knows the closes to come"
    Parameters = NoParameters

    def interesting(self, data: CandleColumns) -> NDArray[np.bool_]:
        self._later = dict(zip(data.open_times().tolist(), data.close[_AHEAD:].tolist(), strict=False))
        return np.ones(len(data), dtype=np.bool_)

    def on_candle(self, candle: StrategyCandle) -> None:
        broker, rise = self.context.broker, self._later.get(candle.open_time, 0) / float(candle.close) - 1
        if rise > _COSTS and not broker.position:
            broker.buy(quote_amount=broker.cash)
        elif rise <= 0 and broker.position:
            broker.close_position()


def test_it_finds_a_strategy_out_that_knows_what_comes_next() -> None:
    assert mean_in_errors(Prescient) > 2
