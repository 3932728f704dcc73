"""The equity at the close of every candle, its drawdown, and the few points of it that a result keeps.

The curve is made in one step from what was held and the closes, so it costs the same however a strategy was run. It is
in binary floats, as what is made of it are statistics; amounts that are told exactly are made of whole numbers.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import msgspec
import numpy as np

from trading.engine.amounts import ONE
from trading.engine.backtests.outcome import RunOutcome
from trading.engine.backtests.plan import BacktestPlan
from trading.engine.backtests.series import CandleSeries, Floats, Integers

MOST_POINTS = 2_000
"""So many points of a curve a result keeps at most: more than a screen is wide."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EquityCurve:
    """Equity in quote at the `times` (ms) at which candles closed; `initial` was there at `start`, before the first."""

    start: int
    initial: float
    times: Integers
    equity: Floats

    def __len__(self) -> int:
        return len(self.equity)

    @property
    def end(self) -> int:
        """When the last candle closed; the start, where there is none."""
        return int(self.times[-1]) if len(self) else self.start

    @property
    def final(self) -> float:
        """The equity at the end."""
        return float(self.equity[-1]) if len(self) else self.initial

    def drawdown(self) -> Floats:
        """Return by which fraction of the highest equity so far each point lies below it, 0 to 1."""
        if not len(self):
            return np.empty(0)
        peak = np.maximum(np.maximum.accumulate(self.equity), self.initial)
        fractions: Floats = np.subtract(1.0, self.equity / peak, out=peak)
        return fractions


def equity_curve(plan: BacktestPlan, candles: CandleSeries, outcome: RunOutcome) -> EquityCurve:
    """Return the equity at the closes of the candles that a run has done: what was held then, at their closes.

    `candles` are those that it traded, without the history before them.
    """
    done, spans = outcome.candles_done, spans_of(outcome)
    equity = np.repeat(in_units(outcome.holdings.base), spans)
    equity *= candles.column("close")[:done]
    equity += np.repeat(in_units(outcome.holdings.quote), spans)
    times = candles.next_open_times()[:done]
    start = int(candles.open_time[0]) if len(candles) else plan.start
    return EquityCurve(start=start, initial=float(plan.initial_capital), times=times, equity=equity)


def spans_of(outcome: RunOutcome) -> Integers:
    """Return at the closes of how many candles each of the holdings of a run was held."""
    starts = np.clip(outcome.holdings.candles - outcome.first_candle, 0, outcome.candles_done)
    return np.diff(starts, append=outcome.candles_done)


def in_units(amounts: Iterable[int]) -> Floats:
    """Return amounts of 10⁻²⁴ in whole units, as the nearest binary floats."""
    return np.array([amount / ONE for amount in amounts], dtype=np.float64)


class Drawdown(msgspec.Struct, frozen=True, kw_only=True):
    """The deepest fall of a curve: `depth` as a fraction of the peak, `length` in ms.

    It lasts from the peak to where the curve reached the peak's height again, or to the end; `peak` and `trough` number
    the points, -1 being the start.
    """

    depth: float = 0.0
    length: int = 0
    peak: int = -1
    trough: int = -1


def deepest_drawdown(curve: EquityCurve, drawdown: Floats) -> Drawdown:
    """Return the deepest drawdown; of several, the first."""
    if not len(curve):
        return Drawdown()
    trough = int(drawdown.argmax())
    if drawdown[trough] <= 0:
        return Drawdown()
    at_peak = np.flatnonzero(drawdown[:trough] <= 0)
    peak = int(at_peak[-1]) if len(at_peak) else -1
    level = curve.equity[peak] if peak >= 0 else curve.initial
    recovered = int((curve.equity[trough:] >= level).argmax())
    until = int(curve.times[trough + recovered]) if recovered else curve.end
    since = int(curve.times[peak]) if peak >= 0 else curve.start
    return Drawdown(depth=float(drawdown[trough]), length=until - since, peak=peak, trough=trough)


class EquityPoints(msgspec.Struct, frozen=True, kw_only=True):
    """Points of a curve, at most `MOST_POINTS`: the times in ms, equity in quote, drawdown as a fraction, and what the
    same capital had become by buying and holding.
    """

    times: tuple[int, ...]
    equity: tuple[float, ...]
    drawdown: tuple[float, ...]
    buy_and_hold: tuple[float, ...]


def sample(curve: EquityCurve, drawdown: Floats, deepest: Drawdown, buy_and_hold: Floats) -> EquityPoints:
    """Return the curve's start and those of its points that a picture needs: all of its highs and lows are kept."""
    at = sampled_indexes(curve.equity, always=(deepest.peak, deepest.trough))
    return EquityPoints(
        times=(curve.start, *curve.times[at].tolist()),
        equity=(curve.initial, *curve.equity[at].tolist()),
        drawdown=(0.0, *drawdown[at].tolist()),
        buy_and_hold=(curve.initial, *buy_and_hold[at].tolist()),
    )


def sampled_indexes(values: Floats, *, always: tuple[int, ...] = (), most: int = MOST_POINTS - 1) -> Integers:
    """Return at most `most` indexes in order: of equal stretches the lowest and the highest value, and both ends."""
    count = len(values)
    if count <= most:
        return np.arange(count)
    stretches = (most - len(always) - 2) // 2
    width = -(-count // stretches)
    whole = count // width
    rows = values[: whole * width].reshape(whole, width)
    begin = np.arange(whole) * width
    found = [begin + rows.argmin(axis=1), begin + rows.argmax(axis=1), np.array([0, count - 1, *always])]
    if rest := count - whole * width:
        tail = values[count - rest :]
        found.append(count - rest + np.array([tail.argmin(), tail.argmax()]))
    indexes = np.unique(np.concatenate(found))
    return indexes[indexes >= 0]
