import asyncio
from collections.abc import Mapping, Sequence
from decimal import Decimal

import pytest
from channels.layers import InMemoryChannelLayer

from streaming import events
from streaming.event_history.history import Place
from streaming.events import Depth, Envelope, Event, Level, NamedEvent, Resync, Side, Source, Trade, Trades
from streaming.fan_out.dotted_feed import DottedGroup, FramesOf
from streaming.fan_out.frames import Frame, text_frame
from streaming.fan_out.hub import Hub
from streaming.fan_out.topic_feed import IndividualSubscriber
from streaming.installed import topic_registry
from streaming.market.publishing.last_values import MemoryLastValues
from streaming.topics.dotted_names import key_of_named
from streaming.topics.topic import MarketKind, Topic
from tests.manual_clock import ManualClock
from tests.streaming.fan_out.dotted_events import grid_order, grid_status, system_health
from tests.waiting import until
from trading.events import Account, AccountMode

TOPIC = Topic(MarketKind.DEPTH, "BTCUSDT")
TRADES = Topic(MarketKind.TRADE, "BTCUSDT")


def depth(bid: int) -> Depth:
    return Depth(symbol="BTCUSDT", time=bid, source=Source.SIMULATOR, bids=(Level(Decimal(bid), Decimal(1)),), asks=())


def trades(*trade_ids: int) -> Trades:
    made = [
        Trade(trade_id=number, price=Decimal(1), quantity=Decimal(1), side=Side.BUY, time=number)
        for number in trade_ids
    ]
    return Trades(symbol="BTCUSDT", time=1, source=Source.SIMULATOR, trades=tuple(made))


class CountingEncoder:
    """A dialect that writes the event's time, and counts how often it is asked."""

    def __init__(self) -> None:
        self.encoded = 0

    def encode(self, event: Event, channel: str) -> Sequence[Frame]:
        self.encoded += 1
        return [text_frame(f"{channel}={event.time}".encode())]

    def encode_numbered(self, event: Event, channel: str, place: Place) -> Sequence[Frame]:
        raise NotImplementedError


class Inbox(IndividualSubscriber):
    """A receiver that keeps what it was sent."""

    def __init__(self) -> None:
        self.received: list[str] = []
        self.frames: list[Frame] = []

    def push(self, frames: Sequence[Frame]) -> None:
        self.frames.extend(frames)
        self.received.extend(frame.payload.decode() for frame in frames)


async def test_it_encodes_once_for_any_number_of_readers(hub: Hub) -> None:
    encoder, inboxes = CountingEncoder(), [Inbox() for _ in range(50)]
    feed = await hub.acquire(TOPIC)
    for inbox in inboxes:
        feed.attach(encoder, "depth:BTCUSDT", inbox)
    await hub.publish(depth(7), epoch=1, sequence=1)
    await until(lambda: inboxes[-1].received)
    assert encoder.encoded == 1
    assert all(inbox.received == ["depth:BTCUSDT=7"] for inbox in inboxes)
    assert len({id(inbox.frames[0]) for inbox in inboxes}) == 1


async def test_it_encodes_once_more_for_each_spelling(hub: Hub) -> None:
    encoder, old, new = CountingEncoder(), Inbox(), Inbox()
    feed = await hub.acquire(TOPIC)
    feed.attach(encoder, "quotes:BTCUSDT", old)
    feed.attach(encoder, "price:BTCUSDT", new)
    await hub.publish(depth(1), epoch=1, sequence=1)
    await until(lambda: new.received and old.received)
    assert (old.received, new.received) == (["quotes:BTCUSDT=1"], ["price:BTCUSDT=1"])
    assert encoder.encoded == 2


async def test_it_leaves_the_group_after_the_last_reader(hub: Hub, layer: InMemoryChannelLayer) -> None:
    await hub.acquire(TOPIC)
    await hub.acquire(TOPIC)
    hub.release(TOPIC.key)
    assert hub.topics == {TOPIC}
    hub.release(TOPIC.key)
    await until(lambda: TOPIC.key not in layer.groups)
    assert hub.topics == set()


async def test_it_stays_where_a_reader_comes_back_within_the_linger(layer: InMemoryChannelLayer) -> None:
    hub = Hub(layer, topic_registry(), linger=60)
    await hub.start()
    first = await hub.acquire(TOPIC)
    hub.release(TOPIC.key)
    assert await hub.acquire(TOPIC) is first
    assert TOPIC.key in layer.groups
    await hub.stop()


