"""A version that is asked: live candle by candle, over a backtest's candles, built anew, and where it may not be."""

from decimal import Decimal

import msgspec
import numpy as np
import pytest

from tests.trading.learning.markets import (
    MINUTE,
    bars,
    random_walk,
    settings,
    telling_books,
    training_data_with_books,
    without,
)
from tests.trading.price_models.versions import LEARNT, market, trained, trained_to_ms
from trading.engine.strategies.predictions import Prediction
from trading.learning.errors import FeatureMismatchError
from trading.learning.kinds import ModelKind
from trading.learning.live_model import SilenceReason
from trading.learning.stored_model import encode
from trading.learning.training import train
from trading.price_models.inference import AskedModel, predictions_over

_ASKED = 400
_BARS = list(bars(market()))


def _asked(model: AskedModel, first: int, last: int) -> list[Prediction | None]:
    return [model.at(bar) for bar in _BARS[first:last]]


@pytest.mark.long
@pytest.mark.parametrize("kind", ModelKind)
def test_live_it_says_what_it_says_in_a_backtest_and_built_anew_goes_on_so(kind: ModelKind) -> None:
    model = AskedModel(trained(kind))
    model.warm_up(_BARS[: LEARNT + 10])
    live = _asked(model, LEARNT + 10, LEARNT + _ASKED)
    start = trained_to_ms() + 10 * MINUTE
    over = predictions_over(market().until(LEARNT + _ASKED), [trained(kind)], start=start)
    assert [over.get(bar.open_time) for bar in _BARS[LEARNT + 10 : LEARNT + _ASKED]] == live
    said = [one for one in live if one is not None]
    assert len(said) > _ASKED / 2
    assert {one.is_rise for one in said} == {True, False}
    assert all(Decimal("0.53") < one.probability < 1 for one in said)
    anew = AskedModel(trained(kind))
    anew.warm_up(_BARS[: LEARNT + 200])
    assert _asked(anew, LEARNT + 200, LEARNT + _ASKED) == live[190:]


def test_it_says_right_as_often_as_it_says() -> None:
    over = predictions_over(market().until(LEARNT + 1000), [trained()], start=trained_to_ms())
    closes = dict(zip(market().open_time.tolist(), market().close.tolist(), strict=True))
    right = [one.is_rise == (closes[time + MINUTE] > closes[time]) for time, one in over.items()]
    assert 0.75 < sum(right) / len(right) < 0.85


def test_a_hole_is_fetched_before_it_says_anything_more_and_what_it_said_is_said_again() -> None:
    model = AskedModel(trained())
    assert (model.needed_from or 0) in range(1, trained_to_ms() - 50 * MINUTE)
    model.warm_up(_BARS[: LEARNT + 5])
    first = model.at(_BARS[LEARNT + 5])
    assert first is not None
    assert model.at(_BARS[LEARNT + 5]) == first
    assert model.at(_BARS[LEARNT + 8]) is None
    assert model.needed_from == _BARS[LEARNT + 6].open_time
    model.warm_up(_BARS[LEARNT : LEARNT + 9])
    whole = AskedModel(trained())
    whole.warm_up(_BARS[: LEARNT + 9])
    assert model.at(_BARS[LEARNT + 9]) == whole.at(_BARS[LEARNT + 9]) is not None


def test_candles_that_nobody_has_leave_it_silent_until_its_features_are_back() -> None:
    holed = list(bars(without(market(), slice(LEARNT + 20, LEARNT + 25))))
    model = AskedModel(trained())
    model.warm_up(holed[: LEARNT + 30])
    assert [model.at(bar) for bar in holed[LEARNT + 30 : LEARNT + 40]] == [None] * 10
    assert model.take_changes()[-1].after is SilenceReason.NO_FEATURES


def test_drift_planted_in_the_market_silences_it_within_its_window() -> None:
    turned = list(bars(market(reversed_from=LEARNT + 1000)))
    model = AskedModel(trained())
    model.warm_up(turned[: LEARNT + 1000])
    assert [change.after for change in model.take_changes() if change.after is SilenceReason.DRIFT] == []
    for bar in turned[LEARNT + 1000 : LEARNT + 1400]:
        model.at(bar)
    (drift,) = [change for change in model.take_changes() if change.after is SilenceReason.DRIFT]
    assert turned[LEARNT + 1000].open_time < drift.time < turned[LEARNT + 1200].open_time
    assert "wrong" in drift.explanation
    assert model.at(turned[LEARNT + 1400]) is None


def test_after_its_time_it_is_silent() -> None:
    stored = msgspec.json.decode(trained())
    stored["card"]["valid_until"] = trained_to_ms() + 100 * MINUTE
    over = predictions_over(market().until(LEARNT + 300), [msgspec.json.encode(stored)], start=trained_to_ms())
    assert over
    assert max(over) < trained_to_ms() + 100 * MINUTE


@pytest.mark.long
@pytest.mark.parametrize("kind", ModelKind)
def test_one_that_learnt_from_books_asks_them_live_and_in_a_backtest_and_is_silent_without(kind: ModelKind) -> None:
    candles = random_walk(5, LEARNT + _ASKED)
    books, steps = telling_books(candles, chance=0.8), list(bars(candles))
    data = training_data_with_books(candles.until(LEARNT), books[:LEARNT])
    stored = encode(train(kind, data, settings(), version=1, trained_at=steps[LEARNT].open_time))
    known = dict(zip(candles.close_times().tolist(), books.tolist(), strict=True))
    del known[steps[LEARNT + 50].close_time]
    books[LEARNT + 50] = np.nan
    model = AskedModel(stored, known.get)
    assert model.books_needed_from == steps[LEARNT].open_time
    model.warm_up(steps[:LEARNT])
    live = [model.at(bar) for bar in steps[LEARNT:]]
    start = steps[LEARNT].open_time
    over = predictions_over(candles, [stored], start=start, book_imbalance=books)
    assert [over.get(bar.open_time) for bar in steps[LEARNT:]] == live
    assert sum(one is not None for one in live) > _ASKED / 2
    assert live[50] is None
    assert live[51] is not None
    assert predictions_over(candles, [stored], start=start) == {}


def test_a_version_of_other_features_is_refused() -> None:
    stored = msgspec.json.decode(trained())
    stored["card"]["feature_digest"] = "0" * 64
    with pytest.raises(FeatureMismatchError, match=r"on features 000000000000, and these are .*train it anew"):
        AskedModel(msgspec.json.encode(stored))
