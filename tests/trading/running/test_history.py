"""What a backtest knows of the time before its start: as much as the strategy, and the model that it asks, do live."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from asgiref.sync import sync_to_async
from django.db import connections

from accounts.models import User
from streaming.clock import SystemClock
from streaming.times import moment
from streaming.workers.database_thread import DatabaseThread
from tests.trading.backtest_rows import backtest_of
from tests.trading.live.rows import account_of
from tests.trading.live.worker.strategy_market import MinuteMarket, minute, strategy_started
from tests.trading.market import symbol_listed
from tests.trading.price_models.stored_market import market_stored, rows_of
from tests.trading.price_models.versions import LEARNT, TRAINED_AT, market, published, trained
from trading.backtests.stored_plans import terms_of
from trading.backtests.strategies import parameters_read
from trading.engine.backtests.runner import run
from trading.engine.backtests.series import CandleSeries
from trading.engine.strategies.candles import MOST_CANDLES
from trading.learning.features import HISTORY_NEEDED
from trading.learning.kinds import ModelKind
from trading.models import Backtest, ModelVersion, Strategy, StrategySignal
from trading.price_models.inference import AskedModel
from trading.running.run import Candles, candles_of
from trading.running.training_work import predictions_of
from trading.strategies.run_hours import strategy_backtest

_BEHIND = LEARNT + 1400
"""A start that is further behind the training than the candles that a strategy looks back at."""
_ASKED = 200


class _Nobody:
    def fetched(self, done: int, wanted: int) -> None:
        assert not wanted, "all are stored"

    ran = swept = lambda *_: None


@pytest.fixture
async def database(transactional_db: None) -> AsyncIterator[DatabaseThread]:
    """Return a thread of the database."""
    database = DatabaseThread("test-history")
    yield database
    await database.stop()
    await sync_to_async(connections.close_all)()


async def _read(backtest: Backtest, database: DatabaseThread) -> Candles:
    return await candles_of(backtest, _Nobody(), stopping=asyncio.Event(), database=database, clock=SystemClock())


@sync_to_async
def _asking(kind: ModelKind, start: int, *, reversed_from: int | None = None) -> Backtest:
    """Return a backtest that asks a model which was published at its training."""
    symbol_listed()
    market_stored(market(reversed_from=reversed_from))
    published(kind)
    user = User.objects.create_user("trader", "trader@example.com")
    given = {"strategy": "learned_direction", "parameters": {"algorithm": kind.value}}
    return backtest_of(user, start=minute(start), end=minute(start + _ASKED), **given)


@pytest.mark.parametrize(
    ("kind", "reversed_from", "speaks"),
    [(ModelKind.ONLINE, None, True), (ModelKind.BOOSTING, LEARNT + 300, False)],
    ids=["learns on", "has drifted"],
)
async def test_a_model_has_been_told_all_candles_since_its_training(
    database: DatabaseThread, kind: ModelKind, reversed_from: int | None, speaks: bool
) -> None:
    backtest = await _asking(kind, _BEHIND, reversed_from=reversed_from)
    candles = await _read(backtest, database)
    rows = rows_of(market(reversed_from=reversed_from))
    live = AskedModel(trained(kind))
    live.warm_up(rows[:_BEHIND])
    said = [live.at(row) for row in rows[_BEHIND : _BEHIND + _ASKED]]
    over = predictions_of(candles.models, candles.series, start=backtest.start)[kind.value]
    assert [over.get(row.open_time) for row in rows[_BEHIND : _BEHIND + _ASKED]] == said
    assert any(said) is speaks
    assert candles.warm_from == minute(_BEHIND - MOST_CANDLES)
    assert candles.series.open_time[0] == minute(LEARNT - HISTORY_NEEDED)


async def test_of_a_version_that_has_expired_nothing_more_is_told(database: DatabaseThread) -> None:
    backtest = await _asking(ModelKind.BOOSTING, _BEHIND)
    await ModelVersion.objects.aupdate(valid_until=TRAINED_AT + timedelta(minutes=1400))
    candles = await _read(backtest, database)
    assert candles.series.open_time[0] == candles.warm_from


def _signals_over(candles: Candles, backtest: Backtest) -> list[tuple[int, str, str]]:
    """Return what the strategy advises in a run by the candles that it knows."""
    known: CandleSeries = candles.series.since(candles.warm_from)
    plan = terms_of(backtest, known.instrument).plan(parameters_read(backtest.strategy, backtest.parameters))
    return [(one.time, one.action.value, one.reason) for one in run(plan, known).signals]


@sync_to_async
def _live_run(first: int) -> Strategy:
    """Let a strategy by an RSI of 200 candles run live on a market that has candles from the `first` on."""
    symbol_listed()
    market_stored(market())
    rows = rows_of(market())
    levels = {"period": 200, "oversold": 49, "overbought": 51}
    row = strategy_started(account_of("Ada"), "rsi_reversion", parameters=levels)
    live = MinuteMarket(row, index=LEARNT, row_of=lambda index: rows[index])
    live.history(first=first)
    live.close(_ASKED)
    return Strategy.objects.get(pk=row.strategy_id)


@sync_to_async
def _over_its_hours(strategy: Strategy) -> Backtest:
    now = moment(SystemClock().now_ms())
    queued = strategy_backtest(owner_id=strategy.account.owner_id, strategy=strategy, now=now)
    return Backtest.objects.get(pk=queued.pk)


@pytest.mark.parametrize("first", [0, LEARNT - 450], ids=["all candles", "few candles"])
async def test_a_slow_indicator_stands_where_it_stood_live(database: DatabaseThread, first: int) -> None:
    strategy = await _live_run(first)
    signals = StrategySignal.objects.filter(strategy=strategy).order_by("number")
    told = [signal async for signal in signals.values_list("time", "action", "reason")]
    live = [(round(time.timestamp() * 1000), action, reason) for time, action, reason in told]
    backtest = await _over_its_hours(strategy)
    candles = await _read(backtest, database)
    assert candles.warm_from == max(minute(first), minute(LEARNT - MOST_CANDLES))
    assert (backtest.start, backtest.end) == (minute(LEARNT), minute(LEARNT + _ASKED))
    assert _signals_over(candles, backtest) == live
    assert len(live) >= 4


async def test_a_run_that_has_begun_anew_since_is_tested_by_as_many_candles_as_any(database: DatabaseThread) -> None:
    strategy = await _live_run(LEARNT - 450)
    backtest = await _over_its_hours(strategy)
    await Strategy.objects.aupdate(started_at=moment(minute(LEARNT + 10)))
    candles = await _read(backtest, database)
    assert candles.warm_from == minute(LEARNT - MOST_CANDLES)
