"""The layer over Redis: what it says of itself after it was cut off."""

import asyncio
import time
from collections.abc import Iterator
from typing import Any

import pytest
import redis

from streaming.hub import RECONNECTED_MESSAGE
from streaming.redis_layer import RedisLayer
from tests.own_services import OwnService, own_redis
from tests.waiting import until

pytestmark = pytest.mark.redis


@pytest.fixture(scope="module")
def server() -> Iterator[OwnService]:
    with own_redis() as running:
        yield running


async def joined(server: OwnService) -> tuple[RedisLayer, str]:
    """Return a layer with a channel in the group `g`, which has heard one message."""
    layer = RedisLayer(hosts=[server.url], prefix="test")
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
