"""The result of a sweep, as it is kept and shown."""

import msgspec

from trading.engine.backtests.results.fingerprint import Fingerprint
from trading.engine.backtests.results.periods import Period
from trading.engine.backtests.results.result import KeptPlan
from trading.engine.backtests.sweeps.cells import SweepCell
from trading.engine.backtests.sweeps.heat_map import HeatMap
from trading.engine.backtests.sweeps.plan import Axis, Ranking
from trading.engine.backtests.sweeps.walk_forward import WalkForwardReport


class SweepResult(msgspec.Struct, frozen=True, kw_only=True):
    """What a sweep came to: a cell for each combination, and whether the best of them can be believed.

    `best` is the number of the combination with the highest score over the whole range, None where none is defined, or
    none has traded.
    `deflated_sharpe` is the probability that its true Sharpe ratio is above what the best of so many worthless `trials`
    is expected to have. `warning` tells where the best in sample isn't among the best out of sample.
    """

    plan: KeptPlan
    is_partial: bool
    axes: tuple[Axis, ...]
    cells: tuple[SweepCell, ...]
    left_out: int
    rank_by: Ranking
    best: int | None
    period: Period
    heat_map: HeatMap | None
    walk_forward: WalkForwardReport | None
    warning: str | None
    deflated_sharpe: float | None
    trials: int
    fingerprint: Fingerprint
