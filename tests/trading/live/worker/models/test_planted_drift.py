"""Drift that is planted in the simulated exchange's market and comes by the bridge: the worker silences the model."""

import asyncio
from collections.abc import AsyncIterator, Callable

import numpy as np
import pytest
from asgiref.sync import sync_to_async
from django.db import connections
from django.db.models import QuerySet
from pytest_django import Settings

from streaming.events import LogLine, Source
from streaming.fan_out.dotted_feed import DottedGroup
from streaming.fan_out.hub import Hub
from streaming.market.candles.writer import CandleWriterLimits
from streaming.simulator.candles.candle_store import CandleStore
from streaming.simulator.candles.candles import Candle
from streaming.simulator.candles.history import History
from streaming.simulator.market.instruments import INSTRUMENTS
from streaming.simulator.server import SimulatedExchange
from streaming.simulator.streams.connection_life import ConnectionLimits
from streaming.times import moment
from tests.exchange_rules.bridge.bridging import bridging, settings_for, simulating
from tests.manual_clock import ManualClock
from tests.trading.learning.markets import persistent_walk, training_data
from tests.trading.learning.markets import settings as small_models
from tests.trading.live.rows import account_of
from tests.trading.live.worked_market import SECONDS, at_database
from tests.trading.live.worker.models.planted_market import traded
from tests.trading.live.worker.strategy_market import strategy_started
from tests.trading.market import SYMBOL
from trading.learning.candles import CandleTable
from trading.learning.kinds import ModelKind
from trading.learning.stored_model import encode
from trading.learning.training import train
from trading.models import AuditEntry, ModelVersion, Strategy, StrategySignal
from trading.price_models.services import model_version_publish

pytestmark = pytest.mark.django_db(transaction=True)
_SECOND = 1000
_LEARNT, _BEGIN, _TURN = 3000, 3500, 3600
"""So many candles are learnt from; from one on the exchange trades, from one on it goes against what was learnt."""
_STEP_SECONDS = 0.1
_WITHIN = 200
"""So many candles later the model must be silent."""


def _walk() -> CandleTable:
    """Return candles of a second of which the sign goes on four times in five, until it turns."""
    return persistent_walk(4, _TURN + _WITHIN + 100, chance=0.8, reversed_from=_TURN, interval=_SECOND)


def _planted(candles: CandleTable, *, last_close: int) -> dict[int, Candle]:
    """Return candles by when they open, in ticks and steps of the exchange; the last before `_BEGIN` ends as told."""
    scale = last_close / candles.close[_BEGIN - 1]
    columns = [np.rint(scale * candles.column(name)).astype(int) for name in ("open", "high", "low", "close")]
    volumes = np.rint(1e5 * candles.volume).astype(int)
    rows = zip(candles.open_time.tolist(), *(column.tolist() for column in columns), volumes.tolist(), strict=True)
    return {
        opens: Candle(
            open_time=opens,
            open=opened,
            high=high,
            low=low,
            close=close,
            volume=volume,
            quote_volume=volume * close,
            trades=1,
            taker_volume=0,
            taker_quote_volume=0,
            first_trade_id=number + 1,
        )
        for number, (opens, opened, high, low, close, volume) in enumerate(rows)
    }


class PlantedCandles(CandleStore):
    """The candles of a simulated symbol, of which those of a second are planted: streams and REST tell the same."""

    def __init__(self, history: History) -> None:
        super().__init__(history)
        self.planted = _planted(_walk(), last_close=self.last_close)

    def row(self, interval: str, open_time: int) -> Candle:
        """Return the planted candle, where there is one."""
        return self._instead_of(interval, open_time) or super().row(interval, open_time)

    def roll(self, time: int) -> list[tuple[str, Candle]]:
        """Close candles as the market does; those of a second are the planted ones."""
        closed = super().roll(time)
        return [(interval, self._instead_of(interval, made.open_time) or made) for interval, made in closed]

    def _instead_of(self, interval: str, open_time: int) -> Candle | None:
        return self.planted.get(open_time) if interval == "1s" else None


