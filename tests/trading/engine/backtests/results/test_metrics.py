"""Each metric against a formula of its own, in plain loops over floats, on random series; and where it is undefined."""

import math
import statistics
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

import numpy as np
import pytest

from streaming.events import Interval
from tests.trading.engine.backtests.results.series import CAPITAL, HandMadeRun, candles_of, float_fills, random_walk
from trading.engine.amounts import amount_of
from trading.engine.backtests.results.metrics import Metrics, declared_metrics
from trading.engine.backtests.results.periods import period_of
from trading.engine.backtests.results.statistics import RunStatistics, statistics_of

_FEE = 0.001
_HOUR, _DAY = 3_600_000, 86_400_000


@dataclass
class _Expected:
    """A run of fills at the opens of candles, computed step by step in floats, and its metrics by their formulas."""

    times: list[int]
    equity: list[float]
    held: list[bool]
    trades: list[tuple[float, float]]
    fees: float

    @classmethod
    def of(cls, run: HandMadeRun) -> "_Expected":
        cash, base, cost, fees = float(CAPITAL), 0.0, 0.0, 0.0
        found = cls([], [], [], [], 0.0)
        fills = {int(row[0]): row for row in float_fills(run.outcome())}
        for time, close in zip(run.candles.open_time.tolist(), run.candles.close.tolist(), strict=True):
            if time in fills:
                _, side, price, quantity = fills[time]
                fee = price * quantity * _FEE
                cash -= side * price * quantity + fee
                base += side * quantity
                fees += fee
                if side > 0:
                    cost = price * quantity + fee
                else:
                    found.trades.append((price * quantity - fee - cost, cost))
            found.times.append(time + _HOUR)
            found.equity.append(cash + base * close * 0.01)
            found.held.append(base > 1e-9)
        found.fees = fees
        return found

    def daily_returns(self) -> list[float]:
        start = self.times[0] - _HOUR
        last_of_day: dict[int, float] = {}
        for time, equity in zip(self.times, self.equity, strict=True):
            last_of_day[-(-(time - start) // _DAY)] = equity
        values = [float(CAPITAL), *last_of_day.values()]
        return [after / before - 1 for before, after in pairwise(values)]

    def metrics(self) -> dict[str, float]:
        returns = self.daily_returns()
        mean, year = statistics.fmean(returns), math.sqrt(365)
        downside = math.sqrt(sum(value * value for value in returns if value < 0) / len(returns))
        years = len(self.times) * _HOUR / (365 * _DAY)
        growth = (self.equity[-1] / float(CAPITAL)) ** (1 / years) - 1
        depth, length = self._deepest()
        profits = [profit for profit, _ in self.trades]
        returned = [profit / cost for profit, cost in self.trades]
        return {
            "final_equity": self.equity[-1],
            "total_return": self.equity[-1] / float(CAPITAL) - 1,
            "cagr": growth,
            "volatility": statistics.stdev(returns) * year,
            "sharpe": mean / statistics.stdev(returns) * year,
            "sortino": mean / downside * year,
            "calmar": growth / depth,
            "max_drawdown": depth,
            "max_drawdown_length": length,
            "exposure": sum(self.held) / len(self.held),
            "fees": self.fees,
            "trades": len(profits),
            "win_rate": sum(profit > 0 for profit in profits) / len(profits),
            "profit_factor": sum(p for p in profits if p > 0) / -sum(p for p in profits if p < 0),
            "expectancy": sum(profits) / len(profits),
            "average_trade": sum(returned) / len(returned),
            "best_trade": max(returned),
            "worst_trade": min(returned),
        }

    def _deepest(self) -> tuple[float, int]:
        """Return the depth of the deepest fall, and from its peak to when the peak's height was reached again."""
        peak, since, worst = float(CAPITAL), self.times[0] - _HOUR, (0.0, 0, 0.0)
        for time, equity in zip(self.times, self.equity, strict=True):
            if equity >= peak:
                peak, since = equity, time
            if 1 - equity / peak > worst[0]:
                worst = (1 - equity / peak, since, peak)
        depth, began, height = worst
        after = [t for t, equity in zip(self.times, self.equity, strict=True) if t > began and equity >= height]
        return depth, (after[0] if after else self.times[-1]) - began


def _statistics(run: HandMadeRun) -> RunStatistics:
    return statistics_of(run.plan, run.candles, run.outcome())


def _metrics(run: HandMadeRun) -> Metrics:
    return _statistics(run).metrics


@pytest.mark.long
@pytest.mark.parametrize("seed", range(50))
def test_it_computes_every_metric_as_its_formula_says(seed: int) -> None:
    run = HandMadeRun(random_walk(seed, count=800)).trade_by_chance(seed, trades=25)
    found = {declared.name: float(getattr(_metrics(run), declared.name)) for declared in declared_metrics()}
    assert found == pytest.approx(_Expected.of(run).metrics(), rel=1e-9)


def test_it_counts_returns_by_days_hours_or_candles_as_the_run_is_long() -> None:
    month, day, hours = random_walk(1, count=721), random_walk(1, count=720 - 1), random_walk(1, count=29)
    periods = [_statistics(HandMadeRun(candles)).period for candles in (month, day, hours)]
    assert [(period.length, period.is_candle) for period in periods] == [(_DAY, False), (_HOUR, True), (_HOUR, True)]
    assert [len(_statistics(HandMadeRun(candles)).returns) for candles in (month, day)] == [31, 719]
    assert periods[0].per_year == pytest.approx(365)
    assert periods[1].per_year == pytest.approx(365 * 24)


def test_it_counts_returns_of_seconds_by_minutes_so_that_there_are_never_many() -> None:
    half_an_hour, less = (random_walk(1, count=count, interval=Interval.SECOND_1) for count in (1800, 1799))
    by_minutes, by_candles = (_statistics(HandMadeRun(candles)) for candles in (half_an_hour, less))
    assert (by_minutes.period.length, by_minutes.period.is_candle, len(by_minutes.returns)) == (60_000, False, 30)
    assert (by_candles.period.length, by_candles.period.is_candle, len(by_candles.returns)) == (1000, True, 1799)
    assert by_minutes.period.per_year == pytest.approx(365 * 24 * 60)


@pytest.mark.parametrize("interval", Interval)
def test_no_run_of_up_to_ten_years_has_many_returns(interval: Interval) -> None:
    spans = [bound * length - 1000 for length in (60_000, _HOUR, _DAY) for bound in (1, 30)] + [10 * 365 * _DAY]
    assert max(lasted / period_of(lasted, interval).length for lasted in spans) <= 3700


def test_it_counts_returns_of_longer_candles_by_these() -> None:
    weekly = _statistics(HandMadeRun(random_walk(1, count=60, interval=Interval.WEEK_1)))
    daily = _statistics(HandMadeRun(random_walk(1, count=40, interval=Interval.DAY_1)))
    assert (len(weekly.returns), len(daily.returns)) == (60, 40)
    assert [weekly.period.per_year, daily.period.per_year] == pytest.approx([365 / 7, 365])


def test_it_holds_equity_where_candles_are_missing() -> None:
    candles = random_walk(3, count=2000)
    keep = np.r_[0:500, 700:2000]
    columns = [getattr(candles, name)[keep] for name in ("open_time", "open", "high", "low", "close", "volume")]
    holed = type(candles)(candles.instrument, candles.interval, *columns)
    run = HandMadeRun(holed)
    run.buy(1, 1_000_000)
    returns = _statistics(run).returns
    assert len(returns) == math.ceil(2000 / 24)
    assert np.count_nonzero(returns == 0) == 700 // 24 - math.ceil(500 / 24)


def test_it_leaves_undefined_what_an_unchanged_run_has_none_of() -> None:
    metrics = _metrics(HandMadeRun(random_walk(1)))
    assert metrics == Metrics(final_equity=CAPITAL, total_return=0.0, cagr=0.0, volatility=0.0)


def test_it_leaves_growth_undefined_below_thirty_days() -> None:
    run = HandMadeRun(random_walk(1, count=719))
    run.buy(1, 1_000_000)
    metrics = _metrics(run)
    assert (metrics.cagr, metrics.calmar) == (None, None)
    assert metrics.sharpe is not None


def test_it_leaves_the_profit_factor_undefined_without_a_loss() -> None:
    run = HandMadeRun(candles_of([100, 100, 200, 200]))
    run.buy(1, 1_000_000)
    run.sell(3, 1_000_000)
    metrics = _metrics(run)
    assert (metrics.win_rate, metrics.profit_factor) == (1.0, None)
    assert metrics.expectancy == pytest.approx(997.0)


def test_it_gives_no_number_that_json_has_no_words_for() -> None:
    for closes in ([100.0], [100.0, 0.01], [0.01, 1e9], [100.0] * 100):
        run = HandMadeRun(candles_of(closes, Interval.DAY_1))
        run.buy(0, 1_000_000)
        values = [getattr(_metrics(run), declared.name) for declared in declared_metrics()]
        assert all(value is None or math.isfinite(value) for value in values)


def test_it_tells_final_equity_and_fees_exactly() -> None:
    run = HandMadeRun(candles_of([100, 100, 100.01]))
    run.buy(1, 12_345)
    metrics = _metrics(run)
    assert metrics.fees == Decimal("0.0123450")
    assert metrics.final_equity == CAPITAL - metrics.fees + Decimal("0.12345") * Decimal("0.01")
    assert amount_of(metrics.final_equity) == amount_of(CAPITAL) + amount_of(Decimal("-0.0111105"))


def test_it_declares_each_metric_with_title_unit_and_formula() -> None:
    declared = list(declared_metrics())
    assert [metric.name for metric in declared] == list(Metrics.__struct_fields__)
    assert all(metric.title and metric.unit and metric.formula and metric.description for metric in declared)
