"""Publishing through the channel layer: gathered, numbered, only what is wanted, and into the cache of last values."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from typing import Any

import msgspec
import pytest
from channels.layers import InMemoryChannelLayer

from streaming.clock import SystemClock
from streaming.events import Candle, Envelope, Event, Interval, Source, Trades
from streaming.fan_out.hub import Hub
from streaming.installed import topic_registry
from streaming.layer.groups import GATEWAYS_GROUP
from streaming.market.bridge.demand import DEMAND_REQUEST_MESSAGE
from streaming.market.publishing.checkpoints import Checkpoint, decode_checkpoint
from streaming.market.publishing.last_values import MemoryLastValues
from streaming.market.publishing.limits import PublishingLimits
from streaming.market.publishing.publisher import Publisher
from streaming.market.publishing.sender import Sender
from streaming.topics.topic import MarketKind, Topic
from tests.exchange_rules.rules import rule
from tests.manual_clock import ManualClock
from tests.market.failing_layer import FailingLayer
from tests.market.publishing.published_events import candle, ids_of, lost, price, trades
from tests.market.topic_reading import reading
from tests.waiting import until, until_asked

PRICE = Topic(MarketKind.PRICE, "BTCUSDT")
CANDLE = Topic(MarketKind.CANDLE, "BTCUSDT", Interval.MINUTE_1)
TRADES = Topic(MarketKind.TRADE, "BTCUSDT")


@pytest.fixture
async def publisher(hub: Hub, last_values: MemoryLastValues) -> AsyncIterator[Publisher]:
    """Run a publisher of epoch 7."""
    limits = PublishingLimits(waiting_candles=1000, retry=0.01, settle=0.01)
    one = Publisher(Sender(hub, SystemClock()), last_values, epoch=7, limits=limits, clock=SystemClock())
    running = asyncio.create_task(one.run())
    yield one
    assert not running.done()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def envelopes(layer: InMemoryChannelLayer, topic: Topic, count: int) -> list[Envelope]:
    """Return the next envelopes that travel on a topic's group."""
    channel = await layer.new_channel()
    await layer.group_add(topic.key, channel)
    return [topic_registry().decoder.decode((await layer.receive(channel))["body"]) for _ in range(count)]


@rule("3.8")
async def test_it_lets_the_first_leave_at_once_and_the_newest_a_quarter_of_a_second_later(
    hub: Hub, publisher: Publisher
) -> None:
    received = await reading(hub, PRICE)
    publisher.want([PRICE])
    loop = asyncio.get_running_loop()
    began = loop.time()
    publisher.offer(PRICE, price(0))
    await until(lambda: len(received) == 1)
    assert loop.time() - began < 0.2
    for number in range(1, 100):
        publisher.offer(PRICE, price(number))
    await until(lambda: len(received) == 2)
    assert loop.time() - began >= 0.25
    assert received == [price(0), price(99)]


@rule("3.8")
async def test_it_numbers_the_events_of_each_topic_and_says_its_epoch(
    layer: InMemoryChannelLayer, publisher: Publisher
) -> None:
    publisher.want([CANDLE, PRICE])
    receiving = asyncio.create_task(envelopes(layer, CANDLE, 3))
    await until(lambda: CANDLE.key in layer.groups)
    publisher.offer(PRICE, price(1))
    for number in range(3):
        publisher.offer(CANDLE, candle(number, final=True))
    assert [(one.epoch, one.sequence) for one in await receiving] == [(7, 1), (7, 2), (7, 3)]


async def test_it_counts_what_the_layer_took_so_that_missing_numbers_mean_a_loss(
    layer: FailingLayer, publisher: Publisher
) -> None:
    publisher.want([CANDLE])
    receiving = asyncio.create_task(envelopes(layer, CANDLE, 3))
    await until(lambda: CANDLE.key in layer.groups)
    publisher.offer(CANDLE, candle(0, final=True))
    await until(lambda: publisher.published == 1)
    layer.is_away = True
    publisher.offer(CANDLE, candle(1, final=True))
    await until(lambda: layer.refused > 1)
    publisher.offer(CANDLE, candle(2, final=True))
    layer.is_away = False
    assert [one.sequence for one in await receiving] == [1, 2, 3]


async def test_it_goes_on_counting_where_a_topic_is_wanted_again(
    layer: InMemoryChannelLayer, publisher: Publisher
) -> None:
    receiving = asyncio.create_task(envelopes(layer, CANDLE, 2))
    await until(lambda: CANDLE.key in layer.groups)
    for number in range(2):
        publisher.want([CANDLE])
        publisher.offer(CANDLE, candle(number, final=True))
        await until(lambda number=number: publisher.published == number + 1)  # type: ignore[misc]
        publisher.want([])
    assert [one.sequence for one in await receiving] == [1, 2]


