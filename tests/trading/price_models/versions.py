"""Models that were really trained, small ones of a planted effect, as they are published."""

from datetime import UTC, datetime
from functools import cache

from streaming.events import Source
from streaming.times import milliseconds, moment
from tests.trading.learning.markets import persistent_walk, settings, training_data
from trading.audit.services import Actor
from trading.learning.candles import CandleTable
from trading.learning.kinds import ModelKind
from trading.learning.stored_model import encode
from trading.learning.training import train
from trading.models import ActorSource, ModelVersion
from trading.price_models.services import model_version_publish

STAFF = Actor(user_id=None, name="Staff", source=ActorSource.ADMIN)
LEARNT = 3000
"""So many candles are learnt from; what comes behind them is for a model to be asked."""


@cache
def market(*, reversed_from: int | None = None) -> CandleTable:
    """Return candles of a minute of which the sign goes on four times in five; from an index on it turns."""
    return persistent_walk(4, 6000, chance=0.8, reversed_from=reversed_from)


@cache
def trained(kind: ModelKind = ModelKind.BOOSTING) -> bytes:
    """Return a stored model of the market's first candles."""
    data = training_data(market().until(LEARNT))
    return encode(train(kind, data, settings(), version=1, trained_at=trained_to_ms()))


def trained_to_ms() -> int:
    """Return the end of the candles that are learnt from."""
    candles = market()
    return int(candles.open_time[LEARNT])


TRAINED_AT: datetime = datetime.fromtimestamp(trained_to_ms() / 1000, UTC)


def published(
    kind: ModelKind = ModelKind.BOOSTING, *, at: datetime = TRAINED_AT, source: Source = Source.BINANCE
) -> ModelVersion:
    """Publish it; it is known from then on."""
    assert moment(milliseconds(at)) == at
    return model_version_publish(trained=trained(kind), source=source, now=at)