async def test_it_tells_observers_what_is_read(hub: Hub) -> None:
    seen: list[frozenset[Topic]] = []
    hub.observe(lambda: seen.append(hub.topics))
    await hub.acquire(TOPIC)
    hub.release(TOPIC.key)
    await until(lambda: len(seen) == 2)
    assert seen == [{TOPIC}, frozenset()]


async def test_it_keeps_the_last_value_of_a_state_topic_for_a_while(hub: Hub, clock: ManualClock) -> None:
    feed = await hub.acquire(TOPIC)
    assert await hub.last_value(feed) is None
    await hub.publish(depth(1), epoch=1, sequence=1)
    await until(lambda: hub.known_values(feed))
    clock.advance(5)
    assert await hub.last_value(feed) == depth(1)
    clock.advance(0.001)
    assert await hub.last_value(feed) is None


async def test_it_goes_on_after_a_message_that_it_cannot_read(hub: Hub, layer: InMemoryChannelLayer) -> None:
    feed, seen = await hub.acquire(TOPIC), list[Event]()
    feed.add_callback(seen.append)
    await layer.group_send(TOPIC.key, {"type": "event", "topic": TOPIC.key, "body": b"\xc1"})
    await layer.group_send(TOPIC.key, {"type": "event"})
    await layer.group_send(TOPIC.key, {"type": "nobody listens"})
    await hub.publish(depth(9), epoch=1, sequence=1)
    await until(lambda: seen)
    assert seen == [depth(9)]


async def test_it_reads_the_shared_cache_where_it_has_no_value_itself(layer: InMemoryChannelLayer) -> None:
    class Cache:
        async def read(self, key: str) -> bytes | None:
            return events.encode(Envelope(epoch=1, sequence=1, event=depth(3))) if key == TOPIC.key else None

        async def write(self, values: Mapping[str, bytes]) -> None:
            raise AssertionError("a reader writes nothing")

    hub = Hub(layer, topic_registry(), last_values=Cache())
    await hub.start()
    assert await hub.last_value(await hub.acquire(TOPIC)) == depth(3)
    assert await hub.last_value(await hub.acquire(Topic(MarketKind.DEPTH, "ETHUSDT"))) is None
    await hub.stop()


USERS_TOPICS = (Topic("account", owner="7"), Topic("portfolio", owner="7"))
ACCOUNT = Account(time=5, account="acc_1", mode=AccountMode.PAPER, demo=True, balances=())


async def test_it_carries_all_topics_of_a_user_in_one_group(hub: Hub, layer: InMemoryChannelLayer) -> None:
    account, portfolio = [await hub.acquire(topic) for topic in USERS_TOPICS]
    assert list(layer.groups) == ["u.7"]
    seen, others = list[Event](), list[Event]()
    account.add_callback(seen.append)
    portfolio.add_callback(others.append)
    await hub.publish(ACCOUNT, owner="8")
    await hub.publish(ACCOUNT, owner="7")
    await until(lambda: seen)
    assert (seen, others) == ([ACCOUNT], [])


async def test_it_leaves_a_shared_group_with_the_last_of_its_topics(hub: Hub, layer: InMemoryChannelLayer) -> None:
    for topic in USERS_TOPICS:
        await hub.acquire(topic)
    hub.release(USERS_TOPICS[0].key)
    await until(lambda: hub.topics == {USERS_TOPICS[1]})
    await hub.acquire(TOPIC)
    assert "u.7" in layer.groups
    hub.release(USERS_TOPICS[1].key)
    await until(lambda: "u.7" not in layer.groups)


class Subscriber:
    """One that wants everything."""

    def __init__(self) -> None:
        self.inbox = Inbox()

    def wants(self, event: NamedEvent) -> bool:
        return True

    def wants_numbers(self, event: NamedEvent) -> bool:
        return False

    def push(self, frames: Sequence[Frame], event: NamedEvent, place: Place | None) -> None:
        self.inbox.push(frames)

    def tell_cut_off(self, resync: Resync, frames_of: FramesOf) -> None:
        self.inbox.push(frames_of("grid.*"))


async def test_it_brings_dotted_events_to_their_owner_and_to_staff(hub: Hub) -> None:
    subscribers = {group: Subscriber() for group in ("c.grid.7", "c.grid.8", "c.grid.all", "s.health")}
    for group, subscriber in subscribers.items():
        (await hub.acquire(DottedGroup(group))).attach(CountingEncoder(), subscriber)
    await hub.publish(grid_order("a", owner="7"))
    await hub.publish(system_health())
    await until(lambda: subscribers["s.health"].inbox.received)
    assert {group: subscriber.inbox.received for group, subscriber in subscribers.items()} == {
        "c.grid.7": ["grid.a.order=1"],
        "c.grid.8": [],
        "c.grid.all": ["grid.a.order=1"],
        "s.health": ["system.health=1"],
    }


