"""The layer over Redis: what it says of itself after it was cut off."""

import asyncio
import errno
import os
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
import redis
from redis.asyncio.client import PubSub

from streaming.hub import RECONNECTED_MESSAGE
from streaming.redis_layer import RedisLayer
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
    assert missing(host, "_pubsub", "_redis", "_ensure_redis", "_receive_task") == []
    assert missing(layer._get_layer(), "channels", "on_reconnect", "channel_layer", "_shards") == []
    assert missing(PubSub, "connect", "on_connect", "parse_response", "handle_message", "_execute", "_reconnect") == []
    assert missing(host._pubsub.connection, "_reader", "is_connected", "disconnect") == []
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


async def test_it_hears_again_after_tcp_gave_the_connection_up(server: OwnService) -> None:
    layer, channel = await joined(server)
    stream = layer._shards[0]._pubsub.connection._reader
    # Where the reading never gives the event loop a turn, only another thread can end the test.
    way_out = threading.Timer(5, setattr, (stream, "_exception", None))
    way_out.start()
    try:
        stream.set_exception(OSError(errno.ETIMEDOUT, os.strerror(errno.ETIMEDOUT)))
        async with asyncio.timeout(10):
            for _ in range(3):
                await asyncio.sleep(0)  # the reading task is told, and reads again
            assert not way_out.finished.is_set(), "the event loop stood still"
            assert await heard(layer, channel, RECONNECTED_MESSAGE)
            await layer.group_send("g", {"type": "second"})
            assert await layer.receive(channel) == {"type": "second"}
    finally:
        way_out.cancel()
    await layer.flush()


async def test_it_tells_once_where_two_tasks_find_the_connection_cut(server: OwnService) -> None:
    layer, channel = await joined(server)
    listening = layer._shards[0]._pubsub
    with redis.Redis.from_url(server.url) as staff:
        await listening.connection.disconnect(nowait=True)
        await asyncio.gather(listening.connect(), layer.group_add("h", channel), return_exceptions=True)
        await layer.group_add("h", channel)
        await until(lambda: [count for _, count in staff.pubsub_numsub("test__group__g", "test__group__h")] == [1, 1])
        assert len(staff.client_list("pubsub")) == 1
    await layer.group_send("g", {"type": "second"})
    messages = await heard(layer, channel, "second")
    assert [message["type"] for message in messages] == [RECONNECTED_MESSAGE, "second"]
    await layer.flush()


async def test_it_was_heard_of_when_redis_last_answered(server: OwnService) -> None:
    layer, channel = await joined(server)
    layer._shards[0]._heard_at = 0  # as if the message had come long ago
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
