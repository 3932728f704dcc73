"""The strategy that asks a model decides live what it decides in a backtest over the same candles, order by order."""

import pytest

from tests.trading.engine.live.strategies.driven_strategy import (
    MINUTE_MS,
    DrivenStrategy,
    backtest_of,
    decisions_of,
    fill_of,
    persistent_tick_market,
)
from tests.trading.learning.markets import settings, training_data
from trading.engine.strategies.shipped.learned_direction import LearnedDirection
from trading.learning.candles import COLUMNS, CandleTable
from trading.learning.kinds import ModelKind
from trading.learning.stored_model import encode
from trading.learning.training import train
from trading.price_models.asking import AskedModel, predictions_over

_LEARNT, _TRADED = 2500, 300
_MARKET = persistent_tick_market(5, _LEARNT + _TRADED, chance=0.8)
_CANDLES = CandleTable(MINUTE_MS, _MARKET.candles.open_time, *(_MARKET.candles.column(name) for name in COLUMNS))


@pytest.mark.parametrize("kind", ModelKind)
def test_it_decides_live_what_it_decides_in_a_backtest(kind: ModelKind) -> None:
    start = int(_CANDLES.open_time[_LEARNT])
    data = training_data(_CANDLES.until(_LEARNT))
    stored = encode(train(kind, data, settings(), version=1, trained_at=start))
    parameters = {"algorithm": kind.value}
    live = DrivenStrategy(_MARKET, LearnedDirection, parameters, first=_LEARNT)
    model = AskedModel(stored)
    model.warm_up(live.history())
    live.driver.take_predictions(model)
    live.begin().run()
    said = {kind.value: predictions_over(_CANDLES, [stored], start=start)}
    outcome = backtest_of(_MARKET, LearnedDirection.name, parameters, first=_LEARNT, predictions=said)
    assert len(outcome.orders) > 20
    assert live.decisions == decisions_of(outcome)
    assert live.fills == [fill_of(fill) for fill in outcome.fills]
    told = [(signal.time, signal.action, signal.confidence, signal.reason) for signal in live.signals]
    assert told == [(each.time, each.action, each.confidence, each.reason) for each in outcome.signals]
