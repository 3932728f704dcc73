"""Drift that is planted in the simulated exchange's market: the worker silences the model, and says so."""

from collections.abc import AsyncIterator, Mapping, Sequence

import pytest
from pytest_django import Settings

from streaming.events import LogLine, Source
from streaming.fan_out.dotted_feed import DottedGroup
from streaming.fan_out.hub import Hub
from streaming.market.binance.rest_parser import KlineRow
from streaming.simulator.candles.candle_store import CandleStore
from streaming.simulator.candles.candles import Candle
from streaming.simulator.candles.history import History
from streaming.simulator.market.instruments import INSTRUMENTS
from streaming.simulator.server import ExchangeSettings, SimulatedExchange
from tests.manual_clock import ManualClock
from tests.trading.live.rows import account_of
from tests.trading.live.worked_market import at_database
from tests.trading.live.worker.planted_market import PlantedMarket, hub
from tests.trading.live.worker.strategy_market import strategy_started
from tests.trading.market import MINUTE, SYMBOL, symbol_listed
from tests.trading.price_models.stored_market import rows_of
from tests.trading.price_models.versions import LEARNT, market, published
from trading.models import AuditEntry, ModelVersion, StrategySignal, SubAccount

__all__ = ["hub"]

pytestmark = pytest.mark.django_db(transaction=True)
_TURN = LEARNT + 1000
"""From this minute on the market goes against what was learnt."""
_WITHIN = 200
"""So many minutes later the model must be silent."""
_ROWS = rows_of(market(reversed_from=_TURN))


class PlantedCandles(CandleStore):
    """The candles of a simulated symbol, of which those of a minute are planted, by when they open."""

    def __init__(self, history: History, planted: Mapping[int, Candle]) -> None:
        super().__init__(history)
        self._planted = planted

    def row(self, interval: str, open_time: int) -> Candle:
        """Return the planted candle, where there is one."""
        planted = self._planted.get(open_time) if interval == "1m" else None
        return planted or super().row(interval, open_time)


def _planted(rows: Sequence[KlineRow]) -> dict[int, Candle]:
    """Return candles in ticks of 0.01 and steps of 0.00001."""
    found = dict[int, Candle]()
    for number, row in enumerate(rows):
        opened, high, low, close = (int(price * 100) for price in (row.open, row.high, row.low, row.close))
        volume = int(row.volume * 100_000)
        found[row.open_time] = Candle(
            open_time=row.open_time,
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
    return found


@pytest.fixture
async def simulator(settings: Settings) -> AsyncIterator[SimulatedExchange]:
    """Let the market be that of a simulated exchange, which is asked for its past over a socket."""
    end = _ROWS[-1].open_time + MINUTE
    still = ExchangeSettings(tick_interval=None, warm_up=0.0, instruments=INSTRUMENTS[:1])
    exchange = SimulatedExchange(clock=ManualClock(end), settings=still)
    await exchange.start()
    symbol = exchange.market.symbols[SYMBOL]
    symbol.candles = PlantedCandles(History(symbol.instrument, exchange.seed, end), _planted(_ROWS))
    settings.EXCHANGE_SOURCE, settings.EXCHANGE_REST_URL = Source.SIMULATOR.value, exchange.rest_url
    yield exchange
    await exchange.stop()


def _started() -> SubAccount:
    """Publish a model, and start a strategy that asks it."""
    symbol_listed()
    published(source=Source.SIMULATOR)
    account = account_of(is_demo=True)
    return strategy_started(account, "learned_direction", parameters={"algorithm": "boosting"})


def _version() -> tuple[str, str]:
    return ModelVersion.objects.values_list("state", "silenced_for").get()


async def test_drift_in_the_simulators_market_silences_the_model_that_is_asked_and_is_told(
    simulator: SimulatedExchange, hub: Hub
) -> None:
    lines: list[object] = []
    (await hub.acquire(DottedGroup("s.log.all"))).add_callback(lines.append)
    strategy_id = (await at_database(_started)).strategy_id
    assert strategy_id is not None
    planted = PlantedMarket(hub, _ROWS, index=_TURN - 10, source=Source.SIMULATOR)
    async with planted.worked():
        await planted.runs(strategy_id)
        assert any("/klines" in request for request in simulator.requests)
        await planted.close(strategy_id, 10)
        assert await at_database(_version) == ("active", "")
        assert await at_database(StrategySignal.objects.count)
        while await at_database(_version) == ("active", "") and planted.index < _TURN + _WITHIN:
            await planted.close(strategy_id, 10)
        assert await at_database(_version) == ("silenced", "drift")
        said = await at_database(StrategySignal.objects.count)
        await planted.close(strategy_id, 5)
        assert await at_database(StrategySignal.objects.count) == said
    (line,) = [line for line in lines if isinstance(line, LogLine) and line.source == "models"]
    assert "boosting v1 on BTCUSDT 1m is silent until another version is trained: its directions were" in line.message
    audited = await at_database(lambda: list(AuditEntry.objects.values_list("action", "actor")))
    assert audited == [("model.silence", "trading worker")]
