"""What is known of a version of a model: what it learnt from, how it did on what came after, how long it is good."""

import msgspec

from trading.learning.calibration import Calibration
from trading.learning.earnings import Baselines, Earnings
from trading.learning.kinds import ModelKind
from trading.learning.metrics import ReliabilityBin


class WindowMetrics(msgspec.Struct, frozen=True, kw_only=True):
    """How a model did from `start` to before `end` (ms), trained only on what was known before.

    What needs probabilities is None in the first window, where there is no calibration yet. `decided` are the examples
    for which a direction was said; `right` the share of them that came true.
    """

    start: int
    end: int
    examples: int
    rises: int
    auc: float | None
    auc_error: float
    brier: float | None
    brier_of_base_rate: float
    """The Brier score of always saying how often the price rose in this window: known only afterwards."""
    calibration_error: float | None
    decided: int
    right: float | None
    earnings: Earnings
    baselines: Baselines


class ModelCard(msgspec.Struct, frozen=True, kw_only=True):
    """One version of a model. Times in ms; `horizon` in candles of `interval` ms; `fee_rate` 0.001 is 0.1 %."""

    version: int
    kind: ModelKind
    symbol: str
    interval: int
    horizon: int
    feature_digest: str
    feature_names: tuple[str, ...]
    data_start: int
    data_end: int
    data_digest: str
    candles: int
    examples: int
    seed: int
    parameters: dict[str, float]
    libraries: dict[str, str]
    fee_rate: float
    abstain_within: float
    trained_at: int
    valid_until: int
    break_even: float | None
    """How probable a rise must be for a position over one horizon to earn its fees, on average; above 1: it can't."""
    windows: tuple[WindowMetrics, ...]
    calibration: Calibration | None
    reliability: tuple[ReliabilityBin, ...]

    def is_expired(self, time: int) -> bool:
        """Return whether it is no longer good at a time (ms)."""
        return time >= self.valid_until
