"""What a process does with models that learn: it trains one, or asks those of then for a backtest. Pure.

What learns is loaded here only where it is wanted: it is an extra, and takes seconds and memory.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from streaming.events.intervals import next_open_time
from trading.engine.backtests.series import CandleSeries
from trading.engine.instrument import Instrument
from trading.engine.strategies.predictions import PredictionsByTime
from trading.learning.kinds import NOT_INSTALLED, learning_is_installed
from trading.running.jobs import Ended, TrainingJob
from trading.running.shared_candles import series_at

if TYPE_CHECKING:
    from trading.learning.candles import CandleTable, Floats

_COLUMNS = ("open", "high", "low", "close", "volume")


def trained(job: TrainingJob) -> Ended:
    """Return the stored model; its version is given where it is published.

    Raise `ValueError` where the extra isn't installed, settings make no sense, or there is too little to learn from.
    """
    if not learning_is_installed():
        raise ValueError(NOT_INSTALLED)
    instrument = Instrument(**msgspec.structs.asdict(job.traded), minimum_notional=job.minimum_notional)
    return Ended(data=_stored(job, series_at(job.memory, job.candles, instrument)))


def predictions_of(
    models: Mapping[str, Sequence[bytes]], series: CandleSeries, *, start: int, books: bytes = b""
) -> dict[str, PredictionsByTime]:
    """Return what stored versions said at the series' candles from `start` (ms) on, by the kind of model.

    One that learnt from books says nothing where `books` don't tell how they stood.

    Raise `ValueError` as `trained` does, and for a version of other features.
    """
    if not learning_is_installed():
        raise ValueError(NOT_INSTALLED)
    from trading.price_models.inference import predictions_over  # noqa: PLC0415 - the extra, as above

    candles, imbalance = _table(series), _imbalance(books)
    return {
        kind: predictions_over(candles, versions, start=start, book_imbalance=imbalance)
        for kind, versions in models.items()
    }


def _stored(job: TrainingJob, series: CandleSeries) -> bytes:
    from trading.learning.settings import LearningSettings  # noqa: PLC0415 - the extra, as above
    from trading.learning.stored_model import encode  # noqa: PLC0415
    from trading.learning.training import TrainingData, feature_set_for, train  # noqa: PLC0415

    settings = msgspec.convert(job.settings, LearningSettings)
    imbalance = _imbalance(job.books)
    data = TrainingData.of(
        series.instrument.symbol,
        _table(series),
        feature_set_for(imbalance),
        horizon=settings.horizon,
        book_imbalance=imbalance,
    )
    return encode(train(job.kind, data, settings, version=1, trained_at=job.trained_at))


def _imbalance(books: bytes) -> "Floats | None":
    return np.frombuffer(books, np.float64) if books else None


def _table(series: CandleSeries) -> "CandleTable":
    from trading.learning.candles import CandleTable  # noqa: PLC0415 - as above

    columns = [series.column(name) for name in _COLUMNS]
    return CandleTable(next_open_time(series.interval, 0), series.open_time, *columns)
