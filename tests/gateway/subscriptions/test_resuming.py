"""Subscriptions with numbers: what was missed comes once, in order, behind the answer, whichever gateway is asked."""

import asyncio
import json
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from channels.layers import InMemoryChannelLayer

from streaming.clock import SystemClock
from streaming.event_history.history import EventHistory, HistoryLimits, Place, Position
from streaming.event_history.memory_history import MemoryEventHistory
from streaming.event_history.redis_history import RedisEventHistory
from streaming.events import Envelope, Event, Interval
from streaming.fan_out.frames import Frame
from streaming.fan_out.hub import Hub
from streaming.fan_out.topic_feed import IndividualSubscriber
from streaming.gateway.dialects.base import Dialect
from streaming.gateway.dialects.control import ControlDialect
from streaming.gateway.dialects.market import MarketDialect
from streaming.gateway.dialects.trading import TradingDialect
from streaming.gateway.subscriptions.numbered_subscription import NumberedSubscription
from streaming.installed import topic_registry
from streaming.layer.channel_layer import Layer
from streaming.layer.redis_layer import RedisLayer
from streaming.market.publishing.event_numbering import EventNumbering
from streaming.topics.topic import MarketKind, Topic
from tests import services
from tests.market.publishing.published_events import candle, trades
from tests.waiting import until

CHANNEL = "trades:BTCUSDT"
TRADES = Topic(MarketKind.TRADE, "BTCUSDT")
LIMITS = HistoryLimits(frames=1000)


class Bridge:
    """Tells trades on a channel as a bridge does; what it `loses` is in the history and nowhere else."""

    def __init__(self, hub: Hub, history: EventHistory) -> None:
        self._hub = hub
        self._numbering = EventNumbering(history, SystemClock())
        self._sequence = 0

    async def tell(self, *told: Event, topic: Topic = TRADES, loses: bool = False, after: int = 0) -> None:
        """Add events to the history, behind the number `after`; tell them unless the layer loses them."""
        self._sequence = max(self._sequence, after)
        for event in told:
            self._sequence += 1
            envelope = Envelope(epoch=1, sequence=self._sequence, event=event)
            (one,) = (await self._numbering.number({topic.key: [envelope]}))[topic.key]
            if not loses:
                await self._hub.publish_encoded(topic.key, one.body, one.place)


class Client(IndividualSubscriber):
    """Takes the frames of one subscription, as a connection does."""

    def __init__(
        self, hub: Hub, dialect: Dialect | None = None, since: Position | None = None, topic: Topic = TRADES
    ) -> None:
        self.frames: list[Frame] = []
        self._dialect = dialect or MarketDialect(SystemClock())
        self.subscription = NumberedSubscription(hub, topic, CHANNEL, dialect=self._dialect, outlet=self, since=since)

    def push(self, frames: Any) -> None:
        """Keep frames."""
        self.frames += frames

    def forget(self, key: str | None) -> None:
        """Do nothing."""

    def end(self) -> None:
        """Do nothing."""

    async def subscribed(self) -> dict[str, Any]:
        """Subscribe, and return what the answer says."""
        await self.subscription.prepare()
        answer = self.subscription.resumed()[CHANNEL]
        self.subscription.begin()
        return answer

    @property
    def told(self) -> list[dict[str, Any]]:
        """What was told, in order."""
        return [json.loads(frame.payload) for frame in self.frames]

    @property
    def ids(self) -> list[int]:
        """The ids of the trades that were told, in order."""
        return [int(one["data"]["tradeId"]) for one in self.told if one["type"] == "trade"]

    @property
    def position(self) -> Position:
        """Where the client stands."""
        return Position(self.told[-1]["epoch"], self.told[-1]["seq"])


@asynccontextmanager
async def running(layer: Layer, history: EventHistory | None) -> AsyncIterator[Hub]:
    """Run a gateway's hub."""
    hub = Hub(layer, topic_registry(), history=history, linger=0)
    await hub.start()
    try:
        yield hub
    finally:
        await hub.stop()


@pytest.fixture
def history() -> MemoryEventHistory:
    """Return an empty history of this process."""
    return MemoryEventHistory(LIMITS, SystemClock())


@pytest.fixture
async def hub(history: MemoryEventHistory) -> AsyncIterator[Hub]:
    """Run a gateway's hub over the history."""
    async with running(InMemoryChannelLayer(capacity=10_000), history) as started:
        yield started


