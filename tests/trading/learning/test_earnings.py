"""What positions earn after fees, reckoned by hand, and what one earns without a model."""

import numpy as np
import pytest

from trading.learning.earnings import Steps, baselines_of, break_even_probability, earned, steps_of
from trading.learning.examples import Examples

_FEE = 0.001


def _steps(*changes: float, follows: list[bool] | None = None) -> Steps:
    count = len(changes)
    return Steps(list(range(count)), follows or [False] + [True] * (count - 1), np.array(changes))


def test_a_position_is_kept_while_steps_follow_and_pays_fees_once() -> None:
    found = earned(_steps(0.01, 0.02), np.array([True, True]), fee_rate=_FEE)
    assert found.net_return == pytest.approx(0.999 * 1.01 * 1.02 * 0.999 - 1)
    assert found.trades == 1


def test_each_time_in_the_market_pays_fees_anew() -> None:
    found = earned(_steps(0.01, -0.05, 0.02), np.array([True, False, True]), fee_rate=_FEE)
    assert found.net_return == pytest.approx(0.999**4 * 1.01 * 1.02 - 1)
    assert found.trades == 2


def test_a_hole_ends_a_position() -> None:
    steps = _steps(0.01, 0.02, follows=[False, False])
    assert earned(steps, np.array([True, True]), fee_rate=_FEE).trades == 2


def test_the_baselines_are_flat_hold_and_the_last_sign() -> None:
    found = baselines_of(_steps(0.01, 0.02, -0.03, 0.01), fee_rate=_FEE)
    assert (found.flat.net_return, found.flat.trades) == (0, 0)
    assert found.hold.net_return == pytest.approx(0.999**2 * 1.01 * 1.02 * 0.97 * 1.01 - 1)
    assert found.last_sign.net_return == pytest.approx(0.999**2 * 1.02 * 0.97 - 1)


def test_steps_do_not_overlap() -> None:
    decided = np.array([0, 1, 2, 3, 4, 7, 8])
    steps = steps_of(Examples(2, decided, decided + 2, np.zeros((7, 1)), np.arange(7.0)))
    assert steps.rows == [0, 2, 4, 5]
    assert steps.follows == [False, True, True, False]


def test_fees_are_earned_from_a_probability_on() -> None:
    changes = np.array([0.01, 0.01, -0.01, -0.01])
    assert break_even_probability(changes, fee_rate=0) == pytest.approx(0.5)
    assert break_even_probability(changes, fee_rate=_FEE) == pytest.approx(0.6)
    assert break_even_probability(changes / 10, fee_rate=_FEE) == pytest.approx(1.5)
    assert break_even_probability(np.array([0.1]), fee_rate=_FEE) is None
