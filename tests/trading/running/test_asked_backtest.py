"""A backtest whose strategy asks a model: by what the versions of then said, as its process is given them."""

import os
import subprocess
import sys
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest

from accounts.models import User
from streaming.events import Interval, Source
from streaming.market.sources.answers import KlineRow
from tests.trading.backtest_rows import backtest_of
from tests.trading.learning.markets import MINUTE
from tests.trading.price_models.stored_market import rows_of
from tests.trading.price_models.versions import LEARNT, market, published, trained, trained_to_ms
from trading.engine.backtests.plan import FillRule
from trading.engine.backtests.results.executions import TradedInstrument
from trading.engine.backtests.series import CandleSeries
from trading.engine.instrument import Instrument
from trading.engine.live.recordings.terms import RecordedInstrument
from trading.learning.definitions import BOOK_FEATURES, CANDLE_FEATURES
from trading.learning.kinds import ModelKind
from trading.learning.stored_model import decode
from trading.models import BacktestKind
from trading.price_models.book_imbalances import CollectedImbalance, imbalances_store
from trading.running.asked_versions import versions_asked
from trading.running.book_columns import book_column
from trading.running.jobs import BacktestTerms, Ended, Job, TrainingJob
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
    return _series_of(rows)


def _series_of(rows: Sequence[KlineRow]) -> CandleSeries:
    """Return candles in ticks and steps of a hundredth."""
    whole = [[int(value * 100) for value in (row.open, row.high, row.low, row.close, row.volume)] for row in rows]
    table = [[row.open_time, *values] for row, values in zip(rows, whole, strict=True)]
    return CandleSeries.of_rows(_INSTRUMENT, Interval.MINUTE_1, table)


@pytest.mark.django_db
def test_a_run_is_given_the_versions_of_the_model_that_it_asks_and_a_sweep_those_of_all_that_it_tries() -> None:
    for kind in ModelKind:
        published(kind)
    user = User.objects.create_user("trader", "trader@example.com")
    hours = {"strategy": "learned_direction", "start": trained_to_ms(), "end": trained_to_ms() + _CANDLES * MINUTE}
    online = backtest_of(user, parameters={"algorithm": "online"}, **hours)
    assert versions_asked(online) == {"online": [trained(ModelKind.ONLINE)]}
    wrong = backtest_of(user, parameters={"algorithm": "none"}, **hours)
    assert versions_asked(wrong) == versions_asked(backtest_of(user)) == {}
    swept = {"position_size": ["0.5", "1"]}, {"algorithm": ["online"]}, {"algorithm": ["online", "boosting"]}
    sweeps = [
        backtest_of(user, kind=BacktestKind.SWEEP, sweep={"parameters": parameters}, **hours) for parameters in swept
    ]
    assert [set(versions_asked(sweep)) for sweep in sweeps] == [{"boosting"}, {"online"}, {"online", "boosting"}]
    plain = backtest_of(user, kind=BacktestKind.SWEEP, sweep={"parameters": {"fast": [3]}})
    assert versions_asked(plain) == {}


_ASKING = """
import sys
from pathlib import Path
from trading.price_models.inference import AskedModel
from trading.running.work import Work

AskedModel(Path(sys.argv[1]).read_bytes())
print(*sorted({name.partition(".")[0] for name in sys.modules} & {"river", "sklearn"}))
"""


def test_what_models_are_trained_by_is_not_loaded_to_ask_one_of_trees(tmp_path: Path) -> None:
    stored = tmp_path / "model.json"
    stored.write_bytes(trained(ModelKind.BOOSTING))
    command = [sys.executable, "-c", _ASKING, str(stored)]
    environment = {"PYTHONPATH": os.pathsep.join(sys.path)}
    asked = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    assert asked.stdout == "\n"


@pytest.mark.long
@pytest.mark.django_db
@pytest.mark.parametrize(("every", "needs_book"), [(0, True), (20, True), (9, False)])
def test_a_training_learns_from_books_where_they_are_known_at_nine_closes_of_ten(every: int, needs_book: bool) -> None:
    rows = rows_of(market().until(LEARNT))
    series = _series_of(rows)
    closes = [row.close_time for number, row in enumerate(rows) if not every or number % every]
    imbalances_store(CollectedImbalance(Source.BINANCE, "BTCUSDT", close, 0.25) for close in closes)
    with shared([series]) as (memory, (place,)):
        job = TrainingJob(
            kind=ModelKind.BOOSTING,
            traded=TradedInstrument.of(_INSTRUMENT),
            minimum_notional=_INSTRUMENT.minimum_notional,
            settings={"horizon": 1},
            trained_at=rows[-1].close_time + 1,
            memory=memory,
            candles=place,
            books=book_column(series, source=Source.BINANCE),
        )
        (ended,) = Work().of(job, lambda _: True)
        without = msgspec.structs.replace(job, books=book_column(series, source=Source.SIMULATOR))
        (candles_alone,) = Work().of(without, lambda _: True)
    assert isinstance(ended, Ended)
    assert isinstance(candles_alone, Ended)
    learnt, alone = decode(ended.data).card, decode(candles_alone.data).card
    assert (learnt.feature_digest == BOOK_FEATURES.digest) is needs_book
    assert ("book_imbalance" in learnt.feature_names) is needs_book
    assert alone.feature_digest == CANDLE_FEATURES.digest
    assert (learnt.data_digest == alone.data_digest) is not needs_book


def test_it_trades_by_what_the_versions_of_then_said() -> None:
    series = _series()
    terms = BacktestTerms(
        strategy="learned_direction",
        parameters={"algorithm": "boosting"},
        traded=RecordedInstrument.of(_INSTRUMENT),
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
