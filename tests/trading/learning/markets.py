"""Markets of which is known what there is to learn: none, or the sign of a candle going on with a known chance."""

from collections.abc import Iterator
from decimal import Decimal

import numpy as np

from streaming.indicators.bar import OpenBar
from trading.learning.boosting import BoostingParameters
from trading.learning.calibration import RollingParameters
from trading.learning.candles import CandleTable, Floats, complete_rows
from trading.learning.definitions import BOOK_FEATURES, CANDLE_FEATURES, Vector
from trading.learning.settings import LearningSettings
from trading.learning.training import TrainingData

MINUTE = 60_000
_START = 1_700_000_040_000


def random_walk(seed: int, count: int) -> CandleTable:
    """Return candles of which nothing can be learnt."""
    return persistent_walk(seed, count, chance=0.5)


def persistent_walk(
    seed: int, count: int, *, chance: float, reversed_from: int | None = None, interval: int = MINUTE
) -> CandleTable:
    """Return candles that each go on in the direction of the one before with `chance`; from an index on, against it.

    The first opens at a price of 100.
    """
    random = np.random.default_rng(seed)
    goes_on = random.random(count) < chance
    if reversed_from is not None:
        goes_on[reversed_from:] = ~goes_on[reversed_from:]
    signs = np.cumprod(np.where(goes_on, 1, -1))
    close = 100 * np.exp(np.cumsum(signs * np.abs(random.normal(0, 1e-3, count))))
    opened = np.concatenate(([100.0], close[:-1]))
    high = np.maximum(opened, close) * (1 + np.abs(random.normal(0, 3e-4, count)))
    low = np.minimum(opened, close) * (1 - np.abs(random.normal(0, 3e-4, count)))
    times = _START + interval * np.arange(count, dtype=np.int64)
    return CandleTable(interval, times, opened, high, low, close, random.lognormal(0, 1, count))


def without(candles: CandleTable, missing: slice | list[int]) -> CandleTable:
    """Return candles with a hole."""
    columns = (candles.open, candles.high, candles.low, candles.close, candles.volume)
    left = np.delete(np.arange(len(candles)), missing)
    return CandleTable(candles.interval, candles.open_time[left], *(column[left] for column in columns))


def bars(candles: CandleTable) -> Iterator[OpenBar]:
    """Yield candles as they come while the market runs, with exact prices that are the same as the floats."""
    table = (candles.open_time, candles.open, candles.high, candles.low, candles.close, candles.volume)
    for time, opened, high, low, close, volume in zip(*(column.tolist() for column in table), strict=True):
        yield OpenBar(
            open_time=time,
            close_time=time + candles.interval - 1,
            open=Decimal(opened),
            high=Decimal(high),
            low=Decimal(low),
            close=Decimal(close),
            volume=Decimal(volume),
            quote_volume=Decimal(0),
            trades=1,
        )


def settings(*, horizon: int = 1, seed: int = 1) -> LearningSettings:
    """Return settings of small models, which learn fast."""
    return LearningSettings(
        horizon=horizon,
        seed=seed,
        rolling=RollingParameters(length=800, every=20),
        boosting=BoostingParameters(trees=20),
    )


def training_data(candles: CandleTable, *, horizon: int = 1) -> TrainingData:
    """Return what a model of these candles learns from."""
    return TrainingData.of("BTCUSDT", candles, CANDLE_FEATURES, horizon=horizon)


def telling_books(candles: CandleTable, *, chance: float) -> Floats:
    """Return the book's imbalance at each close: its sign is that of the next change with `chance`."""
    random = np.random.default_rng(7)
    changes = np.sign(np.append(np.diff(candles.close), 1.0))
    signs = np.where(random.random(len(candles)) < chance, changes, -changes)
    imbalance: Floats = signs / 2
    return imbalance


def training_data_with_books(candles: CandleTable, books: Floats) -> TrainingData:
    """Return what a model of these candles and books learns from."""
    return TrainingData.of("BTCUSDT", candles, BOOK_FEATURES, horizon=1, book_imbalance=books)


def moments(data: TrainingData) -> Iterator[tuple[int, float, Vector | None]]:
    """Yield each candle's close as a live model is told it: the time, the price and the features."""
    times, prices = data.candles.close_times().tolist(), data.candles.close.tolist()
    rows = zip(times, prices, data.matrix.tolist(), complete_rows(data.matrix).tolist(), strict=True)
    for time, price, features, is_complete in rows:
        yield time, price, tuple(features) if is_complete else None
