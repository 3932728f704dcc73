"""The result of a backtest: all that is kept of it, small enough to be kept.

`msgspec.msgpack.encode` makes its bytes, which are the same for the same candles, code and plan.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import msgspec

from streaming.events import Interval
from trading.engine.backtests.checks.report import ChecksReport
from trading.engine.backtests.plan import BacktestPlan, FillRule
from trading.engine.backtests.results.benchmarks import Benchmarks
from trading.engine.backtests.results.bootstrap import Intervals
from trading.engine.backtests.results.equity_curve import EquityPoints
from trading.engine.backtests.results.executions import FillTable, OrderTable, TradedInstrument
from trading.engine.backtests.results.fingerprint import Fingerprint
from trading.engine.backtests.results.metrics import Metrics
from trading.engine.backtests.results.monthly import YearOfReturns
from trading.engine.backtests.results.periods import Period
from trading.engine.backtests.results.trades import TradeTable
from trading.engine.fees import FeeAsset


class KeptPlan(msgspec.Struct, frozen=True, kw_only=True):
    """The plan that was run, as a result keeps it: see `BacktestPlan`."""

    strategy: str
    parameters: Mapping[str, Any]
    instrument: TradedInstrument
    interval: Interval
    start: int
    end: int
    initial_capital: Decimal
    maker_fee: Decimal
    taker_fee: Decimal
    charged_in: FeeAsset
    slippage: Decimal
    fills: FillRule
    seed: int


def kept_plan(plan: BacktestPlan) -> KeptPlan:
    """Return a plan as a result keeps it."""
    fields = {name: getattr(plan, name) for name in KeptPlan.__struct_fields__ if name != "instrument"}
    return KeptPlan(instrument=TradedInstrument.of(plan.instrument), **fields)


MOST_NOTES = 1_000
"""So many signals, and so many refusals, a result keeps."""


class KeptSignal(msgspec.Struct, frozen=True, kw_only=True):
    """A signal as a result keeps it; see `Signal`."""

    time: int
    action: str
    confidence: Decimal
    reason: str


class KeptRefusal(msgspec.Struct, frozen=True, kw_only=True):
    """An order that was refused, or expired: when (ms), its number, and why."""

    time: int
    order: int
    code: str
    message: str


class BacktestResult(msgspec.Struct, frozen=True, kw_only=True):
    """What a run came to, and whether that can be believed.

    `candles` were done; `is_partial` where the run was stopped before its end. `period` is that of the returns that
    `metrics`, `intervals` and `deflated_sharpe` are made of. `deflated_sharpe` is the probability that the true Sharpe
    ratio is above what the best of so many worthless `trials` is expected to have; None where it is undefined.
    Of signals and refusals the first `MOST_NOTES` are kept; their counts are of all.
    """

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
    trades: TradeTable
    fills: FillTable
    orders: OrderTable
    signals: tuple[KeptSignal, ...]
    signal_count: int
    refusals: tuple[KeptRefusal, ...]
    refusal_count: int
    checks: ChecksReport
    fingerprint: Fingerprint
