"""`python -m benchmarks.backtests.our_run CASE FILE`: one backtest with all that its result needs, told as JSON."""

import json
import sys
import time
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from benchmarks.backtests.memory import PeakMemory
from streaming.events import Interval
from trading.engine.backtests.plan import BacktestPlan
from trading.engine.backtests.results.result_builder import result_of
from trading.engine.backtests.runner import run
from trading.engine.backtests.series import CandleSeries
from trading.engine.instrument import Instrument
from trading.engine.strategies.registry import installed_strategies

_INSTRUMENT = Instrument(
    symbol="BTCUSDT", base="BTC", quote="USDT", tick_size=Decimal("0.01"), step_size=Decimal("0.00001")
)
_STRATEGIES: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "cross": ("ma_cross", {"fast": 10, "slow": 30, "position_size": Decimal("0.01")}),
    "grid": ("grid", {"lower_price": 55_000, "upper_price": 65_000, "grid_count": 49}),
}


def read_series(path: Path) -> CandleSeries:
    """Return the candles of a file."""
    with np.load(path) as columns:
        names = ("open_time", "open", "high", "low", "close", "volume")
        return CandleSeries(_INSTRUMENT, Interval.MINUTE_1, *(columns[name] for name in names))


def plan_of(case: str, series: CandleSeries, **parameters: object) -> BacktestPlan:
    """Return what is run over all candles."""
    strategy, defaults = _STRATEGIES[case]
    return BacktestPlan(
        strategy=strategy,
        parameters={**defaults, **parameters},
        instrument=_INSTRUMENT,
        interval=Interval.MINUTE_1,
        start=int(series.open_time[0]),
        end=int(series.next_open_times()[-1]),
        initial_capital=Decimal(1_000_000_000),
    )


def whole_run(plan: BacktestPlan, series: CandleSeries) -> tuple[int, bytes]:
    """Run a plan, make its result, and return how many executions there were, and the bytes that are stored."""
    strategies = installed_strategies()
    outcome = run(plan, series, strategies=strategies)
    result = result_of(plan, series, outcome, strategies=strategies, trials=1)
    return len(outcome.fills), msgspec.msgpack.encode(result)


def main() -> None:
    """Run one case over the candles of a file."""
    case, path = sys.argv[1:]
    series = read_series(Path(path))
    plan = plan_of(case, series)
    memory, started, used = PeakMemory(), time.perf_counter(), time.process_time()
    executions, stored = whole_run(plan, series)
    print(
        json.dumps(
            {
                "candles": len(series),
                "executions": executions,
                "seconds": time.perf_counter() - started,
                "processor_seconds": time.process_time() - used,
                "memory_mb": memory.growth_mb(),
                "stored_mb": len(stored) / 2**20,
            }
        )
    )


if __name__ == "__main__":
    main()
