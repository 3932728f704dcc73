"""The bootstrap's intervals: seeded, bounded, and what drawing blocks one by one gives."""

import numpy as np
import pytest

from trading.engine.backtests.results.bootstrap import RESAMPLES, Intervals, _blocks, _sums, bootstrap_intervals


def _returns(seed: int, count: int, mean: float = 0.001) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return np.random.default_rng(seed).normal(mean, 0.01, count)


def test_it_gives_the_same_for_the_same_seed_and_another_for_another() -> None:
    found = [bootstrap_intervals(_returns(1, 400), periods_per_year=365, seed=seed) for seed in (3, 3, 4)]
    assert found[0] == found[1] != found[2]


@pytest.mark.parametrize("count", [10, 27, 28, 1000])
def test_it_sums_blocks_as_reading_them_one_by_one_does(count: int) -> None:
    returns = _returns(count, count)
    starts, lengths = _blocks(count, np.random.default_rng(5))
    drawn = [
        sum(returns[(start + at) % count] for start, length in zip(row, lengths, strict=True) for at in range(length))
        for row in starts[:20].tolist()
    ]
    assert int(lengths.sum()) == count
    assert _sums(returns, starts, lengths)[:20].tolist() == pytest.approx(drawn, abs=1e-9)


def test_it_holds_the_true_sharpe_ratio_about_as_often_as_it_says() -> None:
    true = 0.05 * np.sqrt(365)
    found = [bootstrap_intervals(_returns(seed, 250, 0.0005), periods_per_year=365, seed=seed) for seed in range(100)]
    held = sum(low <= true <= high for low, high in (interval.sharpe for interval in found if interval.sharpe))
    assert 0.88 <= held / len(found) <= 0.99


def test_it_gives_a_point_where_returns_are_all_the_same() -> None:
    found = bootstrap_intervals(np.full(50, 0.01), periods_per_year=365, seed=1)
    assert found.total_return == pytest.approx((1.01**50 - 1, 1.01**50 - 1))
    assert found.sharpe is None


def test_it_leaves_undefined_what_too_few_returns_or_a_total_loss_say() -> None:
    assert bootstrap_intervals(_returns(1, 9), periods_per_year=365, seed=1) == Intervals()
    assert bootstrap_intervals(np.array([0.1] * 20 + [-1.0]), periods_per_year=365, seed=1) == Intervals()


@pytest.mark.parametrize("count", [100, 10_000, 1_000_000])
def test_it_draws_a_bounded_number_of_blocks(count: int) -> None:
    starts, _ = _blocks(count, np.random.default_rng(1))
    assert 100 <= len(starts) <= RESAMPLES
    assert starts.size <= 1_000_000