async def test_it_holds_no_candle_before_the_hole_that_is_there_once_nobody_wants_it(
    publisher: Publisher, last_values: MemoryLastValues
) -> None:
    publisher.want([CANDLE, PRICE])
    publisher.offer(CANDLE, candle(0, final=True))
    publisher.offer(PRICE, price(0))
    await until_asked(lambda: _is_held(last_values, CANDLE, PRICE))
    publisher.want([])

    async def is_forgotten() -> bool:
        return not await _is_held(last_values, CANDLE)

    await until_asked(is_forgotten)
    assert await _is_held(last_values, PRICE)  # of which the newest alone matters


async def _is_held(last_values: MemoryLastValues, *topics: Topic) -> bool:
    return None not in [await last_values.read(topic.key) for topic in topics]


async def test_it_publishes_only_what_is_wanted(hub: Hub, publisher: Publisher, last_values: MemoryLastValues) -> None:
    received = await reading(hub, PRICE)
    publisher.offer(PRICE, price(1))
    publisher.want([CANDLE])
    publisher.offer(PRICE, price(2))
    publisher.offer(CANDLE, candle(0))
    await until(lambda: publisher.published)
    assert received == []
    assert await last_values.read(PRICE.key) is None


@rule("3.8")
async def test_it_drops_no_closed_candle_nor_trade_under_load(hub: Hub, publisher: Publisher) -> None:
    candles, sold = await reading(hub, CANDLE), await reading(hub, TRADES)
    publisher.want([CANDLE, TRADES])
    for number in range(900):
        publisher.offer(CANDLE, candle(number))
        publisher.offer(CANDLE, candle(number, final=True))
        publisher.offer(TRADES, trades(number))

    def final() -> list[int]:
        return [event.open_time for event in candles if isinstance(event, Candle) and event.is_final]

    await until(lambda: len(ids_of(sold)) == 900 and len(final()) == 900)
    assert final() == list(range(900))
    assert ids_of(sold) == list(range(900))
    assert all(isinstance(event, Trades) for event in sold)
    assert len(sold) < 5


async def test_it_lets_others_run_while_it_publishes(hub: Hub, publisher: Publisher) -> None:
    topics = [Topic(MarketKind.PRICE, f"S{number}USDT") for number in range(1000)]
    received = [await reading(hub, topic) for topic in topics]
    publisher.want(topics)
    for topic in topics:
        publisher.offer(topic, price(1))
    turns = 0
    while not all(received):
        await asyncio.sleep(0)
        turns += 1
    assert turns >= 1000 / 50


async def test_it_writes_last_values_of_states_but_not_of_trades(
    hub: Hub, publisher: Publisher, last_values: MemoryLastValues
) -> None:
    publisher.want([PRICE, TRADES])
    publisher.offer(PRICE, price(5))
    publisher.offer(TRADES, trades(1))
    await until(lambda: publisher.published == 2)
    body = await last_values.read(PRICE.key)
    assert body is not None
    assert topic_registry().decoder.decode(body) == Envelope(epoch=7, sequence=1, event=price(5))
    assert await last_values.read(TRADES.key) is None


async def test_it_loses_no_closed_candle_nor_trade_while_the_layer_is_away(
    hub: Hub, layer: FailingLayer, publisher: Publisher
) -> None:
    candles, sold = await reading(hub, CANDLE), await reading(hub, TRADES)
    publisher.want([CANDLE, TRADES])
    layer.is_away = True
    for number in range(5):
        publisher.offer(CANDLE, candle(number, final=True))
        publisher.offer(TRADES, trades(number))
        await until(lambda refused=layer.refused: layer.refused > refused)  # type: ignore[misc]
    layer.is_away = False
    await until(lambda: len(candles) == 5 and len(ids_of(sold)) == 5)
    assert [event.open_time for event in candles if isinstance(event, Candle)] == list(range(5))
    assert ids_of(sold) == list(range(5))


@rule("3.8")
async def test_it_says_how_much_was_lost_where_the_layer_was_away_for_too_long(
    hub: Hub, layer: FailingLayer, publisher: Publisher, caplog: pytest.LogCaptureFixture
) -> None:
    candles = await reading(hub, CANDLE)
    publisher.want([CANDLE])
    layer.is_away = True
    for number in range(1003):
        publisher.offer(CANDLE, candle(number, final=True))
    await until(lambda: layer.refused > 2)
    layer.is_away = False
    await until(lambda: len(candles) == 1001)
    assert candles[0] == lost(0, 2 + 59_999)
    await until(lambda: publisher.dropped == 3)  # which is counted once all were sent
    assert [event.open_time for event in candles if isinstance(event, Candle)] == list(range(3, 1003))
    told = [record.msg for record in caplog.records if "count" in record.msg]
    assert [(one["topic"], one["count"]) for one in told if isinstance(one, dict)] == [(CANDLE.key, 3)]


