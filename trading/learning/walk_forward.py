"""Windows through time in which a model is judged by what came after all that it had learnt from."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import msgspec
import numpy as np

from trading.learning.calibration import Calibration, fit_calibration
from trading.learning.candles import Booleans, Floats
from trading.learning.errors import SettingsError, TooFewExamplesError
from trading.learning.examples import Examples
from trading.learning.leaks import check_fold
from trading.learning.metrics import auc


class WalkForwardPlan(msgspec.Struct, frozen=True, kw_only=True):
    """The first `first_share` of the examples is only learnt from; the rest is judged in `windows` equal parts.

    Each is judged by a model of all before it, but for `gap` candles: at least the horizon, which it is where None.
    """

    windows: int = 5
    first_share: float = 0.5
    gap: int | None = None

    def gap_of(self, horizon: int) -> int:
        """Return how many candles are left out; raise `SettingsError` where labels would reach across them."""
        gap = horizon if self.gap is None else self.gap
        if gap < horizon:
            raise SettingsError(f"gap must be at least the horizon of {horizon} candles")
        if self.windows < 1 or not 0 < self.first_share < 1:
            raise SettingsError("windows must be at least 1, and first_share between 0 and 1")
        return gap


class HeldOutWindow(msgspec.Struct, frozen=True, kw_only=True):
    """A model of what was known by `known_by` is judged from `start` to before `end` (ms)."""

    known_by: int
    start: int
    end: int


@dataclass(frozen=True, slots=True, eq=False)
class JudgedWindow:
    """What a model said in a window, and what came. Probabilities are NaN before there is a calibration."""

    window: HeldOutWindow
    examples: Examples
    scores: Floats
    probabilities: Floats
    has_skill: Booleans
    """Whether the calibration of then said that its scores tell anything."""


def windows_of(examples: Examples, plan: WalkForwardPlan, *, horizon: int, interval: int) -> list[HeldOutWindow]:
    """Return the windows, oldest first; `horizon` in candles of `interval` ms.

    Raise `SettingsError` for a gap below the horizon, `TooFewExamplesError` where windows would be empty.
    """
    gap = plan.gap_of(horizon)
    edges = np.linspace(plan.first_share * len(examples), len(examples), plan.windows + 1).astype(int)
    if not edges[0] or (np.diff(edges) < 1).any():
        raise TooFewExamplesError(f"{len(examples)} examples are too few for {plan.windows} windows")
    times = [*(int(examples.decided_at[edge]) for edge in edges[:-1]), int(examples.decided_at[-1]) + 1]
    spare = (gap - horizon) * interval
    return [HeldOutWindow(known_by=start - spare, start=start, end=end) for start, end in pairwise(times)]


def walk_forward(
    examples: Examples,
    windows: Sequence[HeldOutWindow],
    scores_of: Callable[[Examples, Examples], Floats],
    *,
    overlap: int,
) -> list[JudgedWindow]:
    """Return what models said in each window; `scores_of` trains on its first examples and scores the second.

    A window's calibration is that of the scores in the windows before it. Raise `LeakError` where a fold would leak.
    """
    judged: list[JudgedWindow] = []
    for window in windows:
        train, test = examples.known_by(window.known_by), examples.decided_between(window.start, window.end)
        check_fold(train, test)
        scores = scores_of(train, test)
        calibration = calibration_of([_known_by(each, window.known_by) for each in judged], overlap=overlap)
        judged.append(_judged(window, test, scores, calibration))
    return judged


def calibration_of(judged: Sequence[tuple[Floats, Booleans]], *, overlap: int) -> Calibration | None:
    """Return the calibration of windows' scores and outcomes, None where they don't allow one.

    Its AUC is the mean of the windows', by their lengths: scores of two models needn't mean the same.
    """
    aucs = [(found, len(scores)) for scores, outcomes in judged if (found := auc(scores, outcomes)) is not None]
    if not aucs:
        return None
    scores, outcomes = (np.concatenate(columns) for columns in zip(*judged, strict=True))
    mean = sum(found * count for found, count in aucs) / sum(count for _, count in aucs)
    return fit_calibration(scores, outcomes, overlap=overlap, auc_found=mean)


def _known_by(judged: JudgedWindow, time: int) -> tuple[Floats, Booleans]:
    known = judged.examples.known_at <= time
    return judged.scores[known], judged.examples.outcomes[known]


def _judged(window: HeldOutWindow, test: Examples, scores: Floats, calibration: Calibration | None) -> JudgedWindow:
    if calibration is None:
        unknown = np.full(len(test), np.nan)
        return JudgedWindow(window, test, scores, unknown, np.zeros(len(test), dtype=bool))
    has_skill = np.full(len(test), calibration.has_skill)
    return JudgedWindow(window, test, scores, calibration.probabilities(scores), has_skill)