async def test_a_client_that_was_away_is_told_what_it_missed_and_then_what_is_new(
    hub: Hub, history: MemoryEventHistory
) -> None:
    bridge, before = Bridge(hub, history), Client(hub)
    assert await before.subscribed() == {}, "nothing is known of the channel yet"
    await bridge.tell(trades(1, 2), trades(3))
    await until(lambda: len(before.ids) == 3)
    before.subscription.end()
    await bridge.tell(trades(4), trades(5, 6))
    after = Client(hub, since=before.position)
    assert await after.subscribed() == {"recovered": True, "epoch": before.position.epoch, "seq": 6}
    assert after.ids == [4, 5, 6]
    await bridge.tell(trades(7))
    await until(lambda: len(after.ids) == 4)
    assert [one["seq"] for one in after.told] == [4, 5, 6, 7]
    after.subscription.end()


async def test_a_client_that_left_within_a_batch_is_told_the_rest_of_it(hub: Hub, history: MemoryEventHistory) -> None:
    await Bridge(hub, history).tell(trades(1, 2, 3))
    end = await hub.missed_events.end(TRADES.key)
    assert end is not None
    client = Client(hub, since=Position(end.epoch, 2))
    assert (await client.subscribed())["recovered"]
    assert client.ids == [3]
    client.subscription.end()


async def test_what_comes_between_the_reading_and_the_answer_is_told_once(
    hub: Hub, history: MemoryEventHistory
) -> None:
    bridge = Bridge(hub, history)
    await bridge.tell(trades(1))
    end = await hub.missed_events.end(TRADES.key)
    client = Client(hub, since=end)
    await client.subscription.prepare()
    await bridge.tell(trades(2), trades(3))
    feed = await hub.acquire(TRADES)
    heard: list[Event] = []
    feed.add_callback(heard.append)
    await bridge.tell(trades(4))
    await until(lambda: len(heard) > 0)
    assert client.frames == []
    assert client.subscription.resumed()[CHANNEL]["recovered"]
    client.subscription.begin()
    assert client.ids == [2, 3, 4]
    client.subscription.end()
    hub.release(TRADES.key)


@pytest.mark.parametrize(
    ("epoch", "seq", "reason"), [("another", 1, "other_epoch"), (None, 99, "ahead"), (None, 0, "too_old")]
)
async def test_what_cannot_be_told_completely_is_not_told_at_all(epoch: str | None, seq: int, reason: str) -> None:
    history = MemoryEventHistory(HistoryLimits(frames=2), SystemClock())
    async with running(InMemoryChannelLayer(capacity=10_000), history) as hub:
        await Bridge(hub, history).tell(*(trades(number) for number in range(1, 6)))
        end = await hub.missed_events.end(TRADES.key)
        assert end is not None
        client = Client(hub, since=Position(epoch or end.epoch, seq))
        answer = await client.subscribed()
        assert answer == {"recovered": False, "reason": reason, "epoch": end.epoch, "seq": 5}
        assert client.ids == []
        client.subscription.end()


async def test_without_a_history_the_answer_says_that_it_is_unavailable() -> None:
    async with running(InMemoryChannelLayer(capacity=10_000), None) as hub:
        client = Client(hub, since=Position("a", 1))
        assert await client.subscribed() == {"recovered": False, "reason": "unavailable"}
        client.subscription.end()


async def test_what_the_layer_loses_is_taken_from_the_history_and_nobody_is_told_of_a_loss(
    hub: Hub, history: MemoryEventHistory
) -> None:
    bridge, numbered = Bridge(hub, history), Client(hub)
    await numbered.subscribed()
    heard: list[Event] = []
    (await hub.acquire(TRADES)).add_callback(heard.append)
    await bridge.tell(trades(1))
    await bridge.tell(trades(2), trades(3), loses=True)
    await bridge.tell(trades(4))
    await until(lambda: len(heard) == 4)
    assert heard == [trades(1), trades(2), trades(3), trades(4)]
    assert numbered.ids == [1, 2, 3, 4]
    numbered.subscription.end()
    hub.release(TRADES.key)


@pytest.mark.parametrize("dialect", [MarketDialect, TradingDialect, ControlDialect])
async def test_each_dialect_has_the_numbers_beside_what_it_tells(dialect: type[Any]) -> None:
    spoken = dialect(SystemClock())
    plain = spoken.encode(trades(1, 2), CHANNEL)
    numbered = spoken.encode_numbered(trades(1, 2), CHANNEL, Place("e", 2, 2))
    for seq, (one, other) in enumerate(zip(plain, numbered, strict=True), start=1):
        with_numbers = json.loads(other.payload)
        assert (with_numbers.pop("epoch"), with_numbers.pop("seq")) == ("e", seq)
        without = json.loads(one.payload)
        for frame in (with_numbers, without):
            del frame["timestamp"]
        assert with_numbers == without


