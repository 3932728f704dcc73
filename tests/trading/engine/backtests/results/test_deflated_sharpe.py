"""The deflated Sharpe ratio: the paper's example, and its formulas computed another way."""

import math

import numpy as np
import pytest

from trading.engine.backtests.results.deflated_sharpe import (
    ReturnMoments,
    deflated_sharpe,
    expected_maximum_sharpe,
    moments_of,
)

_DAYS = 250
_PAPERS = ReturnMoments(sharpe=2.5 / math.sqrt(_DAYS), skew=-3, kurtosis=10, count=1250)
_PAPERS_VARIANCE = 0.5 / _DAYS


def test_it_gives_the_papers_numerical_example() -> None:
    assert expected_maximum_sharpe(100, _PAPERS_VARIANCE) == pytest.approx(0.1132, abs=5e-5)
    assert deflated_sharpe(_PAPERS, trials=100, variance=_PAPERS_VARIANCE) == pytest.approx(0.9004, abs=5e-5)


def test_it_expects_of_the_best_of_many_trials_what_drawing_them_gives() -> None:
    drawn = np.random.default_rng(7).normal(0, 0.05, size=(4000, 200)).max(axis=1)
    assert expected_maximum_sharpe(200, 0.05**2) == pytest.approx(drawn.mean(), rel=0.02)


def test_it_trusts_a_ratio_the_less_the_more_was_tried() -> None:
    found = [deflated_sharpe(_PAPERS, trials=trials) or 0 for trials in (1, 2, 10, 100, 10_000)]
    assert found == sorted(found, reverse=True)
    assert found[0] > found[-1]


def test_it_takes_a_single_trial_for_a_test_against_zero() -> None:
    moments = ReturnMoments(sharpe=0.0, skew=0, kurtosis=3, count=100)
    assert expected_maximum_sharpe(1, 1.0) == 0
    assert deflated_sharpe(moments, trials=1) == pytest.approx(0.5)


def test_it_leaves_undefined_what_too_few_or_equal_returns_say() -> None:
    assert moments_of(np.array([0.1, -0.1, 0.2])) is None
    assert moments_of(np.full(100, 0.001)) is None
    assert moments_of(np.zeros(100)) is None


def test_it_leaves_undefined_what_has_no_positive_variance() -> None:
    assert deflated_sharpe(ReturnMoments(sharpe=2.0, skew=5, kurtosis=3, count=50), trials=3) is None


def test_it_refuses_trials_below_one() -> None:
    with pytest.raises(ValueError, match="at least 1"):
        expected_maximum_sharpe(0, 1.0)
