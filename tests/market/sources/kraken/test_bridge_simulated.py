"""The bridge over the simulated Kraken, whose market says what is true."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from streaming import events
from streaming.events import Event, Interval, Resync, Source
from streaming.fan_out.hub import Hub
from streaming.market.bridge.bridge import Bridge
from streaming.market.bridge.demand import DemandPublisher
from streaming.market.bridge.settings import BridgeSettings
from streaming.market.publishing.last_values import MemoryLastValues
from streaming.market.publishing.limits import PublishingLimits
from streaming.simulator.faults.faults import Fault, FaultKind
from streaming.simulator.following.settings import FollowingSettings
from streaming.simulator.kraken.exchange import SimulatedKraken
from streaming.topics.topic import MarketKind, Topic
from tests.exchange_rules.rules import rule
from tests.market.conftest import quick_limits
from tests.market.upstream.simulating import simulated
from tests.waiting import until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("closed_connections")]

PAIR = "BTC/USD"
TICKER, DEPTH, TRADES = (Topic(kind, PAIR) for kind in (MarketKind.TICKER, MarketKind.DEPTH, MarketKind.TRADE))
CANDLE = Topic(MarketKind.CANDLE, PAIR, Interval.MINUTE_1)


@pytest.fixture
async def kraken() -> AsyncIterator[SimulatedKraken]:
    """Run a Kraken over an exchange whose market runs by itself."""
    async with simulated() as exchange:
        kraken = SimulatedKraken(exchange, settings=FollowingSettings(snapshot_delay=(0, 1)))
        await kraken.start()
        yield kraken
        await kraken.stop()


@pytest.fixture
async def reading(
    hub: Hub, last_values: MemoryLastValues, kraken: SimulatedKraken
) -> AsyncIterator[dict[Topic, list[Event]]]:
    """Run a bridge, and return what is told of each topic."""
    settings = BridgeSettings(
        source=Source.KRAKEN,
        stream_urls=(kraken.feed_url.removesuffix("/v2"),),
        rest_url=kraken.rest_url,
        connection=quick_limits(answer_timeout=5.0),
        publishing=PublishingLimits(retry=0.05, settle=0.05),
    )
    running = asyncio.create_task(Bridge(hub, last_values=last_values, exchange=settings, epoch=1).run())
    demand = DemandPublisher(hub, process_id="gateway-1", interval=0.1, gather=0.01)
    await demand.start()
    told: dict[Topic, list[Event]] = {topic: [] for topic in (TICKER, DEPTH, TRADES, CANDLE)}
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


@rule("K.9", "K.11")
async def test_every_kind_of_topic_tells_what_the_market_made(
    kraken: SimulatedKraken, reading: dict[Topic, list[Event]]
) -> None:
    await until(lambda: all(len(told) > 2 for told in reading.values()))
    made = {trade.trade_id: trade for trade in kraken.market.pairs[PAIR].trades}
    pair = kraken.market.pairs[PAIR].pair
    told = [trade for event in reading[TRADES] if isinstance(event, events.Trades) for trade in event.trades]
    assert [trade.trade_id for trade in told] == list(range(told[0].trade_id, told[0].trade_id + len(told)))
    assert all(str(trade.price) == pair.price_text(made[trade.trade_id].price) for trade in told)
    assert all(map(is_uncrossed, reading[DEPTH]))
    assert all(len(event.bids) == len(event.asks) == 10 for event in reading[DEPTH] if isinstance(event, events.Depth))


@rule("K.10")
async def test_a_book_that_lost_an_update_is_whole_again_and_its_readers_are_told(
    kraken: SimulatedKraken, reading: dict[Topic, list[Event]]
) -> None:
    await until(lambda: len(reading[DEPTH]) > 2)
    await _lose_updates_until_it_is_told(kraken, reading[DEPTH])
    after = len(reading[DEPTH])
    await until(lambda: len(reading[DEPTH]) > after + 2)
    assert all(is_uncrossed(event) for event in reading[DEPTH] if not isinstance(event, Resync))
    assert not any(isinstance(event, Resync) for topic in (TRADES, CANDLE) for event in reading[topic])


async def _lose_updates_until_it_is_told(kraken: SimulatedKraken, told: list[Event]) -> None:
    """Lose one after the other: where the next update sets the same level anew, the book is right, and nobody told."""
    for _ in range(10):
        await _lose_an_update(kraken, told)
        if _tells_a_loss(told):
            return
    raise AssertionError("ten updates were lost, and nobody was told")


async def _lose_an_update(kraken: SimulatedKraken, told: list[Event]) -> None:
    before = len(told)
    await kraken.inject(Fault(kind=FaultKind.LOSE, streams=(f"book:{PAIR}",)))
    await until(lambda: _tells_a_loss(told) or len(told) > before + 2)


def _tells_a_loss(told: list[Event]) -> bool:
    return any(isinstance(event, Resync) for event in told)


async def test_after_a_cut_connection_all_topics_are_told_again(
    kraken: SimulatedKraken, reading: dict[Topic, list[Event]]
) -> None:
    await until(lambda: all(len(told) > 2 for told in reading.values()))
    before = {topic: len(told) for topic, told in reading.items()}
    await kraken.inject(Fault(kind=FaultKind.CUT))
    await until(lambda: all(len(reading[topic]) > before[topic] + 2 for topic in (TICKER, DEPTH, CANDLE)))
    assert all(any(isinstance(event, Resync) for event in reading[topic]) for topic in (TICKER, DEPTH))
