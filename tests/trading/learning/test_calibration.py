"""Calibration: probabilities that come true on synthetic scores, the band, and what counts as skill."""

import numpy as np
import pytest

from trading.learning.calibration import (
    Calibration,
    Direction,
    RollingCalibration,
    RollingParameters,
    direction_of,
    fit_calibration,
)
from trading.learning.candles import Booleans, Floats
from trading.learning.errors import TooFewExamplesError
from trading.learning.labels import ModelDecision, Outcome
from trading.learning.metrics import auc, auc_error, brier, calibration_error, reliability


def _outcomes(seed: int, count: int = 20_000) -> tuple[Floats, Booleans]:
    """Return true log-odds, and outcomes that come with them."""
    random = np.random.default_rng(seed)
    odds = random.normal(0.2, 0.7, count)
    return odds, random.random(count) < 1 / (1 + np.exp(-odds))


def test_it_takes_back_what_a_model_overstates() -> None:
    odds, outcomes = _outcomes(1)
    found = fit_calibration(3 * odds + 0.5, outcomes)
    assert found.slope == pytest.approx(1 / 3, abs=0.02)
    assert found.intercept == pytest.approx(-0.5 / 3, abs=0.05)


def test_its_probabilities_come_true_on_outcomes_that_it_has_not_seen() -> None:
    odds, outcomes = _outcomes(1)
    later_odds, later = _outcomes(2)
    overstated = 1 / (1 + np.exp(-3 * later_odds))
    calibrated = fit_calibration(3 * odds, outcomes).probabilities(3 * later_odds)
    assert calibration_error(reliability(overstated, later)) > 0.1
    assert calibration_error(reliability(calibrated, later)) < 0.02
    assert brier(calibrated, later) < brier(overstated, later)


def test_scores_that_part_all_outcomes_get_a_finite_slope() -> None:
    found = fit_calibration(np.linspace(-1, 1, 200), np.arange(200) >= 100)
    assert np.isfinite([found.slope, found.intercept]).all()
    assert 0.9 < found.probability(1.0) < 1


def test_scores_that_are_all_the_same_give_the_base_rate() -> None:
    outcomes = np.arange(1000) < 300
    assert fit_calibration(np.zeros(1000), outcomes).probability(0.0) == pytest.approx(0.3, abs=0.01)


def test_outcomes_of_one_kind_calibrate_nothing() -> None:
    with pytest.raises(TooFewExamplesError):
        fit_calibration(np.arange(10.0), np.ones(10, dtype=bool))


def test_skill_is_an_auc_that_chance_does_not_reach() -> None:
    def found(auc: float, slope: float = 1.0) -> Calibration:
        return Calibration(slope=slope, intercept=0, outcomes=2000, auc=auc, auc_error=0.013)

    assert found(0.55).has_skill
    assert not found(0.53).has_skill
    assert not found(0.55, slope=-1.0).has_skill


def test_labels_that_overlap_count_as_fewer() -> None:
    assert auc_error(1000, 1000, overlap=10) == pytest.approx(auc_error(100, 100))


def test_the_auc_is_the_chance_of_a_higher_score() -> None:
    random = np.random.default_rng(1)
    scores, outcomes = random.integers(0, 20, 300).astype(float), random.random(300) < 0.4
    pairs = scores[outcomes][:, np.newaxis] - scores[~outcomes]
    assert auc(scores, outcomes) == pytest.approx(float(((pairs > 0) + (pairs == 0) / 2).mean()))
    assert auc(scores, np.ones(300, dtype=bool)) is None


def test_within_its_band_it_abstains() -> None:
    said = [direction_of(probability, abstain_within=0.03) for probability in (0.4, 0.48, 0.5, 0.52, 0.6)]
    assert said == [Direction.DOWN, Direction.ABSTAIN, Direction.ABSTAIN, Direction.ABSTAIN, Direction.UP]


def _became(scores: Floats, outcomes: Booleans, *, horizon: int = 1) -> list[Outcome]:
    """Return outcomes of one decision a ms."""
    rows = enumerate(zip(scores.tolist(), outcomes.tolist(), strict=True))
    return [
        Outcome(
            decision=ModelDecision(time=time, price=1.0, features=(), score=score, probability=0.5),
            known_at=time + horizon,
            change=0.1 if is_up else -0.1,
        )
        for time, (score, is_up) in rows
    ]


def test_a_rolling_calibration_forgets_and_goes_on_from_its_state() -> None:
    odds, outcomes = _outcomes(3, 3000)
    parameters = RollingParameters(length=500, every=50)
    whole, first = (RollingCalibration(parameters) for _ in range(2))
    became = _became(odds, outcomes)
    for outcome in became[:1234]:
        whole.observe(outcome)
        first.observe(outcome)
    again = RollingCalibration(parameters, first.state)
    for outcome in became[1234:]:
        whole.observe(outcome)
        again.observe(outcome)
    assert again.state == whole.state
    assert whole.calibration == fit_calibration(odds[-500:], outcomes[-500:])


def test_a_rolling_calibration_counts_horizons_that_overlap_once() -> None:
    odds, outcomes = _outcomes(3, 2000)
    rolling = RollingCalibration(RollingParameters(length=1000, every=100))
    for outcome in _became(odds, outcomes, horizon=4):
        rolling.observe(outcome)
    assert rolling.calibration == fit_calibration(odds[::4].copy(), outcomes[::4].copy())


def test_there_is_no_rolling_calibration_before_half_of_its_outcomes() -> None:
    odds, outcomes = _outcomes(4, 100)
    rolling = RollingCalibration(RollingParameters(length=200, every=10))
    *before, last = _became(odds, outcomes)
    for outcome in before:
        rolling.observe(outcome)
    assert rolling.calibration is None
    rolling.observe(last)
    assert rolling.calibration is not None
