"""The runs that a check makes: of one strategy, over parts of its candles, with progress over all of them."""

from typing import Any

import numpy as np
from msgspec.structs import replace

from streaming.events.intervals import next_open_time
from trading.engine.backtests.outcome import RunOutcome
from trading.engine.backtests.plan import BacktestPlan, Progress, Report
from trading.engine.backtests.runner import Strategies, run
from trading.engine.backtests.series import COLUMNS, CandleSeries


class CheckStoppedError(Exception):
    """Whoever asked for a check wants no more of it."""


class RepeatedRuns:
    """Runs a plan again and again; `total` candles are expected of all runs together, and `report` is told of them."""

    def __init__(
        self,
        plan: BacktestPlan,
        strategies: Strategies | None = None,
        *,
        finer: CandleSeries | None = None,
        report: Report | None = None,
    ) -> None:
        self.plan = plan
        self.total = 0
        self._strategies = strategies
        self._finer = finer
        self._report = report
        self._before = self._done = 0
        self._is_stopped = False

    def run(self, candles: CandleSeries, *, start: int | None = None, end: int | None = None) -> RunOutcome:
        """Run the plan over these candles, trading from `start` to before `end` (ms), by default as the plan does.

        Raise `CheckStoppedError` where the report says, or has said, to stop, and what `run` raises.
        """
        if self._is_stopped:
            raise CheckStoppedError
        times: dict[str, Any] = {"start": start or self.plan.start, "end": end or self.plan.end}
        plan, own = replace(self.plan, **times), _copy_of(candles)
        self._before = self._done
        outcome = run(plan, own, strategies=self._strategies, finer=self._finer_of(own), report=self._told)
        if outcome.is_partial:
            raise CheckStoppedError
        self._done = self._before + outcome.candles_done
        return outcome

    def _finer_of(self, candles: CandleSeries) -> CandleSeries | None:
        """Return the finer candles that make these up."""
        if self._finer is None or not len(candles):
            return None
        end = next_open_time(candles.interval, int(candles.open_time[-1]))
        return _copy_of(self._finer.between(int(candles.open_time[0]), end))

    def _told(self, progress: Progress) -> bool:
        """Tell of the progress over all runs; return whether to go on."""
        self._done = self._before + progress.done
        if self._report is not None:
            total = max(self._done, self.total)
            self._is_stopped = not self._report(replace(progress, done=self._done, total=total))
        return not self._is_stopped


def _copy_of(candles: CandleSeries) -> CandleSeries:
    """Return candles in arrays of their own: behind a view lies the whole of what was cut off, for whoever looks."""
    return CandleSeries(candles.instrument, candles.interval, *(np.array(getattr(candles, name)) for name in COLUMNS))
