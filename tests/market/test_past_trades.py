"""Trades of the past, from the real simulator: every one, once, in their order."""

from collections.abc import AsyncIterator

import pytest
from pytest_django import Settings

from streaming.market.errors import ExchangeAwayError
from streaming.market.past_trades import trades_from
from streaming.simulator.market.instruments import INSTRUMENTS
from streaming.simulator.server import ExchangeSettings, SimulatedExchange
from tests.manual_clock import ManualClock

SYMBOL = INSTRUMENTS[0].symbol
PAGES = 2


@pytest.fixture
def clock() -> ManualClock:
    """The simulated exchange's time."""
    return ManualClock()


@pytest.fixture
async def simulator(settings: Settings, clock: ManualClock) -> AsyncIterator[SimulatedExchange]:
    """Run the simulated exchange as that of the settings."""
    exchange = SimulatedExchange(
        settings=ExchangeSettings(tick_interval=None, instruments=INSTRUMENTS[:1]), clock=clock
    )
    await exchange.start()
    settings.EXCHANGE_SOURCE = "simulator"
    settings.EXCHANGE_REST_URL = exchange.rest_url
    yield exchange
    await exchange.stop()


async def ids_from(trade_id: int) -> list[int]:
    """Return the ids of the trades that are given from one on."""
    return [trade.trade_id async for page in trades_from(SYMBOL, trade_id) for trade in page]


async def test_it_gives_every_trade_from_an_id_on_though_they_take_several_pages(
    simulator: SimulatedExchange, clock: ManualClock
) -> None:
    market = simulator.market.symbols[SYMBOL]
    while len(market.trades) <= PAGES * 1000:
        clock.advance(10)
        await simulator.tick()
    kept = [trade.trade_id for trade in market.trades]
    assert await ids_from(kept[0]) == kept
    assert await ids_from(kept[-3]) == kept[-3:]
    assert await ids_from(kept[-1] + 1) == []


async def test_it_says_that_the_exchange_is_away(settings: Settings, simulator: SimulatedExchange) -> None:
    await simulator.stop()
    with pytest.raises(ExchangeAwayError, match="gives no trades now"):
        await ids_from(1)
