"""What the processes want, told to the bridge as leases."""

import asyncio

import msgspec
import pytest
from channels.layers import InMemoryChannelLayer

from streaming.events import Interval
from streaming.fan_out.hub import Hub
from streaming.installed import topic_registry
from streaming.layer.channel_layer import RECONNECTED_MESSAGE, Message
from streaming.layer.groups import BRIDGE_GROUP, GATEWAYS_GROUP
from streaming.market.bridge.demand import (
    DEMAND_MESSAGE,
    DEMAND_REQUEST_MESSAGE,
    DemandPublisher,
    WantedSet,
    decode_topics,
    encode_topics,
)
from streaming.topics.topic import MarketKind, Topic
from tests.manual_clock import ManualClock
from tests.market.failing_layer import FailingLayer
from tests.waiting import until

PRICE = Topic(MarketKind.PRICE, "BTCUSDT")
DEPTH = Topic(MarketKind.DEPTH, "ETHUSDT")
CANDLE = Topic(MarketKind.CANDLE, "币安USDT", Interval.MONTH_1)


async def tell_of_cut_off(layer: FailingLayer) -> None:
    """Say to each channel what a layer says that was cut off from Redis for a while."""
    for channel in list(layer.channels):
        await layer.send(channel, {"type": RECONNECTED_MESSAGE, "since": 1000})


Told = list[tuple[str, frozenset[Topic]]]


class TestWantedSet:
    """The union of unexpired leases."""

    @pytest.fixture
    def wanted(self, clock: ManualClock) -> WantedSet:
        """Return an empty set with leases of 20 s."""
        return WantedSet(lease=20.0, clock=clock)

    def test_it_is_the_union_of_what_all_want(self, wanted: WantedSet) -> None:
        wanted.take("a", frozenset({PRICE, DEPTH}))
        wanted.take("b", frozenset({PRICE, CANDLE}))
        assert wanted.topics == {PRICE, DEPTH, CANDLE}

    def test_it_takes_the_last_word_of_each(self, wanted: WantedSet) -> None:
        wanted.take("a", frozenset({PRICE, DEPTH}))
        wanted.take("a", frozenset({CANDLE}))
        assert wanted.topics == {CANDLE}
        wanted.take("a", frozenset())
        assert wanted.topics == frozenset()

    def test_it_forgets_who_was_silent_for_the_length_of_a_lease(self, wanted: WantedSet, clock: ManualClock) -> None:
        wanted.take("a", frozenset({PRICE}))
        clock.advance(15)
        wanted.take("b", frozenset({DEPTH}))
        clock.advance(4.9)
        wanted.note_hearing(clock.monotonic())
        assert wanted.topics == {PRICE, DEPTH}
        clock.advance(0.1)
        wanted.note_hearing(clock.monotonic())
        assert wanted.topics == {DEPTH}

    def test_it_remembers_for_a_while_what_ended_without_a_word(self, wanted: WantedSet, clock: ManualClock) -> None:
        wanted.take("silent", frozenset({PRICE, DEPTH}))
        wanted.take("leaving", frozenset({CANDLE}))
        wanted.take("leaving", frozenset())
        clock.advance(19)
        wanted.take("staying", frozenset({DEPTH}))
        clock.advance(1)
        wanted.note_hearing(clock.monotonic())
        assert wanted.topics == {DEPTH}
        assert [wanted.has_lapsed(topic) for topic in (PRICE, DEPTH, CANDLE)] == [True, False, False]
        clock.advance(30.1)
        assert not wanted.has_lapsed(PRICE)

    def test_it_counts_no_silence_in_which_nobody_could_be_heard(self, wanted: WantedSet, clock: ManualClock) -> None:
        wanted.take("a", frozenset({PRICE}))
        for _ in range(10):
            clock.advance(15)
            wanted.note_hearing(clock.monotonic())
            wanted.excuse()
        clock.advance(19.9)
        wanted.note_hearing(clock.monotonic())
        assert wanted.topics == {PRICE}
        clock.advance(0.1)
        wanted.note_hearing(clock.monotonic())
        assert wanted.topics == frozenset()
        wanted.excuse()
        assert wanted.topics == frozenset()

    def test_it_counts_a_silence_only_once_it_is_certain_that_a_word_would_have_been_heard(
        self, wanted: WantedSet, clock: ManualClock
    ) -> None:
        wanted.take("a", frozenset({PRICE}))
        overdue: list[bool] = []
        for _ in range(3):
            clock.advance(10)
            overdue.append(wanted.has_overdue)
            assert wanted.topics == {PRICE}
        wanted.note_hearing(clock.monotonic() - 10)
        assert wanted.topics == frozenset()
        assert [*overdue, wanted.has_overdue] == [False, True, True, False]

    def test_it_prolongs_a_lease_with_each_word(self, wanted: WantedSet, clock: ManualClock) -> None:
        for _ in range(5):
            wanted.take("a", frozenset({PRICE}))
            clock.advance(15)
        assert wanted.topics == {PRICE}


def test_it_carries_topics_as_bytes() -> None:
    topics = frozenset({PRICE, DEPTH, CANDLE})
    assert decode_topics(encode_topics(topics)) == topics
    assert encode_topics(topics) == encode_topics(sorted(topics, key=lambda topic: topic.symbol))


@pytest.mark.parametrize("body", [b"", b"\xc1", msgspec.msgpack.encode(["x"]), msgspec.msgpack.encode([["nope", "A"]])])
def test_it_refuses_bytes_that_hold_no_topics(body: bytes) -> None:
    with pytest.raises(msgspec.DecodeError):
        decode_topics(body)


