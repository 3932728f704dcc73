"""The signals of the shipped strategies, against computations of our own from whole columns, on random series."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from streaming.events import Side
from tests.trading.engine.strategies.shipped import formulas
from tests.trading.engine.strategies.shipped.formulas import Truths, crosses, touch
from tests.trading.engine.strategies.walks import COSTLESS, run_over, walk
from trading.engine.backtests.outcome import RunOutcome
from trading.engine.backtests.series import CandleSeries
from trading.engine.strategies.signals import SignalAction

_COUNT = 1200
_AVERAGES = {"sma": formulas.simple, "ema": formulas.exponential, "wma": formulas.weighted}
_WALKS = {
    "even": {},
    "drawn back": {"pull": 0.002},
    "coarse": {"step": 2, "begin": 1000},
    "with gaps": {"gaps": True},
}

Expected = tuple[Truths, Truths, Truths]
"""Where to buy, where to sell, and where rounding may decide."""


def ma_cross(series: CandleSeries, *, fast: int = 10, slow: int = 30, kind: str = "sma") -> Expected:
    lines = [_AVERAGES[kind](series.column("close"), count) for count in (fast, slow)]
    return crosses(lines[0], lines[1]), crosses(lines[1], lines[0]), touch(lines[0], lines[1])


def rsi_reversion(series: CandleSeries, *, period: int = 14, oversold: float = 30, overbought: float = 70) -> Expected:
    index = formulas.strength(series.column("close"), period)
    near = touch(index, oversold) | touch(index, overbought)
    return crosses(-index, -oversold), crosses(index, overbought), near


def bollinger_breakout(series: CandleSeries, *, period: int = 20, deviations: float = 2) -> Expected:
    close = series.column("close")
    middle = formulas.simple(close, period)
    upper = middle + deviations * formulas.deviation(close, period)
    return crosses(close, upper), crosses(middle, close), touch(close, upper) | touch(close, middle)


def donchian_breakout(series: CandleSeries, *, entry: int = 20, exit: int = 10) -> Expected:  # noqa: A002 - as it is called
    close = series.column("close")
    highest = formulas.before(formulas.windows(series.column("high"), entry).max(axis=1))
    lowest = formulas.before(formulas.windows(series.column("low"), exit).min(axis=1))
    return close > highest, close < lowest, np.zeros(len(close), dtype=np.bool_)


_STRATEGIES = {each.__name__: each for each in (ma_cross, rsi_reversion, bollinger_breakout, donchian_breakout)}
_RUNS = [
    ("ma_cross", {}),
    ("ma_cross", {"kind": "ema", "fast": 5, "slow": 20}),
    ("ma_cross", {"kind": "wma", "fast": 2, "slow": 3}),
    ("ma_cross", {"fast": 50, "slow": 200}),
    ("rsi_reversion", {}),
    ("rsi_reversion", {"period": 5, "oversold": 20, "overbought": 90}),
    ("bollinger_breakout", {}),
    ("bollinger_breakout", {"period": 50, "deviations": 1}),
    ("donchian_breakout", {}),
    ("donchian_breakout", {"entry": 5, "exit": 55}),
]
_EVERY_RUN = pytest.mark.parametrize(
    ("strategy", "parameters"), _RUNS, ids=lambda given: given if isinstance(given, str) else str([*given.values()])
)


def signalled(outcome: RunOutcome, series: CandleSeries, action: SignalAction) -> Truths:
    """Return at which candles a run gave a signal."""
    times = [signal.time for signal in outcome.signals if signal.action is action]
    told = np.zeros(len(series), dtype=np.bool_)
    told[np.searchsorted(series.open_time, times) - 1] = True
    assert told.sum() == len(times)
    return told


@_EVERY_RUN
@pytest.mark.parametrize("kind", list(_WALKS))
def test_it_signals_where_the_columns_say(strategy: str, parameters: Mapping[str, Any], kind: str) -> None:
    series = walk(_COUNT, **_WALKS[kind])  # type: ignore[arg-type]  # each of its own type
    buy, sell, near = _STRATEGIES[strategy](series, **parameters)
    outcome = run_over(series, strategy, parameters)
    for expected, action in ((buy, SignalAction.BUY), (sell & ~buy, SignalAction.SELL)):
        told = signalled(outcome, series, action)
        assert np.flatnonzero(told & ~near).tolist() == np.flatnonzero(expected & ~near).tolist()
    assert outcome.signal_count == len(outcome.signals) >= 4
    if kind != "coarse":
        assert near.mean() < 0.01


@_EVERY_RUN
def test_it_buys_and_sells_all_at_the_open_after_a_signal(strategy: str, parameters: Mapping[str, Any]) -> None:
    series = walk(_COUNT, 3)
    buy, sell, _ = _STRATEGIES[strategy](series, **parameters)
    expected: list[tuple[int, Side, int]] = []
    for at in np.flatnonzero(buy | sell)[:-1].tolist():
        side = Side.BUY if buy[at] else Side.SELL
        if side is (Side.SELL if len(expected) % 2 else Side.BUY):
            expected.append((int(series.open_time[at + 1]), side, int(series.open[at + 1])))
    outcome = run_over(series, strategy, parameters, **COSTLESS)
    assert [(fill.time, fill.side, fill.price) for fill in outcome.fills][: len(expected)] == expected
    assert len(expected) >= 4
    assert set(outcome.holdings.base[2::2]) == {0}
