"""Labels enter when their horizon has passed, and not before: live by a queue, and the same over a history."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.trading.learning.markets import MINUTE, random_walk, without
from trading.learning.candles import CandleTable
from trading.learning.errors import CandleTableError, LeakError, SettingsError
from trading.learning.examples import Examples, examples_of
from trading.learning.labels import LabelQueue, ModelDecision, Outcome, label_changes


def _decision(time: int, price: float) -> ModelDecision:
    return ModelDecision(time=time, price=price, features=(), score=0.0, probability=0.5)


def _outcomes(candles: CandleTable, horizon: int) -> list[Outcome]:
    queue, found = LabelQueue(horizon=horizon, interval=candles.interval), []
    for time, price in zip(candles.close_times().tolist(), candles.close.tolist(), strict=True):
        if (outcome := queue.close(time, price)) is not None:
            found.append(outcome)
        queue.add(_decision(time, price))
        assert len(queue.waiting) <= horizon
    return found


@given(horizon=st.integers(1, 6), missing=st.sets(st.integers(0, 29)), seed=st.integers(0, 9))
def test_the_queue_tells_exactly_what_a_history_does(horizon: int, missing: set[int], seed: int) -> None:
    whole = random_walk(seed, 30)
    candles = without(whole, sorted(missing)) if len(missing) < 30 else whole
    changes = label_changes(candles, horizon)
    known = np.isfinite(changes)
    outcomes = _outcomes(candles, horizon)
    assert [each.decision.time for each in outcomes] == candles.close_times()[known].tolist()
    assert [each.change for each in outcomes] == changes[known].tolist()
    assert all(each.known_at - each.decision.time == horizon * MINUTE for each in outcomes)


def test_a_label_is_not_there_before_its_horizon_has_passed() -> None:
    queue = LabelQueue(horizon=3, interval=MINUTE)
    assert queue.close(0, 100.0) is None
    queue.add(_decision(0, 100.0))
    assert queue.close(MINUTE, 101.0) is None
    assert queue.close(2 * MINUTE, 102.0) is None
    outcome = queue.close(3 * MINUTE, 110.0)
    assert outcome is not None
    assert (outcome.known_at, outcome.is_up) == (3 * MINUTE, True)
    assert outcome.change == pytest.approx(0.1)


def test_a_decision_whose_candle_never_comes_is_lost_and_counted() -> None:
    queue = LabelQueue(horizon=1, interval=MINUTE)
    queue.close(0, 100.0)
    queue.add(_decision(0, 100.0))
    assert queue.close(2 * MINUTE, 101.0) is None
    assert (queue.lost, queue.waiting) == (1, ())


def test_a_price_that_stays_is_no_rise() -> None:
    assert not Outcome(decision=_decision(0, 100.0), known_at=1, change=0.0).is_up


def test_time_goes_forward_and_decisions_are_upon_the_last_candle() -> None:
    queue = LabelQueue(horizon=1, interval=MINUTE)
    queue.close(MINUTE, 100.0)
    with pytest.raises(CandleTableError):
        queue.close(MINUTE, 100.0)
    with pytest.raises(CandleTableError):
        queue.add(_decision(0, 100.0))
    with pytest.raises(CandleTableError):
        queue.add(_decision(2 * MINUTE, 100.0))
    with pytest.raises(SettingsError):
        LabelQueue(horizon=0, interval=MINUTE)


def test_examples_are_learnt_from_once_they_are_known() -> None:
    candles = random_walk(1, 50)
    examples = examples_of(candles, np.zeros((50, 1)), horizon=5)
    time = int(candles.close_times()[20])
    known = examples.known_by(time)
    assert len(known) == 16  # of the first 21 candles, those whose next five are among them
    assert known.known_at.max() == time


def test_examples_that_would_be_known_too_early_or_are_shuffled_cannot_be_made() -> None:
    times, features, changes = np.array([10, 20]), np.zeros((2, 1)), np.zeros(2)
    with pytest.raises(LeakError, match="before its horizon"):
        Examples(5, times, times + 4, features, changes)
    with pytest.raises(LeakError, match="shuffled"):
        Examples(5, times[::-1], times[::-1] + 5, features, changes)