class TestDemandPublisher:
    """The telling half, in each process."""

    @pytest.fixture
    async def told(self, layer: InMemoryChannelLayer) -> Told:
        """Return what is told to the bridge, by whom."""
        heard: Told = []
        bridge = Hub(layer, topic_registry())
        await bridge.start()

        def hear(message: Message) -> None:
            heard.append((message["holder"], decode_topics(message["topics"])))

        await bridge.listen(BRIDGE_GROUP, DEMAND_MESSAGE, hear)
        return heard

    async def test_it_tells_a_change_at_once_and_changes_that_come_together_once(self, hub: Hub, told: Told) -> None:
        publisher = DemandPublisher(hub, process_id="p", interval=60.0, gather=0.05)
        await publisher.start()
        await until(lambda: told == [("p", frozenset())])
        await asyncio.gather(*(hub.acquire(topic) for topic in (PRICE, DEPTH, CANDLE)))
        await until(lambda: len(told) > 1)
        assert told[1:] == [("p", frozenset({PRICE, DEPTH, CANDLE}))]
        await publisher.stop()

    async def test_it_tells_of_what_the_exchange_serves_only(self, hub: Hub, told: Told) -> None:
        publisher = DemandPublisher(hub, process_id="p", interval=0.05, gather=0.01)
        await publisher.start()
        for topic in (Topic("signal", "BTCUSDT"), Topic("orders", owner="1"), PRICE):
            await hub.acquire(topic)
        await until(lambda: told and told[-1][1])
        assert told[-1] == ("p", frozenset({PRICE}))
        await publisher.stop()

    async def test_it_tells_the_whole_again_and_again(self, hub: Hub, told: Told) -> None:
        await hub.acquire(PRICE)
        publisher = DemandPublisher(hub, process_id="p", interval=0.05, gather=0.01)
        await publisher.start()
        await until(lambda: len(told) >= 4)
        assert set(told) == {("p", frozenset({PRICE}))}
        await publisher.stop()

    async def test_it_says_at_its_end_that_nothing_is_wanted_but_where_its_readers_come_back(
        self, hub: Hub, told: Told
    ) -> None:
        await hub.acquire(PRICE)
        for process_id, readers_come_back in (("gateway", True), ("worker", False)):
            publisher = DemandPublisher(hub, process_id=process_id, interval=60.0, gather=0.01)
            await publisher.start()
            await until(lambda of=process_id: (of, frozenset({PRICE})) in told)  # type: ignore[misc]
            await publisher.stop(readers_come_back=readers_come_back)
        await until(lambda: told[-1] == ("worker", frozenset()))
        assert ("gateway", frozenset()) not in told

    async def test_it_answers_when_asked(self, hub: Hub, told: Told) -> None:
        publisher = DemandPublisher(hub, process_id="p", interval=60.0, gather=60.0)
        await publisher.start()
        await until(lambda: len(told) == 1)
        await hub.send(GATEWAYS_GROUP, {"type": DEMAND_REQUEST_MESSAGE})
        await until(lambda: len(told) == 2)
        await publisher.stop()

    async def test_it_asks_for_the_newest_again_where_the_process_was_cut_off_until_that_is_sent(
        self, hub: Hub, layer: FailingLayer
    ) -> None:
        asked: list[bool] = []
        bridge = Hub(layer, topic_registry())
        await bridge.start()
        await bridge.listen(BRIDGE_GROUP, DEMAND_MESSAGE, lambda message: asked.append(message["again"]))
        publisher = DemandPublisher(hub, process_id="p", interval=0.05, gather=60.0)
        await publisher.start()
        await until(lambda: asked)
        layer.is_away = True
        await tell_of_cut_off(layer)
        await until(lambda: layer.refused)
        assert not any(asked)
        layer.is_away = False
        await until(lambda: asked.count(True))
        told = len(asked)
        await until(lambda: len(asked) > told + 1)
        assert asked.count(True) == 1
        await publisher.stop()

    async def test_it_goes_on_where_the_layer_fails_and_says_so_once(
        self, hub: Hub, layer: FailingLayer, told: Told, caplog: pytest.LogCaptureFixture
    ) -> None:
        await hub.acquire(PRICE)
        publisher = DemandPublisher(hub, process_id="p", interval=0.01, gather=0.01)
        layer.is_away = True
        with pytest.raises(ConnectionError):
            await publisher.start()
        layer.is_away = False
        await publisher.start()
        layer.is_away = True
        await until(lambda: layer.refused > 5)
        layer.is_away = False
        told.clear()
        await until(lambda: told)
        await publisher.stop()
        assert len(caplog.records) == 2
        assert not any(record.exc_info for record in caplog.records)

    async def test_it_ends_soon_where_the_layer_hangs(self, hub: Hub, layer: FailingLayer) -> None:
        publisher = DemandPublisher(hub, process_id="p", interval=60.0, gather=0.01)
        await publisher.start()
        layer.answers.clear()
        async with asyncio.timeout(10):
            await publisher.stop()

    async def test_it_tells_at_the_end_that_nothing_is_wanted(self, hub: Hub, told: Told) -> None:
        await hub.acquire(PRICE)
        publisher = DemandPublisher(hub, process_id="p", interval=60.0, gather=0.01)
        await publisher.start()
        await until(lambda: told)
        await publisher.stop()
        await publisher.stop()
        await until(lambda: told[-1] == ("p", frozenset()))
        assert len(told) == 2