class _PlantedExchange:
    """The simulated exchange and a worker that hears of it by a bridge, by a clock that the test moves on."""

    def __init__(self, exchange: SimulatedExchange, clock: ManualClock, hub: Hub) -> None:
        self.exchange, self.clock, self.hub = exchange, clock, hub

    @property
    def index(self) -> int:
        """Which candle is open."""
        return (self.clock.now_ms() - int(_walk().open_time[0])) // _SECOND

    async def pass_until(self, condition: Callable[[], bool], *, looks: int = 0) -> None:
        """Return once the rows are so; after so many looks at them let a tenth of a second pass with each.

        Then the worker may need time: where SQLite's tables were locked it begins anew, and waits by this clock. That
        passes no faster than the worker's own does, as each step is work for it, and candles would close too soon.
        """
        looked = 0
        async with asyncio.timeout(SECONDS):
            while not await at_database(condition):
                looked += 1
                await asyncio.sleep(0.01 if looked <= looks else _STEP_SECONDS)
                if looked > looks:
                    self.clock.advance(_STEP_SECONDS)
                    await self.exchange.tick()

    async def close_until(self, index: int, strategy_id: str) -> None:
        """Let candles close, each once a strategy has taken the one before."""
        while self.index < index:
            opens = self.clock.now_ms() // _SECOND * _SECOND
            self.clock.advance((opens + _SECOND - self.clock.now_ms()) / 1000)
            await self.exchange.tick()
            await self.pass_until(_strategies(strategy_id).filter(candle_cursor__gte=opens).exists, looks=50)


def _strategies(strategy_id: str) -> QuerySet[Strategy]:
    return Strategy.objects.filter(pk=strategy_id)


@pytest.fixture
async def planted(settings: Settings) -> AsyncIterator[_PlantedExchange]:
    """Let the market be that of a simulated exchange whose candles are planted, read by a bridge; a worker trades."""
    clock = ManualClock(int(_walk().open_time[_BEGIN]))
    patient = ConnectionLimits(pong_timeout=3600.0)  # by a clock that leaps no pong is in time
    async with simulating(
        clock=clock, tick_interval=None, warm_up=0.0, instruments=INSTRUMENTS[:1], limits=patient
    ) as exchange:
        symbol = exchange.market.symbols[SYMBOL]
        symbol.candles = PlantedCandles(History(symbol.instrument, exchange.seed, exchange.market.time))
        settings.EXCHANGE_SOURCE, settings.EXCHANGE_REST_URL = Source.SIMULATOR.value, exchange.rest_url
        settings.TRADING_SILENT_SECONDS = 1e6
        unstored = CandleWriterLimits(gather=3600.0)  # a write would lock the worker's tables of the tests' SQLite
        async with bridging(settings_for(exchange, candles=unstored)) as bridged:
            await bridged.until_live()
            async with traded(bridged.hub, clock):
                yield _PlantedExchange(exchange, clock, bridged.hub)
            await sync_to_async(connections.close_all)()


def _started() -> str:
    """Publish a model of the candles until then, and start a strategy that asks it."""
    learnt = _walk().until(_LEARNT)
    end = int(learnt.close_times()[-1]) + 1
    trained = train(ModelKind.BOOSTING, training_data(learnt), small_models(), version=1, trained_at=end)
    model_version_publish(trained=encode(trained), source=Source.SIMULATOR, now=moment(end))
    row = strategy_started(
        account_of(is_demo=True), "learned_direction", parameters={"algorithm": "boosting"}, interval="1s"
    )
    assert row.strategy_id is not None
    return row.strategy_id


def _version() -> tuple[str, str]:
    return ModelVersion.objects.values_list("state", "silenced_for").get()


async def test_drift_in_the_simulators_market_silences_the_model_that_is_asked_and_is_told(
    planted: _PlantedExchange,
) -> None:
    lines: list[object] = []
    (await planted.hub.acquire(DottedGroup("s.log.all"))).add_callback(lines.append)
    strategy_id = await at_database(_started)
    await planted.pass_until(_strategies(strategy_id).filter(state="running").exists)
    await planted.close_until(_TURN, strategy_id)
    assert await at_database(_version) == ("active", "")
    assert await at_database(StrategySignal.objects.count)
    while await at_database(_version) == ("active", "") and planted.index < _TURN + _WITHIN:
        await planted.close_until(planted.index + 5, strategy_id)
    assert await at_database(_version) == ("silenced", "drift")
    said = await at_database(StrategySignal.objects.count)
    await planted.close_until(planted.index + 5, strategy_id)
    assert await at_database(StrategySignal.objects.count) == said
    (line,) = [line for line in lines if isinstance(line, LogLine) and line.source == "models"]
    assert "boosting v1 on BTCUSDT 1s is silent until another version is trained: its directions were" in line.message
    audited = await at_database(lambda: list(AuditEntry.objects.values_list("action", "actor")))
    assert audited == [("model.silence", "trading worker")]
