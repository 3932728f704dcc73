"""Redis resets connections while a process on uvloop uses them: it counts as an outage, and ends nothing."""

import asyncio
import secrets

import pytest
import uvloop
from redis.exceptions import ConnectionError as RedisConnectionError

from streaming.clock import SystemClock
from streaming.layer.redis_layer import RedisLayer
from streaming.market.publishing.last_values import RedisLastValues
from tests.loopback_proxy import LoopbackProxy
from tests.services import need_redis

pytestmark = pytest.mark.redis


def test_a_reset_is_an_outage_of_the_cache_and_of_the_layer() -> None:
    async def run(proxy: LoopbackProxy) -> None:
        prefix = f"test-{secrets.token_hex(4)}"
        values = RedisLastValues(proxy.url, prefix=prefix, maximum_age=60, clock=SystemClock())
        layer = RedisLayer(hosts=[proxy.url], prefix=prefix)
        await values.write({"a": b"1"})
        await layer.group_send("group", {"type": "hello"})
        with proxy.cut():
            await asyncio.sleep(0.1)  # the reset reaches the transports, which nobody reads
            await values.write({"a": b"2"})
            assert await values.read("a") is None
            with pytest.raises(RedisConnectionError):
                await layer.group_send("group", {"type": "hello"})
        assert await values.read("a") == b"1"
        await layer.group_send("group", {"type": "hello"})
        await values.close()
        await layer.flush()

    with LoopbackProxy(need_redis()) as proxy, asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(run(proxy))
