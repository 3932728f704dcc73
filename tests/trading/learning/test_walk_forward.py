"""Walking forward: a gap before each window, all judged once, and calibrated by what was known before."""

import numpy as np
import pytest

from tests.trading.learning.markets import MINUTE, random_walk, training_data
from trading.learning.candles import Floats
from trading.learning.errors import SettingsError, TooFewExamplesError
from trading.learning.examples import Examples
from trading.learning.walk_forward import WalkForwardPlan, walk_forward, windows_of

_DATA = training_data(random_walk(1, 1000), horizon=5)


def _windows(gap: int | None) -> list[tuple[Examples, Examples]]:
    windows = windows_of(_DATA.examples, WalkForwardPlan(gap=gap), horizon=5, interval=MINUTE)
    examples = _DATA.examples
    return [(examples.known_by(each.known_by), examples.decided_between(each.start, each.end)) for each in windows]


@pytest.mark.parametrize(("gap", "candles"), [(None, 5), (5, 5), (20, 20)])
def test_it_leaves_the_gap_between_what_is_learnt_and_what_is_judged(gap: int | None, candles: int) -> None:
    for train, test in _windows(gap):
        assert test.decided_at[0] - train.decided_at[-1] == candles * MINUTE
        assert train.known_at.max() <= test.decided_at.min()


def test_it_judges_the_second_half_once() -> None:
    judged = np.concatenate([test.decided_at for _, test in _windows(None)])
    half = len(_DATA.examples) // 2
    assert judged.tolist() == _DATA.examples.decided_at[half:].tolist()


def test_a_windows_probabilities_hang_on_nothing_that_comes_after() -> None:
    def scores_of(_: Examples, test: Examples) -> Floats:
        return test.features[:, 0] * 100

    def first_three(examples: Examples) -> list[list[float]]:
        judged = walk_forward(examples, windows, scores_of, overlap=5)
        return [each.probabilities.tolist() for each in judged[1:3]]

    windows = windows_of(_DATA.examples, WalkForwardPlan(), horizon=5, interval=MINUTE)
    flipped = _DATA.examples.changes.copy()
    flipped[_DATA.examples.known_at > windows[2].known_by] *= -1
    examples = _DATA.examples
    other = Examples(examples.horizon, examples.decided_at, examples.known_at, examples.features, flipped)
    assert first_three(other) == first_three(examples)


def test_the_first_window_has_no_probabilities_yet() -> None:
    windows = windows_of(_DATA.examples, WalkForwardPlan(), horizon=5, interval=MINUTE)
    first, second, *_ = walk_forward(_DATA.examples, windows, lambda _, test: test.features[:, 0], overlap=5)
    assert np.isnan(first.probabilities).all()
    assert not np.isnan(second.probabilities).any()


def test_it_refuses_windows_that_make_no_sense() -> None:
    with pytest.raises(SettingsError):
        WalkForwardPlan(windows=0).gap_of(5)
    with pytest.raises(SettingsError):
        WalkForwardPlan(first_share=1.0).gap_of(5)
    with pytest.raises(TooFewExamplesError):
        windows_of(_DATA.examples.known_by(0), WalkForwardPlan(), horizon=5, interval=MINUTE)
