"""A model card's figures, from what a model said in each window and what came."""

from collections.abc import Sequence

import numpy as np

from trading.learning.candles import Booleans, Floats
from trading.learning.earnings import baselines_of, earned, steps_of
from trading.learning.metrics import ReliabilityBin, auc, auc_error, brier, calibration_error, reliability
from trading.learning.model_card import WindowMetrics
from trading.learning.walk_forward import JudgedWindow


def window_metrics(judged: JudgedWindow, *, fee_rate: float, abstain_within: float, overlap: int) -> WindowMetrics:
    """Return how a model did in a window; it is long where it said a rise, and out of the market otherwise."""
    examples, outcomes = judged.examples, judged.examples.outcomes
    rises = int(outcomes.sum())
    decided = _decided(judged, abstain_within)
    said_up = decided & (judged.probabilities > 0.5)  # noqa: PLR2004 - a half
    steps = steps_of(examples)
    probabilities, came = _calibrated([judged])
    return WindowMetrics(
        start=judged.window.start,
        end=judged.window.end,
        examples=len(examples),
        rises=rises,
        auc=auc(judged.scores, outcomes),
        auc_error=auc_error(rises, len(examples) - rises, overlap=overlap),
        brier=brier(probabilities, came) if len(came) else None,
        brier_of_base_rate=brier(np.full(len(outcomes), outcomes.mean()), outcomes),
        calibration_error=calibration_error(reliability(probabilities, came)) if len(came) else None,
        decided=int(decided.sum()),
        right=float((said_up == outcomes)[decided].mean()) if decided.any() else None,
        earnings=earned(steps, said_up[steps.rows], fee_rate=fee_rate),
        baselines=baselines_of(steps, fee_rate=fee_rate),
    )


def reliability_of(judged: Sequence[JudgedWindow]) -> tuple[ReliabilityBin, ...]:
    """Return what was said and what came over all windows."""
    return reliability(*_calibrated(judged))


def _decided(judged: JudgedWindow, abstain_within: float) -> Booleans:
    # Where there is no calibration yet, the probability is NaN, and no comparison with it holds.
    decided: Booleans = judged.has_skill & (np.abs(judged.probabilities - 0.5) > abstain_within)
    return decided


def _calibrated(judged: Sequence[JudgedWindow]) -> tuple[Floats, Booleans]:
    """Return the probabilities that there are, with what came."""
    probabilities = np.concatenate([each.probabilities for each in judged])
    outcomes = np.concatenate([each.examples.outcomes for each in judged])
    known = np.isfinite(probabilities)
    return probabilities[known], outcomes[known]
