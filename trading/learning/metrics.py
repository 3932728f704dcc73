"""How good scores and probabilities are: AUC with its error, Brier score, reliability, calibration error."""

import math

import msgspec
import numpy as np

from trading.learning.candles import Booleans, Floats

_BINS = 10


def auc(scores: Floats, outcomes: Booleans) -> float | None:
    """Return the chance that a rise was scored above what was none, ties half; None where all outcomes are the same.

    Mann and Whitney 1947; Hanley and McNeil, The Meaning and Use of the Area under a ROC Curve, Radiology 143, 1982.
    """
    rises = int(outcomes.sum())
    others = len(outcomes) - rises
    if not rises or not others:
        return None
    _, places, counts = np.unique(scores, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[places]
    return float((ranks[outcomes].sum() - rises * (rises + 1) / 2) / (rises * others))


def auc_error(rises: int, others: int, *, overlap: int = 1) -> float:
    """Return the AUC's standard error where scores tell nothing: √((m + n + 1) / 12mn), Mann and Whitney 1947.

    Of labels that overlap, as those of a horizon of several candles do, only each `overlap`-th counts as one.
    """
    first, second = max(1.0, rises / overlap), max(1.0, others / overlap)
    return math.sqrt((first + second + 1) / (12 * first * second))


def brier(probabilities: Floats, outcomes: Booleans) -> float:
    """Return the mean squared error of probabilities (Brier 1950): 0 is perfect, 0.25 is always saying a half."""
    return float(np.mean((probabilities - outcomes) ** 2))


class ReliabilityBin(msgspec.Struct, frozen=True, kw_only=True):
    """Predictions of about one probability: how many, what was said on average, and how often it came."""

    count: int
    said: float
    came: float


def reliability(probabilities: Floats, outcomes: Booleans) -> tuple[ReliabilityBin, ...]:
    """Return predictions in ten bins of equal count, from the least probability on (fewer where there are few)."""
    order = np.argsort(probabilities, kind="stable")
    bins = [part for part in np.array_split(order, _BINS) if len(part)]
    return tuple(
        ReliabilityBin(count=len(part), said=float(probabilities[part].mean()), came=float(outcomes[part].mean()))
        for part in bins
    )


def calibration_error(bins: tuple[ReliabilityBin, ...]) -> float:
    """Return the expected calibration error: how far what was said is from what came, on average.

    Naeini, Cooper and Hauskrecht, Obtaining Well Calibrated Probabilities Using Bayesian Binning, AAAI 2015.
    """
    total = sum(each.count for each in bins)
    return sum(each.count * abs(each.said - each.came) for each in bins) / total if total else 0.0
