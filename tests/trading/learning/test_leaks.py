"""Three ways in which a model learns from the future: each is refused where it happens, and shows on a random walk."""

from collections.abc import Callable
from functools import partial

import numpy as np
import pytest

from tests.trading.learning.markets import random_walk, settings, training_data
from tests.trading.learning.null import check_null
from trading.learning.boosting import train_boosting
from trading.learning.candles import CandleTable, Floats
from trading.learning.definitions import CANDLE_FEATURES, Feature, FeatureSet, Moment
from trading.learning.errors import LeakError, SettingsError
from trading.learning.examples import Examples, examples_of
from trading.learning.features import feature_matrix
from trading.learning.labels import label_changes
from trading.learning.leaks import check_features, check_fold
from trading.learning.metrics import auc
from trading.learning.training import TrainingData
from trading.learning.walk_forward import WalkForwardPlan, walk_forward, windows_of

_HORIZON = 15
_WALK = random_walk(5, 4000)
_CUTS = (600, 1200)
_SETTINGS = settings(horizon=_HORIZON)


def _with_the_future(candles: CandleTable) -> Floats:
    """Return features of which one has the label in it, hidden by noise."""
    noise = np.random.default_rng(1).normal(0, 5e-3, len(_WALK))[: len(candles)]
    return np.column_stack((feature_matrix(CANDLE_FEATURES, candles), label_changes(candles, _HORIZON) + noise))


def _normalised_over_all(candles: CandleTable) -> Floats:
    """Return features of which one is the price beside the mean of all prices, those of the future too."""
    level = (candles.close - candles.close.mean()) / candles.close.std()
    return np.column_stack((feature_matrix(CANDLE_FEATURES, candles), level))


def _walked_forward(matrix: Floats) -> float:
    examples = examples_of(_WALK, matrix, horizon=_HORIZON)
    windows = windows_of(examples, WalkForwardPlan(), horizon=_HORIZON, interval=_WALK.interval)
    judged = walk_forward(examples, windows, _scores_of, overlap=_HORIZON)
    scores = np.concatenate([each.scores for each in judged])
    found = auc(scores, np.concatenate([each.examples.outcomes for each in judged]))
    assert found is not None
    return found


def _scores_of(train: Examples, test: Examples) -> Floats:
    return train_boosting(train, _SETTINGS.boosting, seed=1).scores(test.features)


def test_the_features_tell_nothing_of_the_future() -> None:
    check_features(partial(feature_matrix, CANDLE_FEATURES), _WALK, cuts=_CUTS)


def test_a_label_among_the_features_is_refused() -> None:
    with pytest.raises(LeakError, match="tell the future"):
        check_features(_with_the_future, _WALK, cuts=_CUTS)


def test_a_normalisation_over_the_whole_series_is_refused() -> None:
    with pytest.raises(LeakError, match="tell the future"):
        check_features(_normalised_over_all, _WALK, cuts=_CUTS)


def test_nothing_is_trained_on_features_that_tell_the_future() -> None:
    highest = 0.0

    def height(now: Moment) -> float:
        nonlocal highest
        highest = max(highest, now.close)
        return now.close / highest

    remembering = Feature("height", "close / highest close of all that were seen", height)
    features = FeatureSet.of((*CANDLE_FEATURES.features, remembering))
    with pytest.raises(LeakError, match="tell the future"):
        TrainingData.of("BTCUSDT", _WALK, features, horizon=_HORIZON)


def test_shuffled_folds_are_refused() -> None:
    examples = training_data(_WALK, horizon=_HORIZON).examples
    in_test = np.random.default_rng(1).random(len(examples)) < 0.2
    with pytest.raises(LeakError, match="don't shuffle"):
        check_fold(_chosen(examples, ~in_test), _chosen(examples, in_test))


def test_folds_without_a_gap_are_refused() -> None:
    examples = training_data(_WALK, horizon=_HORIZON).examples
    start = int(examples.decided_at[2000])
    train, test = examples.decided_between(0, start), examples.decided_between(start, start + 1000 * _WALK.interval)
    with pytest.raises(LeakError, match="leave a gap"):
        check_fold(train, test)
    check_fold(examples.known_by(start), test)


def test_a_gap_below_the_horizon_cannot_be_chosen() -> None:
    with pytest.raises(SettingsError, match="at least the horizon of 15 candles"):
        WalkForwardPlan(gap=14).gap_of(_HORIZON)


def test_without_a_leak_a_random_walk_tells_nothing() -> None:
    check_null(_walked_forward(feature_matrix(CANDLE_FEATURES, _WALK)))


def test_a_label_among_the_features_fails_the_null_test() -> None:
    with pytest.raises(AssertionError, match="tells the future"):
        check_null(_walked_forward(_with_the_future(_WALK)))


def test_a_normalisation_over_the_whole_series_fails_the_null_test() -> None:
    def over_the_whole(close: Floats) -> Floats:
        level: Floats = (close - close.mean()) / close.std()
        return level

    with pytest.raises(AssertionError, match="tells the future"):
        check_null(_learnt_from_other_walks(over_the_whole))


def test_a_normalisation_over_the_past_passes_it() -> None:
    def over_the_past(close: Floats) -> Floats:
        count = np.arange(1, len(close) + 1)
        mean = np.cumsum(close) / count
        return (close - mean) / np.sqrt(np.maximum(np.cumsum(close**2) / count - mean**2, 1e-12))

    check_null(_learnt_from_other_walks(over_the_past))


def _learnt_from_other_walks(level_of: Callable[[Floats], Floats]) -> float:
    """Return the AUC of a model of one level on walks that it hasn't seen: its folds don't leak."""
    train, test = (_levels(level_of, seeds) for seeds in (range(30), range(30, 60)))
    found = auc(_scores_of(train, test), test.outcomes)
    assert found is not None
    return found


def _levels(level_of: Callable[[Floats], Floats], seeds: range) -> Examples:
    closes = [random_walk(seed, 300).close for seed in seeds]
    levels = np.concatenate([level_of(close)[30:-_HORIZON] for close in closes])
    changes = np.concatenate([(close[_HORIZON:] / close[:-_HORIZON] - 1)[30:] for close in closes])
    times = np.arange(len(changes), dtype=np.int64)
    return Examples(1, times, times + 1, levels[:, np.newaxis], changes)


def test_shuffled_folds_fail_the_null_test() -> None:
    examples = training_data(_WALK, horizon=_HORIZON).examples
    fold = np.random.default_rng(1).integers(0, 5, len(examples))
    scores = np.zeros(len(examples))
    for each in range(5):
        scores[fold == each] = _scores_of(_chosen(examples, fold != each), _chosen(examples, fold == each))
    found = auc(scores, examples.outcomes)
    assert found is not None
    with pytest.raises(AssertionError, match="tells the future"):
        check_null(found)


def _chosen(examples: Examples, chosen: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> Examples:
    decided_at, known_at = examples.decided_at[chosen], examples.known_at[chosen]
    return Examples(examples.horizon, decided_at, known_at, examples.features[chosen], examples.changes[chosen])
