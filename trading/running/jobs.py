"""What a process is given to run, and what it says: Structs that cross a pipe. Pure: such a process knows no Django."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import msgspec

from streaming.events import Interval
from trading.engine.backtests.plan import BacktestPlan, FillRule, Progress
from trading.engine.instrument import Instrument


class Traded(msgspec.Struct, frozen=True, kw_only=True):
    """A symbol, as an `Instrument` is made of it."""

    symbol: str
    base: str
    quote: str
    tick_size: Decimal
    step_size: Decimal
    minimum_notional: Decimal

    def instrument(self) -> Instrument:
        """Return what is traded."""
        return Instrument(**msgspec.structs.asdict(self))


class Columns(msgspec.Struct, frozen=True, kw_only=True):
    """Where candles lie in the shared memory: so many of them from an offset (in bytes) on, column behind column."""

    interval: Interval
    count: int
    offset: int = 0


class RunTerms(msgspec.Struct, frozen=True, kw_only=True):
    """One run: what a `BacktestPlan` is made of. `parameters` are the strategy's as they are stored."""

    strategy: str
    parameters: Mapping[str, Any]
    traded: Traded
    interval: Interval
    start: int
    end: int
    initial_capital: Decimal
    fee_rate: Decimal
    slippage: Decimal
    fills: FillRule

    def plan(self, parameters: Mapping[str, Any]) -> BacktestPlan:
        """Return the plan of a run with these parameters, as they were read."""
        return BacktestPlan(
            strategy=self.strategy,
            parameters=parameters,
            instrument=self.traded.instrument(),
            interval=self.interval,
            start=self.start,
            end=self.end,
            initial_capital=self.initial_capital,
            maker_fee=self.fee_rate,
            taker_fee=self.fee_rate,
            slippage=self.slippage,
            fills=self.fills,
        )


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """What one process does: a run, or with `combinations` a run for each of these parameters.

    `memory` is the number of the file that holds the candles, and `trials` how many runs the user has made by now.
    """

    terms: RunTerms
    memory: int
    candles: Columns
    finer: Columns | None = None
    trials: int = 1
    combinations: Sequence[Mapping[str, Any]] | None = None


class Advanced(msgspec.Struct, frozen=True, tag="advanced"):
    """How far a run is."""

    progress: Progress


class Ended(msgspec.Struct, frozen=True, tag="ended", kw_only=True):
    """A run is over: its packed result, its metrics (decimals as text), and whether it was stopped early."""

    data: bytes
    metrics: Mapping[str, Any]
    hash: str
    is_partial: bool


class Failed(msgspec.Struct, frozen=True, tag="failed"):
    """A run can't be done, for a reason that people can read."""

    reason: str


Message = Advanced | Ended | Failed
