"""The strategy that asks a model decides live what it decides in a backtest over the same candles, order by order.

So it does however often it, and its model, are killed meanwhile.
"""

from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.examples import examples
from tests.trading.engine.live.strategies.driven_strategy import (
    MINUTE_MS,
    START,
    TRADES_IN_ONE,
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
from trading.price_models.inference import AskedModel, predictions_over

_LEARNT, _TRADED = 2500, 300
_MARKET = persistent_tick_market(5, _LEARNT + _TRADED, chance=0.8)
_CANDLES = CandleTable(MINUTE_MS, _MARKET.candles.open_time, *(_MARKET.candles.column(name) for name in COLUMNS))


_MINUTES_TO_KILL = 30
_STEPS = _MINUTES_TO_KILL * (TRADES_IN_ONE + 1)


@cache
def _stored(kind: ModelKind) -> bytes:
    """Return a model that was trained on the candles before the first that is traded."""
    data = training_data(_CANDLES.until(_LEARNT))
    return encode(train(kind, data, settings(), version=1, trained_at=int(_CANDLES.open_time[_LEARNT])))


class _Asking(DrivenStrategy):
    """The strategy with its model, which is built anew with it."""

    def __init__(self, kind: ModelKind) -> None:
        super().__init__(_MARKET, LearnedDirection, {"algorithm": kind.value}, first=_LEARNT)
        self._kind = kind
        self._ask(_LEARNT)

    def kill(self, *, warm: bool = True) -> None:
        """Lose both, and go on with what was stored."""
        super().kill(warm=False)
        cursor = self.driver.memory().candle_cursor
        assert cursor is not None
        closed = (cursor - START) // MINUTE_MS + 1
        self._ask(closed)
        if warm:
            self.driver.warm_up(self.history(closed), time=START)
        self.note()

    def _ask(self, closed: int) -> None:
        model = AskedModel(_stored(self._kind))
        model.warm_up(self.history(closed))
        self.driver.take_predictions(model)


@pytest.mark.parametrize("kind", ModelKind)
def test_it_decides_live_what_it_decides_in_a_backtest(kind: ModelKind) -> None:
    start = int(_CANDLES.open_time[_LEARNT])
    parameters = {"algorithm": kind.value}
    live = _Asking(kind)
    live.begin().run()
    said = {kind.value: predictions_over(_CANDLES, [_stored(kind)], start=start)}
    outcome = backtest_of(_MARKET, LearnedDirection.name, parameters, first=_LEARNT, predictions=said)
    assert len(outcome.orders) > 20
    assert live.decisions == decisions_of(outcome)
    assert live.fills == [fill_of(fill) for fill in outcome.fills]
    told = [(signal.time, signal.action, signal.confidence, signal.reason) for signal in live.signals]
    assert told == [(each.time, each.action, each.confidence, each.reason) for each in outcome.signals]


@pytest.mark.long
@examples(12)
@given(
    kind=st.sampled_from(ModelKind),
    kills=st.sets(st.integers(0, _STEPS - 1), min_size=1, max_size=4),
)
def test_it_decides_the_same_wherever_it_is_killed(kind: ModelKind, kills: set[int]) -> None:
    killed = _Asking(kind)
    killed.begin()
    for step in range(_STEPS):
        minute, place = divmod(step, TRADES_IN_ONE + 1)
        if place == TRADES_IN_ONE:
            killed.close(_LEARNT + minute)
        else:
            killed.trade(_MARKET.trades_of(_LEARNT + minute)[place])
        if step in kills:
            killed.kill()
    untouched = _untouched(kind)
    assert len(untouched.told) > 5
    assert (killed.told, killed.signals) == (untouched.told, untouched.signals)
    assert killed.sub_account.state() == untouched.sub_account.state()
    assert killed.driver.memory() == untouched.driver.memory()


@cache
def _untouched(kind: ModelKind) -> DrivenStrategy:
    return _Asking(kind).begin().run(_MINUTES_TO_KILL)
