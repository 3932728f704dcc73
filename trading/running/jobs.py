"""What a process is given to run, and what it says: Structs that cross a pipe. Pure: such a process knows no Django."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import msgspec

from streaming.events import Interval
from trading.engine.backtests.plan import BacktestPlan, FillRule, Progress
from trading.engine.backtests.results.executions import TradedInstrument
from trading.engine.backtests.sweeps.cells import CellRun
from trading.engine.backtests.sweeps.plan import Ranking, SweepPlan, WalkForward, planned_sweep, sweep_plan
from trading.engine.instrument import Instrument
from trading.engine.live.recordings.terms import RecordedInstrument
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
    traded: RecordedInstrument
    interval: Interval
    start: int
    end: int
    initial_capital: Decimal
    fee_rate: Decimal
    slippage: Decimal
    fills: FillRule

    def instrument(self) -> Instrument:
        """Return what is traded, with all filters of its exchange: a live run heeds them, too."""
        return self.traded.instrument()

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
    """A sweep: the values of the parameters that are swept, as they are stored, and which combinations of them are run.

    `places` are where those stand among all (`SweepPlan.places`); None in a row of a version that didn't store them.
    """

    parameters: Mapping[str, Sequence[Any]]
    walk_forward: WalkForward | None
    rank_by: Ranking
    places: Sequence[int] | None = None

    @classmethod
    def of(cls, sweep: SweepPlan) -> "SweepTerms":
        """Return what is to be stored of a sweep that was planned."""
        return cls(
            parameters={axis.name: axis.values for axis in sweep.axes},
            walk_forward=sweep.walk_forward,
            rank_by=sweep.rank_by,
            places=sweep.places(),
        )

    def plan(self, plan: BacktestPlan, *, runs: int) -> SweepPlan:
        """Return the sweep over a plan: what was found to be right is not asked again, as all must run the same.

        Raise `ValueError` where it can't be told which combinations were counted as the `runs`.
        """
        places = self._found(plan, runs).places() if self.places is None else self.places
        return planned_sweep(plan, self.parameters, places, walk_forward=self.walk_forward, rank_by=self.rank_by)

    def _found(self, plan: BacktestPlan, runs: int) -> SweepPlan:
        """Return the sweep as it would be planned now; raise `ValueError` where it has another number of runs."""
        found = sweep_plan(plan, self.parameters, most_runs=_MOST_RUNS)
        if len(found.combinations) != runs:
            raise ValueError(f"of the {runs} combinations of then {len(found.combinations)} keep the rules of now")
        return found


class Job(msgspec.Struct, frozen=True, kw_only=True, tag="backtest"):
    """What a process does at once: a run; of a `sweep`, which makes so many `runs`, those combinations that `numbers`
    names; or what `cells` come to. With `checks` the full checks of a run instead.

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
    runs: int = 1
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
