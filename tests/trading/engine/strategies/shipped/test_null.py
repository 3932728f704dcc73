"""Where nothing is to be earned, nothing is: on random walks, with fees, no shipped strategy's mean is above zero."""

from functools import cache
from statistics import fmean, stdev
from typing import Any

import pytest

from tests.trading.engine.strategies.walks import run_over, walk
from trading.engine.amounts import decimal_of
from trading.engine.backtests.series import CandleSeries
from trading.engine.strategies.shipped import SHIPPED

_WALKS, _CANDLES = 200, 150
_PARAMETERS: dict[str, dict[str, Any]] = {
    "ma_cross": {"fast": 5, "slow": 15},
    "rsi_reversion": {"period": 5},
    "dca": {"every": 10, "amount": 50, "take_profit": "0.002"},
    "grid": {"lower_price": 9_900, "upper_price": 10_100, "grid_count": 10},
}
"""Quick ones, for short walks; the others by their defaults."""


@cache
def walk_of(seed: int) -> CandleSeries:
    return walk(_CANDLES, seed)


def net_return(seed: int, strategy: str) -> tuple[float, int]:
    """Return what a strategy made of 1 on a walk of its own, and by how many executions."""
    series = walk_of(seed)
    outcome = run_over(series, strategy, _PARAMETERS.get(strategy))
    price = series.instrument.price(int(series.close[-1]))
    worth = decimal_of(outcome.holdings.quote[-1]) + decimal_of(outcome.holdings.base[-1]) * price
    return float(worth) / 1000 - 1, len(outcome.fills)


@pytest.mark.parametrize("strategy", [each.name for each in SHIPPED])
def test_it_earns_nothing_on_random_walks(strategy: str) -> None:
    made = [net_return(seed, strategy) for seed in range(_WALKS)]
    returns = [each for each, _ in made]
    error = stdev(returns) / _WALKS**0.5
    assert fmean(returns) <= 2 * error
    assert sum(fills for _, fills in made) >= 2 * _WALKS
    assert error > 0
