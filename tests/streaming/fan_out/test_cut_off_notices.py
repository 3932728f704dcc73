"""What the hub's readers and observers are told where the layer was cut off, by hubs over whole layers."""

from channels.layers import InMemoryChannelLayer

from streaming.events import Event, Resync
from streaming.fan_out.dotted_feed import DottedGroup
from streaming.fan_out.hub import Hub
from streaming.installed import topic_registry
from streaming.layer.channel_layer import RECONNECTED_MESSAGE
from streaming.topics.topic import MarketKind, Topic
from tests.manual_clock import ManualClock
from tests.market.failing_layer import FailingShardedLayer
from tests.streaming.fan_out.dotted_events import grid_status
from tests.waiting import until

TOPIC = Topic(MarketKind.DEPTH, "BTCUSDT")


async def cut_off(layer: InMemoryChannelLayer, *since: int) -> None:
    """Tell the hub that reads `TOPIC`, as the layer over Redis does, that it was cut off."""
    (channel,) = layer.groups[TOPIC.key]
    for moment in since:
        await layer.send(channel, {"type": RECONNECTED_MESSAGE, "since": moment})


async def test_it_holds_no_value_of_a_group_from_before_a_cut(hub: Hub, layer: InMemoryChannelLayer) -> None:
    await hub.acquire(TOPIC)
    feed, seen = await hub.acquire(DottedGroup("c.grid.7")), list[Event]()
    feed.add_callback(seen.append)
    await hub.publish(grid_status("a"))
    await until(lambda: seen)
    await cut_off(layer, 1000)
    await until(lambda: not hub.known_values(feed))


async def test_it_tells_cuts_that_follow_each_other_as_one(layer: InMemoryChannelLayer, clock: ManualClock) -> None:
    hub = Hub(layer, topic_registry(), clock=clock, cut_off_pause=0.5)
    await hub.start()
    seen, told = list[Event](), list[bool]()
    await hub.acquire(TOPIC)
    (await hub.acquire(Topic("notifications", owner="7"))).add_callback(seen.append)
    hub.observe_cut_offs(lambda _: told.append(True))
    await cut_off(layer, 1000, 4000, 3000, 5000)
    await until(lambda: len(told) == 2)
    await cut_off(layer, 9000)
    await until(lambda: len(told) == 3)
    now = clock.now_ms()
    assert seen == [Resync(time=now, start=start, end=now, complete=False) for start in (1000, 3000, 9000)]
    await hub.stop()


async def test_it_tells_a_cut_of_one_host_to_the_readers_of_what_lives_there(clock: ManualClock) -> None:
    layer = FailingShardedLayer()
    hub = Hub(layer, topic_registry(), clock=clock)
    await hub.start()
    seen: dict[str, list[Event]] = {"2": [], "7": []}
    for owner, events_of in seen.items():
        (await hub.acquire(Topic("notifications", owner=owner))).add_callback(events_of.append)
    told = list[str]()
    hub.observe_cut_offs(told.append)
    channel = next(iter(layer.channels))
    await layer.send(channel, {"type": RECONNECTED_MESSAGE, "host": "odd", "since": clock.now_ms() - 1000})
    await until(lambda: told == ["odd"])
    assert [len(events_of) for events_of in seen.values()] == [0, 1]
    await layer.send(channel, {"type": RECONNECTED_MESSAGE, "host": "even", "since": clock.now_ms() - 500})
    await until(lambda: told == ["odd", "even", ""])  # for half a second no host was heard
    assert [len(events_of) for events_of in seen.values()] == [1, 1]
    await hub.stop()