@pytest.mark.redis
async def test_a_client_comes_back_at_another_gateway_and_nothing_is_lost_or_doubled() -> None:
    url, prefix = services.need_redis(), f"test-{secrets.token_hex(6)}"
    histories = [RedisEventHistory(url, prefix=prefix, limits=LIMITS, clock=SystemClock()) for _ in range(3)]
    layers = [RedisLayer(hosts=[{"address": url}], prefix=prefix) for _ in range(3)]
    async with running(layers[0], histories[0]) as one, running(layers[1], histories[1]) as other:
        bridge = Bridge(Hub(layers[2], topic_registry()), histories[2])
        telling = asyncio.create_task(_tell_slowly(bridge, 300))
        client, seen = Client(one), []
        await client.subscribed()
        for hub in (other, one, other, one):
            await until(lambda client=client: len(client.ids) >= 20)  # type: ignore[misc]
            client.subscription.end()
            seen += client.ids
            client = Client(hub, since=client.position)
            assert (await client.subscribed())["recovered"]
        await telling
        await until(lambda: bool(client.ids) and client.ids[-1] == 300)
        client.subscription.end()
        assert seen + client.ids == list(range(seen[0], 301))
    for each in histories:
        await each.close()
    for layer in layers:
        await layer.flush()


async def _tell_slowly(bridge: Bridge, count: int) -> None:
    for number in range(1, count + 1):
        await bridge.tell(trades(number))
        await asyncio.sleep(0.001)


async def test_closed_candles_are_numbered_and_open_ones_are_not(hub: Hub, history: MemoryEventHistory) -> None:
    topic = Topic(MarketKind.CANDLE, "BTCUSDT", Interval.MINUTE_1)
    bridge = Bridge(hub, history)
    feed = await hub.acquire(topic)
    spoken, frames = MarketDialect(SystemClock()), list[Frame]()

    class Inbox:
        def push_numbered(self, told: Any, event: object, place: object) -> None:
            frames.extend(told)

    feed.attach_numbered(spoken, "klines:BTCUSDT:1m", Inbox())
    await bridge.tell(candle(0), candle(0, final=True), topic=topic)
    await until(lambda: len(frames) == 2)
    assert [json.loads(frame.payload).get("seq") for frame in frames] == [None, 1]
    hub.release(topic.key)


async def test_clients_that_come_back_together_share_what_is_read_and_the_frames_that_tell_it(
    hub: Hub, history: MemoryEventHistory
) -> None:
    bridge, before = Bridge(hub, history), Client(hub)
    await before.subscribed()
    await bridge.tell(*(trades(number) for number in range(1, 21)))
    await until(lambda: len(before.ids) == 20)
    epoch, dialect = before.position.epoch, MarketDialect(SystemClock())
    together = [Client(hub, dialect, since=Position(epoch, seq)) for seq in range(20)]
    answers = await asyncio.gather(*(client.subscribed() for client in together))
    assert all(answer["recovered"] for answer in answers)
    assert [client.ids for client in together] == [list(range(seq + 1, 21)) for seq in range(20)]
    assert len({id(client.frames[-1]) for client in together}) == 1
    await bridge.tell(trades(21), trades(22))
    await until(lambda: all(client.ids[-2:] == [21, 22] for client in together))
    for client in [before, *together]:
        client.subscription.end()


async def test_who_read_further_than_the_gateway_has_heard_is_told_nothing_twice(
    hub: Hub, history: MemoryEventHistory
) -> None:
    bridge, before = Bridge(hub, history), Client(hub)
    await before.subscribed()
    await bridge.tell(trades(1))
    await until(lambda: before.ids == [1])
    late = Envelope(epoch=1, sequence=2, event=trades(2))
    (one,) = (await EventNumbering(history, SystemClock()).number({TRADES.key: [late]}))[TRADES.key]
    after = Client(hub, since=before.position)
    await after.subscribed()
    assert after.ids == [2], "read from the history before the layer has told it"
    await hub.publish_encoded(TRADES.key, one.body, one.place)
    await until(lambda: before.ids == [1, 2])
    await bridge.tell(trades(3), trades(4), after=2)
    await until(lambda: before.ids == [1, 2, 3, 4])
    assert after.ids == [2, 3, 4]
    for client in (before, after):
        client.subscription.end()


async def test_a_closed_candle_that_is_the_last_value_is_not_told_again_to_who_resumes(
    hub: Hub, history: MemoryEventHistory
) -> None:
    minute = Topic(MarketKind.CANDLE, "BTCUSDT", Interval.MINUTE_1)
    bridge, before = Bridge(hub, history), Client(hub, topic=minute)
    await before.subscribed()
    await bridge.tell(candle(60_000, final=True), topic=minute)
    await until(lambda: len(before.frames) == 1)
    for since, told in ((before.position, []), (Position(before.position.epoch, 0), [1]), (None, [None])):
        after = Client(hub, since=since, topic=minute)
        await after.subscribed()
        assert [one.get("seq") for one in after.told] == told
        after.subscription.end()
    before.subscription.end()
