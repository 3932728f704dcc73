"""The publisher over a history: each event is told where it is kept, and once, however often the layer fails."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from channels.layers import InMemoryChannelLayer

from streaming.clock import SystemClock
from streaming.event_history.history import Place, Position
from streaming.event_history.memory_history import MemoryEventHistory
from streaming.events import Event, Source
from streaming.fan_out.hub import Hub
from streaming.installed import topic_registry
from streaming.market.publishing.event_numbering import EventNumbering
from streaming.market.publishing.last_values import MemoryLastValues
from streaming.market.publishing.limits import PublishingLimits
from streaming.market.publishing.publisher import Publisher
from streaming.market.publishing.sender import Sender
from streaming.topics.topic import MarketKind, Topic
from tests.market.failing_layer import FailingLayer
from tests.market.publishing.published_events import ids_of, trades
from tests.streaming.event_history.histories import LIMITS
from tests.waiting import until

TRADES = Topic(MarketKind.TRADE, "BTCUSDT")


@asynccontextmanager
async def publishing(
    hub: Hub, last_values: MemoryLastValues, history: MemoryEventHistory, *, epoch: int
) -> AsyncIterator[Publisher]:
    """Run a publisher over a history, of which trades are wanted."""
    limits = PublishingLimits(trades=0, retry=0.01, settle=0.01)
    clock = SystemClock()
    numbering = EventNumbering(history, clock)
    one = Publisher(
        Sender(hub, clock),
        last_values,
        epoch=epoch,
        limits=limits,
        clock=clock,
        numbering=numbering,
    )
    one.want([TRADES])
    running = asyncio.create_task(one.run())
    try:
        yield one
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def places(layer: InMemoryChannelLayer, count: int) -> list[tuple[list[int], Place]]:
    """Return the trades' ids of the next messages on the topic, each with its place."""
    channel = await layer.new_channel()
    await layer.group_add(TRADES.key, channel)
    messages = [await layer.receive(channel) for _ in range(count)]
    decode = topic_registry().decoder.decode
    return [(ids_of([decode(message["body"]).event]), Place(*message["place"])) for message in messages]


async def kept_ids(history: MemoryEventHistory) -> list[int]:
    """Return the ids of the trades that the history has, in order."""
    end = await history.read(TRADES.key)
    assert end is not None
    kept = await history.read(TRADES.key, Position(end.end.epoch, 0))
    assert kept is not None
    decode = topic_registry().decoder.decode
    events: list[Event] = [decode(entry.body).event for entry in kept.entries]
    return ids_of(events)


async def test_what_the_layer_did_not_take_is_told_later_at_the_place_where_it_is_kept(
    hub: Hub, layer: FailingLayer, last_values: MemoryLastValues
) -> None:
    history = MemoryEventHistory(LIMITS, SystemClock())
    async with publishing(hub, last_values, history, epoch=1) as publisher:
        receiving = asyncio.create_task(places(layer, 3))
        await until(lambda: TRADES.key in layer.groups)
        publisher.offer(TRADES, trades(1))
        await until(lambda: publisher.published == 1)
        layer.is_away = True
        publisher.offer(TRADES, trades(2))
        await until(lambda: layer.refused > 1)
        publisher.offer(TRADES, trades(3))
        layer.is_away = False
        told = await receiving
    assert [ids for ids, _ in told] == [[1], [2], [3]]
    assert [place.seq for _, place in told] == [1, 2, 3]
    assert await kept_ids(history) == [1, 2, 3]


async def test_a_bridge_that_takes_over_goes_on_in_the_same_numbers_and_repeats_nothing(
    hub: Hub, layer: FailingLayer, last_values: MemoryLastValues
) -> None:
    history = MemoryEventHistory(LIMITS, SystemClock())
    receiving = asyncio.create_task(places(layer, 2))
    await until(lambda: TRADES.key in layer.groups)
    async with publishing(hub, last_values, history, epoch=1) as publisher:
        publisher.offer(TRADES, trades(1, 2))
        await until(lambda: publisher.published == 1)
    async with publishing(hub, last_values, history, epoch=2) as publisher:
        publisher.offer(TRADES, trades(1, 2, 3))
        told = await receiving
    assert [(ids, place.seq, place.count) for ids, place in told] == [([1, 2], 2, 2), ([3], 3, 1)]
    assert len({place.epoch for _, place in told}) == 1
    assert await kept_ids(history) == [1, 2, 3]


async def test_a_channel_that_was_given_up_goes_on_in_another_epoch(
    hub: Hub, layer: FailingLayer, last_values: MemoryLastValues
) -> None:
    """What happened meanwhile nobody has kept: who comes back with a position of before must not be told otherwise."""
    history = MemoryEventHistory(LIMITS, SystemClock())
    receiving = asyncio.create_task(places(layer, 2))
    await until(lambda: TRADES.key in layer.groups)
    async with publishing(hub, last_values, history, epoch=1) as publisher:
        publisher.offer(TRADES, trades(1, 2))
        await until(lambda: publisher.published == 1)
        publisher.want([])
        publisher.want([TRADES])
        publisher.offer(TRADES, trades(5))
        told = await receiving
    assert [(ids, place.seq) for ids, place in told] == [([1, 2], 2), ([5], 1)]
    assert len({place.epoch for _, place in told}) == 2


async def test_a_channel_that_begins_without_a_checkpoint_begins_an_epoch(
    hub: Hub, layer: FailingLayer, last_values: MemoryLastValues
) -> None:
    history = MemoryEventHistory(LIMITS, SystemClock())
    receiving = asyncio.create_task(places(layer, 2))
    await until(lambda: TRADES.key in layer.groups)
    async with publishing(hub, last_values, history, epoch=1) as publisher:
        publisher.offer(TRADES, trades(1))
        await until(lambda: publisher.published == 1)
    async with publishing(hub, last_values, history, epoch=2) as publisher:
        publisher.begin([TRADES], Source.BINANCE, time=0)
        publisher.offer(TRADES, trades(5))
        told = await receiving
    assert [(ids, place.seq) for ids, place in told] == [([1], 1), ([5], 1)]
    assert len({place.epoch for _, place in told}) == 2
