"""A backtest whose strategy asks a model: by what the versions of then said, as its process is given them."""

from decimal import Decimal

import pytest

from accounts.models import User
from streaming.events import Interval
from tests.trading.backtest_rows import backtest_of
from tests.trading.learning.markets import MINUTE
from tests.trading.price_models.stored_market import rows_of
from tests.trading.price_models.versions import LEARNT, market, published, trained, trained_to_ms
from trading.engine.backtests.plan import FillRule
from trading.engine.backtests.results.executions import TradedInstrument
from trading.engine.backtests.series import CandleSeries
from trading.engine.instrument import Instrument
from trading.learning.kinds import ModelKind
from trading.models import BacktestKind
from trading.running.asked_versions import versions_asked
from trading.running.jobs import Ended, Job, RunTerms
from trading.running.packing import unpacked
from trading.running.shared_candles import shared
from trading.running.work import Work

_CANDLES = 300
_INSTRUMENT = Instrument(
    symbol="BTCUSDT",
    base="BTC",
    quote="USDT",
    tick_size=Decimal("0.01"),
    step_size=Decimal("0.01"),
    minimum_notional=Decimal(5),
)


def _series() -> CandleSeries:
    rows = rows_of(market().until(LEARNT + _CANDLES))[LEARNT - 500 :]
    whole = [[int(value * 100) for value in (row.open, row.high, row.low, row.close, row.volume)] for row in rows]
    table = [[row.open_time, *values] for row, values in zip(rows, whole, strict=True)]
    return CandleSeries.of_rows(_INSTRUMENT, Interval.MINUTE_1, table)


@pytest.mark.django_db
def test_a_run_is_given_the_versions_of_the_model_that_it_asks_and_a_sweep_those_of_all() -> None:
    for kind in ModelKind:
        published(kind)
    user = User.objects.create_user("trader", "trader@example.com")
    hours = {"strategy": "learned_direction", "start": trained_to_ms(), "end": trained_to_ms() + _CANDLES * MINUTE}
    online = backtest_of(user, parameters={"algorithm": "online"}, **hours)
    assert versions_asked(online) == {"online": [trained(ModelKind.ONLINE)]}
    wrong = backtest_of(user, parameters={"algorithm": "none"}, **hours)
    assert versions_asked(wrong) == versions_asked(backtest_of(user)) == {}
    sweep = backtest_of(user, kind=BacktestKind.SWEEP, **hours)
    assert set(versions_asked(sweep)) == {"online", "boosting"}


def test_it_trades_by_what_the_versions_of_then_said() -> None:
    series = _series()
    terms = RunTerms(
        strategy="learned_direction",
        parameters={"algorithm": "boosting"},
        traded=TradedInstrument.of(_INSTRUMENT),
        minimum_notional=_INSTRUMENT.minimum_notional,
        interval=Interval.MINUTE_1,
        start=trained_to_ms(),
        end=trained_to_ms() + _CANDLES * MINUTE,
        initial_capital=Decimal(1000),
        fee_rate=Decimal(0),
        slippage=Decimal(0),
        fills=FillRule.THROUGH,
    )
    with shared([series]) as (memory, (place,)):
        job = Job(terms=terms, memory=memory, candles=place, models={"boosting": [trained()]})
        (ended,) = Work().of(job, lambda _: True)
        (silent,) = Work().of(Job(terms=terms, memory=memory, candles=place), lambda _: True)
    assert isinstance(ended, Ended)
    assert isinstance(silent, Ended)
    result = unpacked(ended.data)
    assert result.metrics.trades > 20
    assert result.metrics.final_equity > 1000  # the sign goes on four times in five, and nothing costs a fee
    assert unpacked(silent.data).metrics.trades == 0
