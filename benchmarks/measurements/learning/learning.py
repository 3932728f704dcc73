"""What a model's prediction costs, what a candle costs with its features and learning, and how long training takes.

In memory, in one process, on a random walk: what is learnt doesn't matter to what it costs.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from typing import TypeVar

import msgspec
import numpy as np

from benchmarks.load.random_candles import MINUTE, random_candles
from benchmarks.options import Options
from streaming.indicators.bar import OpenBar
from trading.learning.candles import CandleTable, complete_rows
from trading.learning.definitions import CANDLE_FEATURES, Vector
from trading.learning.features import RunningFeatures
from trading.learning.kinds import ModelKind
from trading.learning.labels import LabelQueue
from trading.learning.learner import Learner
from trading.learning.live_model import LiveModel, parts_of
from trading.learning.settings import LearningSettings
from trading.learning.stored_model import StoredModel, encode
from trading.learning.training import TrainingData, train
from trading.price_models.inference import AskedModel

Given = TypeVar("Given")
_DAY = 1440
_ASKED = 5000
_NIGHT = 50 * 90
"""Symbols times days of a night's training."""
_CORES = 2


class PredictionCost(msgspec.Struct, frozen=True, kw_only=True):
    """What a candle's close costs, in microseconds."""

    prediction_us: float
    """From features to a calibrated probability."""
    slowest_prediction_us: float
    """Of 5,000 the slowest but 50."""
    candle_us: float
    """A live model at a candle's close: the label that is known now, learning, the prediction, its silence."""
    features_us: float
    """The features of a candle as it closes."""
    served_us: float
    """All of it, as strategies are answered live: by a version that was read as it is stored, and goes on learning."""
    slowest_served_us: float
    """Of 5,000 the slowest but 50."""


class TrainingCost(msgspec.Struct, frozen=True, kw_only=True):
    """What training a version takes, in seconds of processor time: features, walking forward, the model itself."""

    candles: int
    features_s: float
    training_s: float
    night_minutes: float
    """Reckoned: 90 days of 50 symbols, in candles of a minute, at this cost of a candle, on two cores."""


def learning(options: Options) -> dict[str, list[PredictionCost | TrainingCost]]:
    """Measure each case as often as asked."""
    rows: dict[str, list[PredictionCost | TrainingCost]] = {}
    for kind in ModelKind:
        for days in (30, 90):
            rows[f"{kind}, trained on {days} days"] = [_training(kind, days)[0] for _ in range(options.rounds)]
        stored = _training(kind, 30)[1]
        rows[f"{kind}, asked"] = [_asking(stored) for _ in range(options.rounds)]
    return rows


def _training(kind: ModelKind, days: int) -> tuple[TrainingCost, StoredModel]:
    candles, settings = random_candles(days * _DAY), LearningSettings()
    began = time.process_time()
    data = TrainingData.of("BTCUSDT", candles, CANDLE_FEATURES, horizon=settings.horizon)
    computed = time.process_time()
    stored = train(kind, data, settings, version=1, trained_at=int(candles.close_times()[-1]))
    ended = time.process_time()
    night = (ended - began) / days * _NIGHT / _CORES / 60
    cost = TrainingCost(
        candles=len(candles),
        features_s=round(computed - began, 2),
        training_s=round(ended - computed, 2),
        night_minutes=round(night, 1),
    )
    return cost, stored


def _asking(stored: StoredModel) -> PredictionCost:
    later = random_candles(30 * _DAY + _ASKED)
    data = TrainingData.of("BTCUSDT", later, CANDLE_FEATURES, horizon=stored.card.horizon)
    rows = range(len(later) - _ASKED, len(later))
    assert complete_rows(data.matrix)[rows.start :].all()
    vectors = [tuple(row) for row in data.matrix[rows.start :].tolist()]
    predictions = sorted(_each(_prediction(stored), vectors))
    live, times, prices = LiveModel(stored, CANDLE_FEATURES), later.close_times().tolist(), later.close.tolist()
    moments = [(times[row], prices[row], vector) for row, vector in zip(rows, vectors, strict=True)]
    running, bars = RunningFeatures(CANDLE_FEATURES, interval=MINUTE), list(_bars(later))
    for bar in bars[: rows.start]:
        running.close(bar)
    asked = AskedModel(encode(stored))
    asked.warm_up(bars[: rows.start])
    served = sorted(_each(asked.at, bars[rows.start :]))
    assert asked.needed_from is None
    return PredictionCost(
        prediction_us=round(float(np.median(predictions)), 1),
        slowest_prediction_us=round(predictions[-51], 1),
        candle_us=round(float(np.mean(list(_each(lambda moment: live.close(*moment), moments)))), 1),
        features_us=round(float(np.mean(list(_each(running.close, bars[rows.start :])))), 1),
        served_us=round(float(np.median(served)), 1),
        slowest_served_us=round(served[-51], 1),
    )


def _prediction(stored: StoredModel) -> Callable[[Vector], object]:
    model, calibrations = parts_of(stored)
    assert calibrations.calibration is not None
    queue = LabelQueue(horizon=stored.card.horizon, interval=stored.card.interval)
    return Learner(model, calibrations, queue).assess


def _each(asked: Callable[[Given], object], given: Sequence[Given]) -> Iterator[float]:
    """Yield what each call takes, in microseconds."""
    for one in given:
        began = time.perf_counter_ns()
        asked(one)
        yield (time.perf_counter_ns() - began) / 1000


def _bars(candles: CandleTable) -> Iterator[OpenBar]:
    columns = (candles.open, candles.high, candles.low, candles.close, candles.volume)
    rows = zip(candles.open_time.tolist(), *(column.tolist() for column in columns), strict=True)
    for open_time, opened, high, low, close, volume in rows:
        yield OpenBar(
            open_time=open_time,
            close_time=open_time + MINUTE - 1,
            open=Decimal(opened),
            high=Decimal(high),
            low=Decimal(low),
            close=Decimal(close),
            volume=Decimal(volume),
            quote_volume=Decimal(0),
            trades=1,
        )
