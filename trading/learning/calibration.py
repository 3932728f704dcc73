"""Scores made probabilities that come true as often as they say, and a band in which the model abstains.

Platt's two numbers rather than isotonic steps: near a half, steps of a few hundred outcomes would be noise.
"""

import math
from collections import deque
from enum import StrEnum

import msgspec
import numpy as np

from trading.learning.candles import Booleans, Floats
from trading.learning.errors import TooFewExamplesError
from trading.learning.kinds import has_skill
from trading.learning.labels import Outcome
from trading.learning.metrics import auc, auc_error

_NEWTON_STEPS = 50
_PRECISE = 1e-10
_FURTHEST = 30.0


class Direction(StrEnum):
    """What a model says of the price at the horizon's end."""

    UP = "up"
    DOWN = "down"
    ABSTAIN = "abstain"


class Calibration(msgspec.Struct, frozen=True, kw_only=True):
    """Probability = 1 / (1 + e^-(slope · score + intercept)), with the AUC of the outcomes that it was fitted to."""

    slope: float
    intercept: float
    outcomes: int
    auc: float
    auc_error: float

    @property
    def has_skill(self) -> bool:
        """Whether the scores told more than chance would."""
        return has_skill(slope=self.slope, auc=self.auc, auc_error=self.auc_error)

    def probability(self, score: float) -> float:
        """Return how probable a rise is."""
        return logistic(self.slope * score + self.intercept)

    def probabilities(self, scores: Floats) -> Floats:
        """Return how probable a rise is, for each score."""
        found: Floats = 1 / (1 + np.exp(-np.clip(self.slope * scores + self.intercept, -_FURTHEST, _FURTHEST)))
        return found


def logistic(value: float) -> float:
    """Return 1 / (1 + e^-value), kept within what a float can tell from 0 and 1."""
    return 1 / (1 + math.exp(-max(-_FURTHEST, min(_FURTHEST, value))))


def direction_of(probability: float, *, abstain_within: float) -> Direction:
    """Return what is said of a probability: nothing where it is no further than `abstain_within` from a half."""
    if abs(probability - 0.5) <= abstain_within:
        return Direction.ABSTAIN
    return Direction.UP if probability > 0.5 else Direction.DOWN  # noqa: PLR2004 - a half


def fit_calibration(
    scores: Floats, outcomes: Booleans, *, overlap: int = 1, auc_found: float | None = None
) -> Calibration:
    """Return the calibration that makes outcomes most probable; `scores` must be of models that hadn't seen them.

    `auc_found` is the AUC where it was computed otherwise (by window). Platt, Probabilistic Outputs for Support Vector
    Machines, 1999, with Newton's method as in Lin, Lin and Weng, A Note on Platt's Probabilistic Outputs, 2007.
    Raise `TooFewExamplesError` where all outcomes are the same.
    """
    found = auc(scores, outcomes) if auc_found is None else auc_found
    rises = int(outcomes.sum())
    others = len(outcomes) - rises
    if found is None or not rises or not others:
        raise TooFewExamplesError("a calibration needs outcomes of both kinds")
    slope, intercept = _platt(scores, outcomes, rises, others)
    error = auc_error(rises, others, overlap=overlap)
    return Calibration(slope=slope, intercept=intercept, outcomes=len(outcomes), auc=found, auc_error=error)


def _platt(scores: Floats, outcomes: Booleans, rises: int, others: int) -> tuple[float, float]:
    # Platt's targets: not quite 1 and 0, so that scores which part all outcomes don't make a slope without end.
    targets = np.where(outcomes, (rises + 1) / (rises + 2), 1 / (others + 2))
    slope, intercept = 0.0, math.log((rises + 1) / (others + 1))
    loss = _loss(slope, intercept, scores, targets)
    for _ in range(_NEWTON_STEPS):
        step = _newton_step(slope, intercept, scores, targets)
        size = 1.0
        while (lower := _loss(slope - size * step[0], intercept - size * step[1], scores, targets)) > loss:
            size /= 2
            if size < _PRECISE:
                return slope, intercept
        slope, intercept = slope - size * step[0], intercept - size * step[1]
        if loss - lower < _PRECISE:
            break
        loss = lower
    return slope, intercept


def _newton_step(slope: float, intercept: float, scores: Floats, targets: Floats) -> tuple[float, float]:
    probabilities = 1 / (1 + np.exp(-np.clip(slope * scores + intercept, -_FURTHEST, _FURTHEST)))
    gaps, weights = probabilities - targets, probabilities * (1 - probabilities)
    first, second = float(gaps @ scores), float(gaps.sum())
    # A little on the diagonal keeps it solvable where all scores are the same.
    a, b, c = float(weights @ scores**2) + 1e-9, float(weights @ scores), float(weights.sum()) + 1e-9
    determinant = a * c - b * b
    return (c * first - b * second) / determinant, (a * second - b * first) / determinant


def _loss(slope: float, intercept: float, scores: Floats, targets: Floats) -> float:
    values = slope * scores + intercept
    return float(np.sum(np.logaddexp(0, values) - targets * values))


class RollingParameters(msgspec.Struct, frozen=True, kw_only=True):
    """Fit to the last `length` outcomes, anew after each `every` of them; not before there are half as many.

    Only outcomes whose horizons don't overlap count: with one of 15 candles, 2000 of them are 30,000 candles.
    """

    length: int = 2000
    every: int = 50


class RollingState(msgspec.Struct, frozen=True, kw_only=True):
    """What a rolling calibration goes by: the last scores and outcomes, how many it has seen, until when (ms)."""

    recent: tuple[tuple[float, bool], ...] = ()
    seen: int = 0
    counted_until: int = -1
    calibration: Calibration | None = None


class RollingCalibration:
    """The calibration of a model that learns on: over its last outcomes, each scored before it was known."""

    def __init__(self, parameters: RollingParameters, state: RollingState | None = None) -> None:
        state = state or RollingState()
        self._parameters = parameters
        self._recent = deque(state.recent, maxlen=parameters.length)
        self._seen = state.seen
        self._counted_until = state.counted_until
        self.calibration = state.calibration

    @property
    def state(self) -> RollingState:
        """What it goes by: one that is made with it goes on as this one does."""
        return RollingState(
            recent=tuple(self._recent),
            seen=self._seen,
            counted_until=self._counted_until,
            calibration=self.calibration,
        )

    def observe(self, outcome: Outcome) -> None:
        """Take what became of a score."""
        if outcome.decision.time < self._counted_until:
            return
        self._counted_until = outcome.known_at
        self._recent.append((outcome.decision.score, outcome.is_up))
        self._seen += 1
        if self._seen % self._parameters.every == 0 and 2 * len(self._recent) >= self._parameters.length:
            self._fit()

    def _fit(self) -> None:
        scores = np.array([score for score, _ in self._recent])
        outcomes = np.array([is_up for _, is_up in self._recent])
        if outcomes.all() or not outcomes.any():
            self.calibration = None
        else:
            self.calibration = fit_calibration(scores, outcomes)


class FixedCalibration:
    """The calibration of a model that was trained once: what comes later doesn't change it."""

    def __init__(self, calibration: Calibration | None) -> None:
        self.calibration = calibration

    def observe(self, outcome: Outcome) -> None:
        """Take what became of a score, and leave it at that: it is trained anew each night."""
