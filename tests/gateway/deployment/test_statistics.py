"""What gateways tell each other, over a channel layer that they share."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import msgspec
import pytest
from channels.layers import InMemoryChannelLayer
from pytest_django import Settings

from streaming.fan_out.frames import text_frame
from streaming.gateway.deployment.gateway_counts import GatewayCounts
from streaming.gateway.deployment.statistics import CHANGES, MESSAGE, FrameRate
from streaming.gateway.runtime import Runtime, stop_current_runtime
from streaming.layer.channel_layer import Layer, Message
from tests.market.failing_layer import FailingLayer
from tests.serving import Serving, serving
from tests.waiting import until
from tests.wire.client import connected

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _quick(settings: Settings) -> None:
    """Tell the counts ten times a second."""
    settings.WS_STATISTICS_INTERVAL_SECONDS = 0.1


@asynccontextmanager
async def running(layer: Layer) -> AsyncIterator[Runtime]:
    """Run a gateway without a server."""
    runtime = Runtime(layer=layer)
    await runtime.start()
    try:
        yield runtime
    finally:
        await runtime.stop()


def own(gateway: Serving) -> GatewayCounts:
    """Return the gateway's own counts."""
    return gateway.runtime.statistics.own()


def test_it_measures_the_rate_between_two_looks() -> None:
    rate = FrameRate(100.0)
    rate.measure(50, 102.0)
    assert rate.per_second == 25.0
    rate.measure(50, 103.0)
    assert rate.per_second == 0.0
    rate.measure(99, 103.0)
    assert rate.per_second == 0.0


async def see_tasks_come_and_go(runtime: Runtime) -> None:
    """Begin and end tasks, and see that the gateway has looked each time."""
    await until(lambda: runtime.statistics.own().tasks > 0)
    before, released = runtime.statistics.own().tasks, asyncio.Event()
    waiting = [asyncio.create_task(released.wait()) for _ in range(50)]
    await until(lambda: runtime.statistics.own().tasks >= before + 40)
    released.set()
    await asyncio.gather(*waiting)
    await until(lambda: runtime.statistics.own().tasks < before + 40)


async def test_it_counts_the_tasks_of_its_event_loop() -> None:
    async with running(InMemoryChannelLayer(capacity=10_000)) as runtime:
        await see_tasks_come_and_go(runtime)


async def test_it_tells_its_counts_again_and_again_once_there_is_another_gateway(settings: Settings) -> None:
    settings.DEMAND_LEASE_SECONDS = 3600.0
    layer, told = InMemoryChannelLayer(capacity=10_000), list[str]()
    async with running(layer) as first:
        await first.hub.listen("gateways", MESSAGE, lambda message: told.append(teller_of(message)))
        for _ in range(3):
            await see_tasks_come_and_go(first)
        assert len(told) <= 1, "its first may come before it listens"
        async with running(layer):
            await until(lambda: told.count(first.process_id) >= 5)


def teller_of(message: Message) -> str:
    """Return the gateway whose counts a message tells."""
    return msgspec.msgpack.decode(message["body"], type=GatewayCounts).process_id


async def test_it_knows_every_gateway_soon_after_its_start(settings: Settings) -> None:
    settings.WS_STATISTICS_INTERVAL_SECONDS = 3600.0  # so that nothing but the greeting tells
    layer = InMemoryChannelLayer(capacity=10_000)
    async with running(layer) as first, running(layer) as second, running(layer) as third:
        expected = {first.process_id, second.process_id, third.process_id}
        for runtime in (first, second, third):
            await until(lambda at=runtime: {one.process_id for one in at.statistics.gateways()} == expected)  # type: ignore[misc]


async def test_what_a_gateway_with_many_channels_tells_of_a_change_is_bounded(settings: Settings) -> None:
    settings.DEMAND_LEASE_SECONDS = 3600.0  # all of them once
    layer, sizes = InMemoryChannelLayer(capacity=10_000), list[int]()
    async with running(layer) as first, running(layer) as second:
        await second.hub.listen("gateways", MESSAGE, lambda told: sizes.append(len(told["body"])))
        await second.hub.listen("gateways", CHANGES, lambda told: sizes.append(len(told["body"])))
        counter = first.statistics._channels
        for client in range(1000):
            counter.put(str(client), [f"orders:{client}.{number}" for number in range(20)], ())
        first.statistics._all_due_at = 0.0
        await until(lambda: max(sizes, default=0) > 300_000)
        sizes.clear()

        def heard() -> GatewayCounts:
            [counts] = [one for one in second.statistics.gateways() if one.process_id == first.process_id]
            return counts

        for client in range(100):
            counter.put(f"late {client}", [f"alerts:{client}.{number}" for number in range(20)], ())
        await until(lambda: len(heard().channels) == 22_000)
        for client in range(500):
            counter.drop(str(client))
        await until(lambda: heard().channels == first.statistics.own().channels)
        assert heard().subscriptions == 12_000
        assert max(sizes) < 50_000


async def test_it_tells_all_again_to_a_gateway_that_comes(settings: Settings) -> None:
    settings.DEMAND_LEASE_SECONDS = 3600.0
    layer = InMemoryChannelLayer(capacity=10_000)
    async with running(layer) as first:
        first.statistics._channels.put("client", [f"orders:{number}" for number in range(5_000)], ())
        async with running(layer) as second:
            await until(lambda: sorted(len(one.channels) for one in second.statistics.gateways()) == [0, 5_000])


