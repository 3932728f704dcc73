"""A result as it is shown: in JSON's terms, and bounded, however long the run was."""

from typing import Any

import msgspec

from trading.engine.backtests.checks.report import ChecksReport
from trading.engine.backtests.results.benchmarks import Benchmarks
from trading.engine.backtests.results.bootstrap import Intervals
from trading.engine.backtests.results.equity_curve import EquityPoints
from trading.engine.backtests.results.executions import Execution, ShownOrder
from trading.engine.backtests.results.fingerprint import Fingerprint
from trading.engine.backtests.results.metrics import Metrics
from trading.engine.backtests.results.monthly import YearOfReturns
from trading.engine.backtests.results.periods import Period
from trading.engine.backtests.results.result import BacktestResult, KeptPlan, KeptRefusal
from trading.engine.backtests.results.trades import Trade

MOST_ROWS = 1_000
"""So many of the newest trades, fills and orders are shown at once; all of them by pages."""


class ResultView(msgspec.Struct, frozen=True, kw_only=True):
    """A result as it is shown; see `BacktestResult`. Rows are the newest, oldest of them first; counts are of all."""

    plan: KeptPlan
    candles: int
    is_partial: bool
    warm_up: int
    metrics: Metrics
    benchmarks: Benchmarks
    period: Period
    intervals: Intervals
    deflated_sharpe: float | None
    trials: int
    equity: EquityPoints
    monthly: tuple[YearOfReturns, ...]
    trades: list[Trade]
    trade_count: int
    fills: list[Execution]
    fill_count: int
    orders: list[ShownOrder]
    order_count: int
    refusals: tuple[KeptRefusal, ...]
    refusal_count: int
    checks: ChecksReport
    fingerprint: Fingerprint
    hash: str


_SAME = [name for name in ResultView.__struct_fields__ if name in BacktestResult.__struct_fields__]
_TABLES = ("trades", "fills", "orders")


def view_of(result: BacktestResult, *, most_rows: int = MOST_ROWS) -> ResultView:
    """Return a result as it is shown, with the last `most_rows` trades, fills and orders."""
    fields: dict[str, Any] = {name: getattr(result, name) for name in _SAME if name not in _TABLES}
    for name in _TABLES:
        table = getattr(result, name)
        fields[name] = table.page(max(0, len(table) - most_rows), most_rows)
        fields[f"{name.removesuffix('s')}_count"] = len(table)
    return ResultView(**fields, hash=result.fingerprint.hash)
