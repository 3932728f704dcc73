"""The layer over Redis: what it says of itself after it was cut off."""

import asyncio
import time
from collections.abc import Iterator
from typing import Any

import pytest
import redis
from structlog.testing import capture_logs

from streaming.fan_out.hub import Hub
from streaming.installed import topic_registry
from streaming.layer.channel_layer import RECONNECTED_MESSAGE
from streaming.layer.redis_layer import RedisLayer
from tests.own_services import OwnService, own_redis
from tests.waiting import until

pytestmark = pytest.mark.redis


@pytest.fixture(scope="module")
def server() -> Iterator[OwnService]:
    with own_redis() as running:
        yield running


async def test_it_finds_what_it_builds_on(server: OwnService) -> None:
    layer, _ = await joined(server)
    [host] = layer._shards
    assert missing(host, "_pubsub", "_redis", "_ensure_redis", "_ensure_receiver", "_receive_message") == []
    assert missing(layer._get_layer(), "channels", "on_reconnect", "channel_layer", "_shards") == []
    assert missing(host._redis.connection_pool.make_connection(), "_reader", "_writer") == []
    await layer.flush()


def missing(owner: object, *names: str) -> list[str]:
    """Return the names that `owner` has no attribute of."""
    return [name for name in names if not hasattr(owner, name)]


async def joined(server: OwnService, **options: Any) -> tuple[RedisLayer, str]:
    """Return a layer with a channel in the group `g`, which has heard one message; `options` are its connections'."""
    layer = RedisLayer(hosts=[{"address": server.url, **options}], prefix="test")
    channel = await layer.new_channel()
    await layer.group_add("g", channel)
    await layer.group_send("g", {"type": "first"})
    assert await layer.receive(channel) == {"type": "first"}
    return layer, channel


async def heard(layer: RedisLayer, channel: str, most: str) -> list[dict[str, Any]]:
    """Return what comes until the message of type `most`."""
    messages = [await layer.receive(channel)]
    while messages[-1]["type"] != most:
        messages.append(await layer.receive(channel))
    return messages


async def test_it_says_that_it_was_cut_off_before_anything_that_comes_after(server: OwnService) -> None:
    layer, channel = await joined(server)
    before = time.time() * 1000
    with redis.Redis.from_url(server.url) as staff:
        staff.execute_command("CLIENT", "KILL", "TYPE", "pubsub")
        await until(lambda: staff.pubsub_numsub("test__group__g")[0][1] == 1)
    await layer.group_send("g", {"type": "second"})
    told, second = await heard(layer, channel, "second")
    assert told["type"] == RECONNECTED_MESSAGE
    assert before - 5000 < told["since"] <= before
    assert second == {"type": "second"}
    await layer.flush()


async def test_it_says_so_at_each_channel_once_after_a_restart(server: OwnService) -> None:
    layer, channel = await joined(server)
    other = await layer.new_channel()
    server.restart()
    for name in (channel, other):
        assert [message["type"] for message in await heard(layer, name, RECONNECTED_MESSAGE)] == [RECONNECTED_MESSAGE]
    await RedisLayer(hosts=[server.url], prefix="test").group_send("g", {"type": "second"})
    assert await layer.receive(channel) == {"type": "second"}
    await layer.flush()


async def test_it_says_nothing_where_redis_only_stood_still(server: OwnService) -> None:
    layer, channel = await joined(server)
    with server.paused():
        sending = asyncio.create_task(layer.group_send("g", {"type": "second"}))
        await asyncio.wait([sending], timeout=2.5)  # the pause itself
        assert not sending.done()
    await sending
    assert await layer.receive(channel) == {"type": "second"}
    await layer.flush()


async def test_it_sends_many_messages_in_their_order(server: OwnService) -> None:
    layer, channel = await joined(server)
    await layer.group_send_all([("g", {"type": "a"}), ("another", {"type": "b"}), ("g", {"type": "c"})])
    assert [message["type"] for message in await heard(layer, channel, "c")] == ["a", "c"]
    await layer.flush()


async def test_it_hands_each_message_over_as_it_comes(server: OwnService) -> None:
    layer, channel = await joined(server)
    handed: list[Any] = []
    await layer.hand_over(channel, handed.append)
    with redis.Redis.from_url(server.url) as anybody, capture_logs() as logs:
        anybody.publish("test__group__g", b"\xc1 can't be read")
        anybody.publish("test__group__g", b"\x01")
        await layer.group_send("g", {"type": "second"})
        await layer.group_send("g", {"type": "third"})
        await until(lambda: len(handed) == 2)
        anybody.execute_command("CLIENT", "KILL", "TYPE", "pubsub")
        await until(lambda: len(handed) == 3)
    assert [message["type"] for message in handed] == ["second", "third", RECONNECTED_MESSAGE]
    said = {line["event"] for line in logs}
    assert said > {"a message of the channel layer could not be read", "a message of the channel layer is none"}
    await layer.flush()


async def test_a_hub_that_has_stopped_hears_nothing_any_more(server: OwnService) -> None:
    layer = RedisLayer(hosts=[server.url], prefix="stopped")
    hub, heard = Hub(layer, topic_registry()), list[Any]()
    await hub.start()
    await hub.listen("g", "news", heard.append)
    with redis.Redis.from_url(server.url) as staff:
        await until(lambda: len(staff.pubsub_channels("stopped*")) == 2)
        await hub.send("g", {"type": "news"})
        await until(lambda: len(heard) == 1)
        await hub.stop()
        await until(lambda: staff.pubsub_channels("stopped*") == [])
    await layer.flush()


async def test_it_was_heard_of_when_redis_last_answered(server: OwnService) -> None:
    layer, channel = await joined(server)
    layer._shards[0]._pubsub._heard_at = 0  # as if the message had come long ago
    before = time.time() * 1000
    with redis.Redis.from_url(server.url) as staff:
        await layer.group_add("h", channel)
        await until(lambda: staff.pubsub_numsub("test__group__h")[0][1] == 1)
        staff.execute_command("CLIENT", "KILL", "TYPE", "pubsub")
    [told] = await heard(layer, channel, RECONNECTED_MESSAGE)
    assert told["since"] >= int(before)
    await layer.flush()


async def test_it_says_nothing_where_nobody_said_anything_for_long(server: OwnService) -> None:
    layer, channel = await joined(server, socket_timeout=0.2)
    await asyncio.sleep(0.6)  # longer than an answer to a command may take
    await layer.group_send("g", {"type": "second"})
    assert await heard(layer, channel, "second") == [{"type": "second"}]
    await layer.flush()


async def test_it_says_nothing_where_redis_answers_that_it_is_well(server: OwnService) -> None:
    layer, channel = await joined(server, health_check_interval=0.01)
    for name in ("second", "third", "fourth"):
        await asyncio.sleep(0.05)  # longer than until the connection asks
        await layer.group_send("g", {"type": name})
        assert await heard(layer, channel, name) == [{"type": name}]
    await layer.flush()
