"""Features: the same live and over a history, in a fixed order, by formulas that a hash stands for."""

import math

import numpy as np
import pytest

from tests.trading.learning.markets import MINUTE, bars, random_walk, without
from trading.learning.candles import CandleTable, complete_rows
from trading.learning.definitions import BOOK_FEATURES, CANDLE_FEATURES, FeatureSet, book_imbalance
from trading.learning.errors import CandleTableError, FeatureMismatchError
from trading.learning.features import HISTORY_NEEDED, RunningFeatures, feature_matrix

_CANDLES = random_walk(1, 300)
_HOLED = without(_CANDLES, slice(120, 130))


@pytest.mark.parametrize("candles", [_CANDLES, _HOLED], ids=["whole", "with a hole"])
def test_it_computes_the_same_live_as_over_a_history(candles: CandleTable) -> None:
    running = RunningFeatures(CANDLE_FEATURES, interval=MINUTE)
    live = [running.close(bar) for bar in bars(candles)]
    history = feature_matrix(CANDLE_FEATURES, candles)
    assert [vector is None for vector in live] == np.isnan(history).any(axis=1).tolist()
    assert [vector for vector in live if vector] == [tuple(row) for row in history.tolist() if not math.isnan(row[0])]


def test_it_begins_anew_after_a_hole() -> None:
    known = complete_rows(feature_matrix(CANDLE_FEATURES, _HOLED))
    warm_up = int(np.argmax(known))
    assert known[warm_up:120].all()
    assert not known[120 : 120 + warm_up].any()
    assert known[120 + warm_up :].all()


def test_a_history_of_the_needed_length_gives_what_a_longer_one_does() -> None:
    candles = random_walk(2, HISTORY_NEEDED + 400)
    long = RunningFeatures(CANDLE_FEATURES, interval=MINUTE, history=list(bars(candles))[:-1])
    short = RunningFeatures(CANDLE_FEATURES, interval=MINUTE, history=list(bars(candles))[400:-1])
    last = list(bars(candles))[-1]
    assert short.close(last) == pytest.approx(long.close(last), rel=1e-3, abs=1e-4)


def test_features_are_these_in_this_order_by_these_formulas() -> None:
    """A stored model names them by this hash: who changes a formula changes its words, and so the hash."""
    assert CANDLE_FEATURES.digest[:12] == "8109d049d36e"
    assert BOOK_FEATURES.digest[:12] == "70f54b39b65d"
    last = feature_matrix(CANDLE_FEATURES, _CANDLES)[-1]
    named = dict(zip(CANDLE_FEATURES.names, last.round(6).tolist(), strict=True))
    assert named == {
        "return_1": -0.001483,
        "return_5": 0.000196,
        "return_20": -0.002091,
        "rsi": -0.195551,
        "macd_histogram": -0.050308,
        "bollinger_position": -0.368583,
        "bollinger_width": 0.007821,
        "donchian_position": -0.632578,
        "stochastic": -0.156187,
        "atr": 0.001553,
        "adx": -0.635021,
        "mfi": -0.876153,
        "close_location": -0.641602,
        "body": -0.575357,
    }


def test_a_changed_formula_is_another_hash_and_refused() -> None:
    first, *others = CANDLE_FEATURES.features
    changed = FeatureSet.of((first._replace(formula="close / previous close"), *others))
    with pytest.raises(FeatureMismatchError, match="train it anew"):
        changed.check(CANDLE_FEATURES.digest)


def test_another_order_is_another_hash() -> None:
    assert FeatureSet.of(CANDLE_FEATURES.features[::-1]).digest != CANDLE_FEATURES.digest


def test_a_candle_that_is_not_later_is_refused() -> None:
    first, second, *_ = bars(_CANDLES)
    running = RunningFeatures(CANDLE_FEATURES, interval=MINUTE, history=[first, second])
    with pytest.raises(CandleTableError):
        running.close(second)


def test_a_market_that_stands_still_has_finite_features() -> None:
    flat = np.full(300, 100.0)
    candles = CandleTable(MINUTE, _CANDLES.open_time, flat, flat, flat, flat, np.zeros(300))
    known = feature_matrix(CANDLE_FEATURES, candles)[HISTORY_NEEDED:]
    assert np.isfinite(known).all()


def test_features_of_the_book_need_the_book() -> None:
    *history, last = bars(_CANDLES)
    assert RunningFeatures(BOOK_FEATURES, interval=MINUTE, history=history).close(last) is None
    vector = RunningFeatures(BOOK_FEATURES, interval=MINUTE, history=history).close(last, 0.25)
    assert vector is not None
    assert dict(zip(BOOK_FEATURES.names, vector, strict=True))["book_imbalance"] == 0.25


def test_a_history_without_the_book_has_no_features_of_it() -> None:
    imbalance = np.full(300, 0.5)
    imbalance[200] = np.nan
    known = complete_rows(feature_matrix(BOOK_FEATURES, _CANDLES, imbalance))
    assert known[199]
    assert not known[200]


def test_the_books_imbalance_is_that_of_its_best_levels() -> None:
    assert book_imbalance([(100, 3.0)], [(101, 1.0)]) == 0.5
    assert book_imbalance([(100 - level, 1.0) for level in range(20)], [(101, 10.0)]) == 0
    assert book_imbalance([], []) is None


def test_columns_that_are_no_candles_are_refused() -> None:
    one = np.ones(2)
    with pytest.raises(CandleTableError):
        CandleTable(MINUTE, np.array([0, 0]), one, one, one, one, one)
    with pytest.raises(CandleTableError):
        CandleTable(MINUTE, np.array([0, MINUTE]), one, one, one - 1, one, one)
    with pytest.raises(CandleTableError):
        CandleTable(MINUTE, np.array([0]), one, one, one, one, one)
