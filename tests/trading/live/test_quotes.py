"""What a symbol costs for whoever orders: what is held, else what comes next; prices without a book as well."""

import asyncio
from collections.abc import AsyncIterator
from decimal import Decimal

import pytest
from channels.layers import InMemoryChannelLayer
from pytest_django import Settings

from streaming.clock import SystemClock
from streaming.events import Price, Side, Source
from streaming.fan_out.hub import Hub
from streaming.installed import topic_registry
from streaming.market.past_trades import trades_from
from streaming.market.publishing.last_values import MemoryLastValues
from streaming.simulator.market.instruments import INSTRUMENTS
from streaming.simulator.server import ExchangeSettings, SimulatedExchange
from streaming.topics.topic import Topic
from tests.manual_clock import ManualClock
from tests.trading.asking import NOBODY, SYMBOL, ticker
from tests.waiting import until
from trading.live.quotes import NoPriceError, market_quote
from trading.live.shown_prices import held_prices


@pytest.fixture
async def hub(settings: Settings) -> AsyncIterator[Hub]:
    """Run a hub that gives up groups at once; the exchange is away."""
    settings.EXCHANGE_REST_URL = NOBODY
    values = MemoryLastValues(maximum_age=60.0, clock=SystemClock())
    started = Hub(InMemoryChannelLayer(), topic_registry(), last_values=values, linger=0.0)
    await started.start()
    yield started
    await started.stop()


def price(last: int) -> Price:
    """Return a price, which tells no bid and no ask."""
    nothing = Decimal(0)
    return Price(
        symbol=SYMBOL,
        source=Source.SIMULATOR,
        time=5,
        price=Decimal(last),
        change=nothing,
        change_percent=nothing,
        high=Decimal(last),
        low=Decimal(last),
        volume=nothing,
    )


async def test_it_takes_what_is_held_the_ticker_before_the_price(hub: Hub) -> None:
    await hub.publish(price(94000))
    quote = await market_quote(hub, SYMBOL)
    assert (quote.last, quote.bid, quote.simulated, quote.stale) == (Decimal(94000), None, True, False)
    await hub.publish(ticker(Decimal(95000), stale=True))
    quote = await market_quote(hub, SYMBOL)
    assert (quote.last, quote.simulated, quote.stale) == (Decimal(95000), False, True)
    assert quote.best_opposite(Side.BUY) == Decimal("95000.01")
    assert quote.best_opposite(Side.SELL) == Decimal("94999.99")
    assert await held_prices(hub, [SYMBOL, "ETHUSDT"]) == {SYMBOL: 95000}


async def test_it_asks_the_exchange_for_what_nobody_watches_and_wants_it(hub: Hub, settings: Settings) -> None:
    of_one = ExchangeSettings(tick_interval=None, instruments=INSTRUMENTS[:1])
    exchange = SimulatedExchange(settings=of_one, clock=ManualClock())
    await exchange.start()
    settings.EXCHANGE_REST_URL, settings.EXCHANGE_SOURCE = exchange.rest_url, "simulator"
    settings.MARKET_QUOTE_SECONDS = 60.0  # the exchange answers on a busy machine, too
    wanted: set[Topic] = set()
    hub.observe(lambda: wanted.update(hub.topics))
    quote = await market_quote(hub, SYMBOL)
    assert {topic.symbol for topic in wanted} == {SYMBOL}
    newest = exchange.market.symbols[SYMBOL].trades[-1].trade_id
    [[trade]] = [page async for page in trades_from(SYMBOL, newest)]
    await exchange.stop()
    assert (quote.last, quote.simulated, quote.stale) == (trade.price, True, False)
    assert (quote.bid or 0) < (quote.ask or 0)


async def test_it_waits_for_the_next_price_and_wants_it_no_more_then(hub: Hub) -> None:
    asked = asyncio.create_task(market_quote(hub, SYMBOL))
    await until(lambda: len(hub.topics) == 2)
    await hub.publish(ticker(Decimal(95000)))
    assert (await asked).last == 95000
    await until(lambda: not hub.topics)


async def test_it_says_that_no_price_is_known(hub: Hub, settings: Settings) -> None:
    settings.MARKET_QUOTE_SECONDS = 0.01
    with pytest.raises(NoPriceError, match="No price of BTCUSDT is known"):
        await market_quote(hub, SYMBOL)
    await until(lambda: not hub.topics)
