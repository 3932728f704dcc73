"""What a process does with models that learn: it trains one, or asks those of then for a backtest. Pure.

What learns is loaded here only where it is wanted: it is an extra, and takes seconds and memory.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import msgspec

from streaming.events.intervals import next_open_time
from trading.engine.backtests.series import CandleSeries
from trading.engine.instrument import Instrument
from trading.engine.strategies.predictions import PredictionsByTime
from trading.learning.kinds import NOT_INSTALLED, learning_is_installed
from trading.running.jobs import Ended, TrainingJob
from trading.running.shared_candles import series_at

if TYPE_CHECKING:
    from trading.learning.candles import CandleTable

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
    models: Mapping[str, Sequence[bytes]], series: CandleSeries, *, start: int
) -> dict[str, PredictionsByTime]:
    """Return what stored versions said at the series' candles from `start` (ms) on, by the kind of model.

    Raise `ValueError` as `trained` does, and for a version of other features.
    """
    if not learning_is_installed():
        raise ValueError(NOT_INSTALLED)
    from trading.price_models.asking import predictions_over  # noqa: PLC0415 - the extra, as above

    return {kind: predictions_over(_table(series), versions, start=start) for kind, versions in models.items()}


def _stored(job: TrainingJob, series: CandleSeries) -> bytes:
    from trading.learning.definitions import CANDLE_FEATURES  # noqa: PLC0415 - the extra, as above
    from trading.learning.settings import LearningSettings  # noqa: PLC0415
    from trading.learning.stored_model import encode  # noqa: PLC0415
    from trading.learning.training import TrainingData, train  # noqa: PLC0415

    settings = msgspec.convert(job.settings, LearningSettings)
    data = TrainingData.of(series.instrument.symbol, _table(series), CANDLE_FEATURES, horizon=settings.horizon)
    return encode(train(job.kind, data, settings, version=1, trained_at=job.trained_at))


def _table(series: CandleSeries) -> "CandleTable":
    from trading.learning.candles import CandleTable  # noqa: PLC0415 - as above

    columns = [series.column(name) for name in _COLUMNS]
    return CandleTable(next_open_time(series.interval, 0), series.open_time, *columns)
