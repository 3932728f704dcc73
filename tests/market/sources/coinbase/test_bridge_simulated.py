"""The bridge over the simulated Coinbase, whose market says what is true."""

import asyncio
from collections.abc import AsyncIterator
from decimal import Decimal

import pytest

from streaming import events
from streaming.events import Event, Interval, Resync, Source
from streaming.fan_out.hub import Hub
from streaming.market.bridge.bridge import Bridge
from streaming.market.bridge.demand import DemandPublisher
from streaming.market.bridge.settings import BridgeSettings
from streaming.market.publishing.last_values import MemoryLastValues
from streaming.market.publishing.limits import PublishingLimits
from streaming.simulator.coinbase.exchange import SimulatedCoinbase
from streaming.simulator.coinbase.settings import CoinbaseSettings
from streaming.simulator.faults.faults import Fault, FaultKind
from streaming.topics.topic import MarketKind, Topic
from tests.exchange_rules.rules import rule
from tests.market.conftest import quick_limits
from tests.market.upstream.simulating import simulated
from tests.waiting import until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("closed_connections")]

PRODUCT = "BTC-USD"
TICKER, DEPTH, TRADES = (Topic(kind, PRODUCT) for kind in (MarketKind.TICKER, MarketKind.DEPTH, MarketKind.TRADE))
MINUTE = Topic(MarketKind.CANDLE, PRODUCT, Interval.MINUTE_1)


@pytest.fixture
async def coinbase() -> AsyncIterator[SimulatedCoinbase]:
    """Run a Coinbase over an exchange whose market runs by itself."""
    async with simulated(warm_up=70.0) as exchange:
        coinbase = SimulatedCoinbase(exchange, settings=CoinbaseSettings())
        await coinbase.start()
        yield coinbase
        await coinbase.stop()


@pytest.fixture
async def reading(
    hub: Hub, last_values: MemoryLastValues, coinbase: SimulatedCoinbase
) -> AsyncIterator[dict[Topic, list[Event]]]:
    """Run a bridge, and return what is told of each topic."""
    settings = BridgeSettings(
        source=Source.COINBASE,
        stream_urls=(coinbase.feed_url,),
        rest_url=coinbase.rest_url,
        connection=quick_limits(answer_timeout=5.0),
        publishing=PublishingLimits(retry=0.05, settle=0.05),
    )
    running = asyncio.create_task(Bridge(hub, last_values=last_values, exchange=settings, epoch=1).run())
    demand = DemandPublisher(hub, process_id="gateway-1", interval=0.1, gather=0.01)
    await demand.start()
    told: dict[Topic, list[Event]] = {topic: [] for topic in (TICKER, DEPTH, TRADES, MINUTE)}
    for topic, received in told.items():
        (await hub.acquire(topic)).add_callback(received.append)
    yield told
    await demand.stop()
    assert not running.done()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


def is_uncrossed(event: Event) -> bool:
    """Return whether a depth has both sides, the best bid below the best ask."""
    return isinstance(event, events.Depth) and event.bids[0].price < event.asks[0].price


def trades_of(coinbase: SimulatedCoinbase, candle: events.Candle) -> list[tuple[Decimal, Decimal]]:
    """Return price and size of the trades that the market made within a candle, oldest first."""
    market = coinbase.market.pairs[PRODUCT]
    return [
        (Decimal(market.pair.price_text(trade.price)), Decimal(market.pair.quantity_text(trade.quantity)))
        for trade in market.trades
        if candle.open_time <= trade.time <= candle.close_time
    ]


@rule("C.10", "C.12", "C.15")
async def test_every_kind_of_topic_tells_what_the_market_made(
    coinbase: SimulatedCoinbase, reading: dict[Topic, list[Event]]
) -> None:
    await until(lambda: all(len(told) > 2 for told in reading.values()))
    made = {trade.trade_id: trade for trade in coinbase.market.pairs[PRODUCT].trades}
    pair = coinbase.market.pairs[PRODUCT].pair
    told = [trade for event in reading[TRADES] if isinstance(event, events.Trades) for trade in event.trades]
    assert [trade.trade_id for trade in told] == list(range(told[0].trade_id, told[0].trade_id + len(told)))
    assert all(trade.price == Decimal(pair.price_text(made[trade.trade_id].price)) for trade in told)
    assert all(map(is_uncrossed, reading[DEPTH]))
    assert all(len(event.bids) == len(event.asks) == 10 for event in reading[DEPTH] if isinstance(event, events.Depth))


@rule("C.15")
async def test_a_running_minute_is_made_of_all_its_trades_though_it_began_before_it_was_read(
    coinbase: SimulatedCoinbase, reading: dict[Topic, list[Event]]
) -> None:
    await until(lambda: len(reading[MINUTE]) > 2)
    candle = reading[MINUTE][-1]
    assert isinstance(candle, events.Candle)
    made = trades_of(coinbase, candle)[: candle.trades]
    assert candle.volume == sum(size for _, size in made)
    prices = [price for price, _ in made]
    assert (candle.open, candle.high, candle.low, candle.close) == (prices[0], max(prices), min(prices), prices[-1])


@rule("C.13")
async def test_a_lost_trade_is_fetched_and_candles_are_whole_again(
    coinbase: SimulatedCoinbase, reading: dict[Topic, list[Event]]
) -> None:
    await until(lambda: reading[MINUTE] and reading[TRADES])
    await coinbase.inject(Fault(kind=FaultKind.LOSE, streams=(f"matches:{PRODUCT}",)))
    await until(lambda: any(isinstance(event, Resync) for event in reading[TRADES]))
    told = [trade for event in reading[TRADES] if isinstance(event, events.Trades) for trade in event.trades]
    assert [trade.trade_id for trade in told] == list(range(told[0].trade_id, told[0].trade_id + len(told)))
    before = len(reading[MINUTE])
    await until(lambda: len(reading[MINUTE]) > before)
    candle = reading[MINUTE][-1]
    assert isinstance(candle, events.Candle)
    assert candle.volume == sum(size for _, size in trades_of(coinbase, candle)[: candle.trades])


async def test_after_a_cut_connection_all_topics_are_told_again(
    coinbase: SimulatedCoinbase, reading: dict[Topic, list[Event]]
) -> None:
    await until(lambda: all(len(told) > 2 for told in reading.values()))
    before = {topic: len(told) for topic, told in reading.items()}
    await coinbase.inject(Fault(kind=FaultKind.CUT))
    await until(lambda: all(len(reading[topic]) > before[topic] + 2 for topic in (TICKER, DEPTH, MINUTE)))
    assert all(any(isinstance(event, Resync) for event in reading[topic]) for topic in (TICKER, DEPTH))