async def test_it_tells_all_again_where_the_layer_has_not_taken_what_has_changed(settings: Settings) -> None:
    settings.DEMAND_LEASE_SECONDS = 3600.0
    layer = FailingLayer()
    async with running(layer) as first, running(layer) as second:
        first.statistics._channels.put("client", [f"orders:{number}" for number in range(5_000)], ())
        await until(lambda: sorted(len(one.channels) for one in second.statistics.gateways()) == [0, 5_000])
        layer.is_away = True
        refused = layer.refused
        first.statistics._channels.put("other", ["alerts:1"], ())
        await until(lambda: layer.refused > refused + 10)
        layer.is_away = False
        await until(lambda: sorted(len(one.channels) for one in second.statistics.gateways()) == [0, 5_001])


async def test_it_forgets_a_gateway_that_stops_at_once() -> None:
    layer = InMemoryChannelLayer(capacity=10_000)
    async with running(layer) as first:
        async with running(layer):
            await until(lambda: len(first.statistics.gateways()) == 2)
        await until(lambda: len(first.statistics.gateways()) == 1, seconds=5)


async def test_it_counts_each_channel_with_its_subscribers() -> None:
    async with serving() as gateway, connected(gateway.socket_url) as first:
        async with connected(gateway.socket_url) as second:
            await first.subscribe("price:BTCUSDT", "trades:ETHUSDT")
            await first.next_of("subscribed", "trades:ETHUSDT")
            await second.subscribe("price:BTCUSDT")
            await second.next_of("subscribed")
            counts = own(gateway)
            assert counts.connections == 2
            assert [(one.channel, one.subscribers, one.is_market) for one in counts.channels] == [
                ("price:BTCUSDT", 2, True),
                ("trades:ETHUSDT", 1, True),
            ]
            assert counts.subscriptions == 3
        await until(lambda: own(gateway).connections == 1)
        assert own(gateway).subscriptions == 2
        await first.send({"type": "unsubscribe", "channels": ["price:BTCUSDT", "trades:ETHUSDT"]})
        await first.next_of("unsubscribed", "trades:ETHUSDT")
        assert own(gateway).channels == ()


async def test_it_counts_the_frames_of_those_who_stay_and_of_those_who_go() -> None:
    async with serving() as gateway:
        async with connected(gateway.socket_url) as client:
            for _ in range(100):
                await client.send({"type": "ping"})
            await client.next(lambda frame: frame["type"] == "pong" and len(client.frames) == 101)
        rates: list[float] = []

        def positive() -> bool:
            rates.append(own(gateway).frames_per_second)
            return rates[-1] > 0

        await until(positive)
        await until(lambda: own(gateway).frames_per_second == 0.0)
        assert all(rate >= 0 for rate in rates), "a client that went took its frames out of the sum"


async def test_it_counts_slow_consumers(settings: Settings) -> None:
    settings.WS_OUTBOX_MAXIMUM_BYTES = 20_000
    settings.WS_MESSAGES_PER_SECOND = 1_000_000
    async with serving() as gateway, connected(gateway.socket_url, close_timeout=0.2) as client:
        assert own(gateway).slow_closed == 0
        client.connection.transport.pause_reading()
        [session] = gateway.runtime.sessions
        async with asyncio.timeout(20):
            while not own(gateway).slow_closed:
                session.outbox.push([session.dialect.pong(0)] * 1000)
                await asyncio.sleep(0)
        await until(lambda: own(gateway).connections == 0)
        assert own(gateway).slow_closed == 1


async def test_it_counts_what_a_slow_reader_is_spared_and_what_waits_for_it() -> None:
    async with serving() as gateway, connected(gateway.socket_url, close_timeout=0.2) as client:
        client.connection.transport.pause_reading()
        [session] = gateway.runtime.sessions
        state = text_frame(b"x" * 1000, "price:BTCUSDT")
        async with asyncio.timeout(20):
            while not own(gateway).conflated:
                session.outbox.push([state] * 1000)
                await asyncio.sleep(0)
        await until(lambda: own(gateway).waiting_bytes > 0)


async def test_it_is_measured_how_late_the_loop_is() -> None:
    async with serving() as gateway:
        await until(lambda: own(gateway).lag_ms_p99 is not None)


async def test_it_goes_on_through_a_layer_that_is_away_and_says_so_once(caplog: pytest.LogCaptureFixture) -> None:
    layer = FailingLayer()
    async with AsyncExitStack() as stack:
        first = await stack.enter_async_context(running(layer))
        second = await stack.enter_async_context(running(layer))
        await until(lambda: len(first.statistics.gateways()) == 2)
        caplog.clear()
        layer.is_away = True
        refused = layer.refused
        await until(lambda: layer.refused > refused + 10)
        layer.is_away = False
        first.statistics._table.forget(second.process_id)
        await until(lambda: len(first.statistics.gateways()) == 2)
        told = [record.getMessage() for record in caplog.records if "no answer" in record.getMessage()]
        assert len(told) <= 4  # each of two gateways has a sender for demand and one for its counts


async def test_it_passes_what_it_cannot_read(caplog: pytest.LogCaptureFixture) -> None:
    async with running(InMemoryChannelLayer()) as runtime:
        await runtime.hub.send("gateways", {"type": "gateway.statistics", "body": b"nonsense"})
        await until(lambda: any("could not be decoded" in record.getMessage() for record in caplog.records))
        assert len(runtime.statistics.gateways()) == 1


async def test_it_may_stop_twice_and_without_a_start() -> None:
    runtime = Runtime(layer=InMemoryChannelLayer())
    await runtime.statistics.stop()
    await runtime.start()
    await runtime.stop()
    await runtime.statistics.stop()
    await stop_current_runtime()