async def test_it_sends_many_events_each_to_where_it_goes_and_keeps_their_states(
    layer: InMemoryChannelLayer, clock: ManualClock
) -> None:
    hub = Hub(layer, topic_registry(), last_values=MemoryLastValues(maximum_age=5, clock=clock), clock=clock)
    await hub.start()
    subscribers = {group: Subscriber() for group in ("c.grid.7", "c.grid.8", "c.grid.all")}
    for group, subscriber in subscribers.items():
        (await hub.acquire(DottedGroup(group))).attach(CountingEncoder(), subscriber)
    told = [grid_status("a", owner="7"), grid_status("b", owner="8"), grid_order("a", owner="7")]
    await hub.publish_all(Envelope(epoch=1, sequence=number, event=event) for number, event in enumerate(told, 1))
    await until(lambda: len(subscribers["c.grid.all"].inbox.received) == len(told))
    assert {group: subscriber.inbox.received for group, subscriber in subscribers.items()} == {
        "c.grid.7": ["grid.a.status=1", "grid.a.order=1"],
        "c.grid.8": ["grid.b.status=1"],
        "c.grid.all": ["grid.a.status=1", "grid.b.status=1", "grid.a.order=1"],
    }
    assert await hub.stored_value(key_of_named("grid.b.status")) == told[1]
    await hub.stop()


async def test_it_sends_many_events_of_a_user_with_those_that_name_their_owner(
    layer: InMemoryChannelLayer, clock: ManualClock
) -> None:
    hub = Hub(layer, topic_registry(), last_values=MemoryLastValues(maximum_age=5, clock=clock), clock=clock)
    await hub.start()
    order = grid_order("a", owner="7")
    await hub.publish_all([Envelope(epoch=1, sequence=1, event=event) for event in (ACCOUNT, order)], owner="7")
    assert await hub.last_value(await hub.acquire(USERS_TOPICS[0])) == ACCOUNT
    with pytest.raises(ValueError, match="Account"):
        await hub.publish_all([Envelope(epoch=1, sequence=2, event=ACCOUNT)])
    await hub.stop()


async def test_it_keeps_the_newest_values_of_state_for_processes_that_join_later(
    layer: InMemoryChannelLayer, clock: ManualClock
) -> None:
    cache = MemoryLastValues(maximum_age=5, clock=clock)
    producer, late = (Hub(layer, topic_registry(), last_values=cache, clock=clock) for _ in range(2))
    await producer.start()
    await late.start()
    await producer.publish(system_health(uptime=9))
    await producer.publish(grid_order("a"))
    await producer.publish(ACCOUNT, owner="7")
    assert await late.stored_value(key_of_named("system.health")) == system_health(uptime=9)
    assert await late.stored_value(key_of_named("grid.a.order")) is None
    assert await late.last_value(await late.acquire(USERS_TOPICS[0])) == ACCOUNT
    clock.advance(6)
    assert await late.stored_value(key_of_named("system.health")) is None
    await producer.stop()
    await late.stop()


async def test_it_holds_the_newest_values_of_a_group(hub: Hub, clock: ManualClock) -> None:
    feed, seen = await hub.acquire(DottedGroup("c.grid.7")), list[Event]()
    feed.add_callback(seen.append)
    await hub.publish(grid_status("a"))
    await until(lambda: seen)
    assert list(hub.known_values(feed)) == [grid_status("a")]
    clock.advance(5.1)
    assert not hub.known_values(feed)


async def test_it_stops_though_the_layer_hangs() -> None:
    class HangingLayer(InMemoryChannelLayer):
        async def group_discard(self, group: str, channel: str) -> None:
            await asyncio.Event().wait()

    hub = Hub(HangingLayer(), topic_registry())
    await hub.start()
    await hub.acquire(TOPIC)
    async with asyncio.timeout(10):
        await hub.stop()
    assert hub.topics == set()


async def test_it_takes_back_what_was_acquired_before_it_stopped(hub: Hub) -> None:
    await hub.acquire(TOPIC)
    await hub.stop()
    hub.release(TOPIC.key)
    assert hub.topics == set()


async def test_it_gives_everything_back_when_it_stops(hub: Hub, layer: InMemoryChannelLayer) -> None:
    await hub.acquire(TOPIC)
    await hub.listen("gateways", "greeting", lambda _: None)
    await hub.stop()
    assert layer.groups == {}
    await hub.stop()
