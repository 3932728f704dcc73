"""What a process is given to run, and what it says: Structs that cross a pipe. Pure: such a process knows no Django."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import msgspec

from streaming.events import Interval
from trading.engine.backtests.plan import BacktestPlan, FillRule, Progress
from trading.engine.backtests.results.executions import TradedInstrument
from trading.engine.backtests.sweeps.cells import CellRun
from trading.engine.backtests.sweeps.plan import Ranking, SweepPlan, WalkForward, sweep_plan
from trading.engine.instrument import Instrument
from trading.learning.kinds import ModelKind

_MOST_RUNS = 1_000_000


class Columns(msgspec.Struct, frozen=True, kw_only=True):
    """Where candles lie in the shared memory: so many of them from an offset (in bytes) on, column behind column."""

    interval: Interval
    count: int
    offset: int = 0


class BacktestTerms(msgspec.Struct, frozen=True, kw_only=True):
    """One run: what a `BacktestPlan` is made of. `parameters` are the strategy's as they are stored."""

    strategy: str
    parameters: Mapping[str, Any]
    traded: TradedInstrument
    minimum_notional: Decimal
    interval: Interval
    start: int
    end: int
    initial_capital: Decimal
    fee_rate: Decimal
    slippage: Decimal
    fills: FillRule

    def instrument(self) -> Instrument:
        """Return what is traded."""
        return Instrument(**msgspec.structs.asdict(self.traded), minimum_notional=self.minimum_notional)

    def plan(self, parameters: Mapping[str, Any]) -> BacktestPlan:
        """Return the plan of a run with these parameters, as they were read."""
        return BacktestPlan(
            strategy=self.strategy,
            parameters=parameters,
            instrument=self.instrument(),
            interval=self.interval,
            start=self.start,
            end=self.end,
            initial_capital=self.initial_capital,
            maker_fee=self.fee_rate,
            taker_fee=self.fee_rate,
            slippage=self.slippage,
            fills=self.fills,
        )


class SweepTerms(msgspec.Struct, frozen=True, kw_only=True):
    """A sweep: the values of the parameters that are swept, as they are stored."""

    parameters: Mapping[str, Sequence[Any]]
    walk_forward: WalkForward | None
    rank_by: Ranking

    def plan(self, plan: BacktestPlan) -> SweepPlan:
        """Return the sweep over a plan; it was found to be right, however many runs it makes."""
        return sweep_plan(
            plan, self.parameters, walk_forward=self.walk_forward, rank_by=self.rank_by, most_runs=_MOST_RUNS
        )


class Job(msgspec.Struct, frozen=True, kw_only=True, tag="backtest"):
    """What a process does at once: a run; of a `sweep` those combinations that `numbers` names; or what `cells` come
    to. With `checks` the full checks of a run instead.

    `models` are the stored versions of models, oldest first, that a strategy may ask, by their kind, and `books` the
    imbalances that they may have been asked with (`trading.running.book_columns`). `memory` is the number of the file
    that holds the candles, and `trials` how many runs the user has made by now. Of the candles the strategy knows those
    that open from `warm_from` (ms) on; models are told the ones before, too.
    """

    terms: BacktestTerms
    memory: int
    candles: Columns
    warm_from: int = 0
    finer: Columns | None = None
    trials: int = 1
    sweep: SweepTerms | None = None
    numbers: Sequence[int] | None = None
    cells: Sequence[CellRun] = ()
    checks: bool = False
    models: Mapping[str, Sequence[bytes]] = {}
    books: bytes = b""


class TrainingJob(msgspec.Struct, frozen=True, kw_only=True, tag="training"):
    """A model to be trained on candles that lie in a memory, and on `books`, the imbalances at their closes.

    `settings` are a `LearningSettings` as JSON.
    """

    kind: ModelKind
    traded: TradedInstrument
    minimum_notional: Decimal
    settings: Mapping[str, Any]
    trained_at: int
    memory: int
    candles: Columns
    books: bytes = b""


AnyJob = Job | TrainingJob


class Advanced(msgspec.Struct, frozen=True, tag="advanced"):
    """How far a run is."""

    progress: Progress


class CellDone(msgspec.Struct, frozen=True, tag="cell"):
    """One combination of a sweep was run."""

    run: CellRun


class Ended(msgspec.Struct, frozen=True, tag="ended", kw_only=True):
    """A job is over: the packed result, its metrics (decimals as text), and whether it was stopped early.

    Of combinations that were run, which were told one by one, there are none. Of a training `data` is the stored model.
    """

    data: bytes = b""
    metrics: Mapping[str, Any] | None = None
    hash: str = ""
    is_partial: bool = False


class Failed(msgspec.Struct, frozen=True, tag="failed"):
    """A run can't be done, for a reason that people can read."""

    reason: str


Message = Advanced | CellDone | Ended | Failed