async def test_it_asks_a_layer_that_was_away_with_what_may_be_lost_and_gives_others_time_to_find_it(
    hub: Hub, layer: FailingLayer, last_values: MemoryLastValues
) -> None:
    order: list[str] = []
    await hub.listen(GATEWAYS_GROUP, DEMAND_REQUEST_MESSAGE, lambda _: order.append("request"))
    (await hub.acquire(CANDLE)).add_callback(lambda _: order.append("candle"))
    limits = PublishingLimits(retry=0.01, settle=0.2)
    one = Publisher(Sender(hub, SystemClock()), last_values, epoch=1, limits=limits, clock=SystemClock())
    running = asyncio.create_task(one.run())
    one.want([CANDLE])
    layer.is_away = True
    one.offer(CANDLE, candle(0, final=True))
    await until(lambda: layer.refused > 2)
    layer.is_away = False
    await until(lambda: order)
    began = asyncio.get_running_loop().time()
    await until(lambda: len(order) == 2)
    assert order == ["request", "candle"]
    assert asyncio.get_running_loop().time() - began > 0.1
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


class CountingValues(MemoryLastValues):
    """A cache that keeps all that was written of checkpoints."""

    def __init__(self) -> None:
        super().__init__(maximum_age=5.0, clock=SystemClock())
        self.written: list[Checkpoint] = []

    async def write(
        self, values: Mapping[str, bytes], checkpoints: Mapping[str, bytes] | None = None, *, epoch: int = 0
    ) -> None:
        """Write, and note the checkpoints."""
        self.written += [decode_checkpoint(body) for body in (checkpoints or {}).values()]
        await super().write(values, checkpoints, epoch=epoch)


async def test_it_writes_the_checkpoint_of_an_open_candle_once_however_often_it_is_published(hub: Hub) -> None:
    cache = CountingValues()
    one = Publisher(Sender(hub, SystemClock()), cache, epoch=1, limits=PublishingLimits(candle=0), clock=SystemClock())
    received = await reading(hub, CANDLE)
    one.want([CANDLE])
    running = asyncio.create_task(one.run())
    for number in range(5):
        one.offer(CANDLE, candle(60_000))
        await until(lambda number=number: len(received) == number + 1)  # type: ignore[misc]
    one.offer(CANDLE, candle(60_000, final=True))
    await until(lambda: len(cache.written) == 2)
    assert [checkpoint.number for checkpoint in cache.written] == [60_000, 120_000]
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_it_writes_no_checkpoint_ahead_of_what_waits_to_be_published(hub: Hub, layer: FailingLayer) -> None:
    cache, whole = CountingValues(), {"trades": False}
    limits = PublishingLimits(trades=0.3, trades_at_once=1)
    one = Publisher(
        Sender(hub, SystemClock()),
        cache,
        epoch=1,
        limits=limits,
        clock=SystemClock(),
        is_whole=lambda _: whole["trades"],
    )
    received = await reading(hub, TRADES)
    one.want([TRADES])
    running = asyncio.create_task(one.run())
    layer.answers.clear()
    one.offer(TRADES, trades(101, 102))
    await until(lambda: layer.hanging)
    one.offer(TRADES, msgspec.structs.replace(trades(99, 100), repaired=True))
    whole["trades"] = True
    await one.refresh_checkpoints()
    layer.answers.set()
    await until(lambda: ids_of(received) == [101, 102])
    await one.refresh_checkpoints()
    assert cache.written == []
    await until(lambda: len(received) == 2 and cache.written)
    assert [checkpoint.number for checkpoint in cache.written] == [102]
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_it_says_at_once_since_when_a_topic_is_wanted(hub: Hub) -> None:
    cache = CountingValues()
    one = Publisher(Sender(hub, SystemClock()), cache, epoch=1, limits=PublishingLimits(), clock=SystemClock())
    running = asyncio.create_task(one.run())
    one.want([TRADES, PRICE])
    one.begin([TRADES, PRICE], Source.SIMULATOR, time=5)
    await until(lambda: cache.written)
    assert [(checkpoint.source, checkpoint.number, checkpoint.time) for checkpoint in cache.written] == [
        (Source.SIMULATOR, None, 5)
    ]
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


