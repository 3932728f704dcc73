"""Candles of random walks, and runs of strategies over them, for tests."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import numpy as np

from streaming.events import Interval
from streaming.events.intervals import next_open_time
from tests.trading.engine.instruments import BTC
from trading.engine.backtests.outcome import RunOutcome
from trading.engine.backtests.plan import BacktestPlan
from trading.engine.backtests.runner import Strategies, run
from trading.engine.backtests.series import CandleSeries, Integers
from trading.engine.instrument import Instrument
from trading.engine.strategies.registry import installed_strategies

PLENTY = 10**12
"""More volume than any order of these tests."""
COSTLESS: Mapping[str, Any] = dict.fromkeys(("maker_fee", "taker_fee", "slippage"), Decimal(0))
_STEPS = 16


def walk(
    count: int,
    seed: int = 1,
    *,
    begin: int = 1_000_000,
    step: int = 300,
    pull: float = 0.0,
    interval: Interval = Interval.MINUTE_1,
    gaps: bool = False,
) -> CandleSeries:
    """Return candles of a walk by even steps of up to `step` ticks, of which each candle holds 16, from `begin` ticks.

    Without `pull` nothing is to be earned on it: what comes next is as likely higher as lower. With one, the price is
    drawn back to where it began. `gaps` leaves out every seventh candle.
    """
    chance = np.random.default_rng(seed)
    path = begin + np.cumsum(chance.integers(-step, step, count * _STEPS, endpoint=True))
    if pull:
        path = (begin + _pulled(path - begin, pull)).astype(np.int64)
    path = np.maximum(path, 1).reshape(count, _STEPS)
    opened = np.concatenate(([begin], path[:-1, -1]))
    high, low = np.maximum(path.max(axis=1), opened), np.minimum(path.min(axis=1), opened)
    times = np.arange(count, dtype=np.int64) * next_open_time(interval, 0)
    columns = (times, opened, high, low, path[:, -1], np.full(count, PLENTY))
    kept = np.arange(count) % 7 != 6 if gaps else np.ones(count, dtype=np.bool_)
    return CandleSeries(BTC, interval, *(np.ascontiguousarray(column[kept]) for column in columns))


def _pulled(path: Integers, pull: float) -> Any:
    """Return a walk of which each step loses a part of where it stands."""
    steps, pulled, at = np.diff(path, prepend=0), np.empty(len(path)), 0.0
    for index, step in enumerate(steps.tolist()):
        at = at * (1 - pull) + step
        pulled[index] = at
    return pulled


def run_over(
    series: CandleSeries,
    strategy: str,
    parameters: Mapping[str, Any] | None = None,
    *,
    every_candle: bool = False,
    instrument: Instrument = BTC,
    strategies: Strategies | None = None,
    **changes: Any,
) -> RunOutcome:
    """Run a strategy, one of those installed where no others are given, over all candles of a series."""
    plan = BacktestPlan(
        strategy=strategy,
        parameters=parameters or {},
        instrument=instrument,
        interval=series.interval,
        start=0,
        end=next_open_time(series.interval, int(series.open_time[-1])),
        **changes,
    )
    return run(plan, series, strategies=strategies or installed_strategies(), every_candle=every_candle)
