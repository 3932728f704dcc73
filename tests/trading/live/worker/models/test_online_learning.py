"""A model that learns online goes on learning while a worker asks it, and after that has ended: as the same version."""

from decimal import Decimal

import pytest
from django.db.models import QuerySet
from pytest_django import Settings

from streaming.fan_out.hub import Hub
from streaming.times import milliseconds, moment
from tests.trading.asking import NOBODY
from tests.trading.live.rows import account_of
from tests.trading.live.worked_market import at_database
from tests.trading.live.worker.models.planted_market import PlantedMarket, hub
from tests.trading.live.worker.strategy_market import strategy_started
from tests.trading.market import MINUTE, symbol_listed
from tests.trading.price_models.stored_market import market_stored, rows_of, table_of
from tests.trading.price_models.versions import LEARNT, market, published, trained
from trading.learning.candles import CandleTable
from trading.learning.definitions import CANDLE_FEATURES
from trading.learning.features import feature_matrix
from trading.learning.kinds import ModelKind
from trading.learning.live_model import LiveModel
from trading.learning.stored_model import decode
from trading.models import ModelVersion, StrategySignal, SubAccount
from trading.price_models.inference import prediction_of, predictions_over

__all__ = ["hub"]

pytestmark = pytest.mark.django_db(transaction=True)
_BEGIN, _CLOSED = LEARNT + 100, 15
"""The first minute that closes while a worker is there, and how many do with each of two."""
_ROWS = rows_of(market())


def _started() -> SubAccount:
    """Store the market's past and publish a model; start a strategy that asks it."""
    symbol_listed()
    market_stored(market())
    published(ModelKind.ONLINE)
    return strategy_started(account_of(), "learned_direction", parameters={"algorithm": "online"})


def _said() -> dict[int, tuple[Decimal, str]]:
    """Return what was told by signals at each close (ms), and by which version."""
    told = StrategySignal.objects.select_related("strategy").order_by("number")
    return {milliseconds(one.time): (one.confidence, one.version) for one in told}


def _untaught(candles: CandleTable, close_time: int) -> Decimal | None:
    """Return what the model says at a close that has learnt nothing since its training."""
    stored = decode(trained(ModelKind.ONLINE))
    row = int(candles.close_times().searchsorted(close_time))
    features = feature_matrix(CANDLE_FEATURES, candles.between(0, row + 1))[row]
    told = LiveModel(stored, CANDLE_FEATURES).close(close_time, float(candles.close[row]), tuple(features.tolist()))
    prediction = prediction_of(stored.card, told)
    return None if prediction is None else prediction.probability


def _has_noted(index: int) -> QuerySet[ModelVersion]:
    """Return the version once it has noted a label of each candle from its training to before `index`."""
    known_at = moment(_ROWS[index - 1].close_time)
    return ModelVersion.objects.filter(labels_since_training=index - LEARNT, newest_label_at=known_at)


async def test_it_goes_on_learning_after_a_restart_of_the_worker_under_its_version(
    hub: Hub, settings: Settings
) -> None:
    settings.EXCHANGE_REST_URL = NOBODY
    strategy_id = (await at_database(_started)).strategy_id
    assert strategy_id is not None
    planted = PlantedMarket(hub, _ROWS, index=_BEGIN)
    for _ in range(2):
        async with planted.worked():
            await planted.runs(strategy_id)
            await planted.close(strategy_id, _CLOSED)
            await planted.pass_until(_has_noted(planted.index).exists)
    said, candles = await at_database(_said), table_of(_ROWS)
    restarted = _ROWS[_BEGIN + _CLOSED].open_time
    assert min(said) < restarted < max(said)
    taught = predictions_over(candles, [trained(ModelKind.ONLINE)], start=_ROWS[_BEGIN].open_time)
    probabilities = {time + MINUTE - 1: one.probability for time, one in taught.items()}
    assert said == {time: (probabilities[time], "online 1") for time in said}
    assert said[max(said)][0] != _untaught(candles, max(said))