class TestSendingAgain:
    """For those who may have missed what came last."""

    async def test_it_sends_the_newest_of_a_topic_with_its_number(
        self, layer: InMemoryChannelLayer, publisher: Publisher
    ) -> None:
        publisher.want([PRICE, TRADES])
        receiving = asyncio.create_task(envelopes(layer, TRADES, 3))
        await until(lambda: TRADES.key in layer.groups)
        for number in (1, 2):
            publisher.offer(TRADES, trades(number))
            await until(lambda number=number: publisher.published == number)  # type: ignore[misc]
        publisher.send_again([PRICE, TRADES])
        received = await receiving
        assert [(envelope.sequence, envelope.again) for envelope in received] == [(1, False), (2, False), (2, True)]
        assert received[2].event == received[1].event
        assert publisher.published == 2

    async def test_it_sends_an_event_with_the_gap_that_was_told_since(
        self, layer: InMemoryChannelLayer, publisher: Publisher
    ) -> None:
        publisher.want([TRADES])
        receiving = asyncio.create_task(envelopes(layer, TRADES, 5))
        await until(lambda: TRADES.key in layer.groups)
        told: tuple[Event, ...] = (trades(1), lost(1, 2), lost(3, 4))
        for number, event in enumerate(told, start=1):
            publisher.offer(TRADES, event)
            await until(lambda number=number: publisher.published == number)  # type: ignore[misc]
        publisher.send_again([TRADES])
        assert [envelope.sequence for envelope in await receiving] == [1, 2, 3, 1, 3]

    async def test_it_keeps_trying_while_the_layer_is_away(self, layer: FailingLayer, publisher: Publisher) -> None:
        publisher.want([TRADES])
        receiving = asyncio.create_task(envelopes(layer, TRADES, 2))
        await until(lambda: TRADES.key in layer.groups)
        publisher.offer(TRADES, trades(1))
        await until(lambda: publisher.published)
        layer.is_away = True
        publisher.send_again([TRADES])
        await until(lambda: layer.refused)
        layer.is_away = False
        assert [envelope.sequence for envelope in await receiving] == [1, 1]

    async def test_it_sends_no_state_that_nobody_wanted_meanwhile(
        self, layer: InMemoryChannelLayer, publisher: Publisher
    ) -> None:
        publisher.want([PRICE, TRADES])
        publisher.offer(PRICE, price(1))
        publisher.offer(TRADES, trades(1))
        await until(lambda: publisher.published == 2)
        publisher.want([])
        receiving = [asyncio.create_task(envelopes(layer, topic, 1)) for topic in (PRICE, TRADES)]
        await until(lambda: {PRICE.key, TRADES.key} <= layer.groups.keys())
        publisher.send_again([PRICE, TRADES])
        assert (await receiving[1])[0].again
        assert not receiving[0].done()
        receiving[0].cancel()

    async def test_it_sends_nothing_of_a_topic_from_before_it_was_wanted_anew(
        self, layer: InMemoryChannelLayer, publisher: Publisher
    ) -> None:
        publisher.want([CANDLE])
        publisher.offer(CANDLE, candle(60_000))
        await until(lambda: publisher.published == 1)
        publisher.want([])
        publisher.want([CANDLE])
        publisher.begin([CANDLE], Source.BINANCE, time=10_800_000)
        receiving = asyncio.create_task(envelopes(layer, CANDLE, 2))
        await until(lambda: CANDLE.key in layer.groups)
        publisher.send_again([CANDLE])
        publisher.offer(CANDLE, candle(10_800_000))
        await until(lambda: publisher.published == 2)
        publisher.offer(CANDLE, candle(10_860_000))
        first, second = await receiving
        assert (first.sequence, first.again) == (3, False), "who heard the last of before is told of a loss"
        assert (first.begins, second.begins) == (True, False), "and who heard nothing yet is not"


class RecordingLayer(FailingLayer):
    """A layer that notes to which groups something was sent."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[str] = []

    async def group_send(self, group: str, message: dict[str, Any]) -> None:
        """Note it, and send."""
        self.sent.append(group)
        await super().group_send(group, message)


async def test_it_publishes_what_is_new_while_thousands_of_topics_are_sent_again(last_values: MemoryLastValues) -> None:
    layer, clock = RecordingLayer(), ManualClock()
    hub = Hub(layer, topic_registry())
    one = Publisher(Sender(hub, clock), last_values, epoch=1, limits=PublishingLimits(), clock=clock)
    topics, other = (
        [Topic(MarketKind.PRICE, f"S{number}USDT") for number in range(3000)],
        Topic(MarketKind.PRICE, "ETHUSDT"),
    )
    one.want([*topics, PRICE, other])
    running = asyncio.create_task(one.run())
    for topic in topics:
        one.offer(topic, price(1))
    await until(lambda: len(layer.sent) == 3000)
    layer.sent.clear()
    one.send_again(topics)
    one.offer(PRICE, price(1))
    await until(lambda: PRICE.key in layer.sent)
    assert layer.sent.index(PRICE.key) <= 50
    await until(lambda: len(layer.sent) == 3001)
    for _ in range(4):  # other processes ask as well
        one.send_again(topics)
    one.offer(other, price(1))
    await until(lambda: other.key in layer.sent)
    assert len(layer.sent) == 3002
    clock.advance(1)
    one.send_again([])
    await until(lambda: len(layer.sent) == 6002)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
