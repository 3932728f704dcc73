"""The history of events where Redis is away, or has lost what it held."""

import asyncio
import secrets

import pytest
import redis.asyncio as redis

from streaming.event_history.history import Append, HistoryUnavailableError, Kept, Position
from streaming.event_history.recovery import NotRecovered, recover
from streaming.event_history.redis_history import RedisEventHistory
from tests import services
from tests.loopback_proxy import LoopbackProxy
from tests.manual_clock import ManualClock
from tests.streaming.event_history.histories import LIMITS

pytestmark = pytest.mark.redis


async def test_it_says_that_it_is_away_and_serves_again(clock: ManualClock) -> None:
    with LoopbackProxy(services.need_redis()) as proxy:
        history = RedisEventHistory(proxy.url, prefix=f"test-{secrets.token_hex(8)}", limits=LIMITS, clock=clock)
        (end,) = await history.append([Append(key="a", body=b"one")])
        assert end is not None
        with proxy.cut():
            with pytest.raises(HistoryUnavailableError):
                await history.append([Append(key="a", body=b"two")])
            with pytest.raises(HistoryUnavailableError):
                await history.read("a")
        assert await history.read("a") == Kept(end)
        await history.close()


async def test_two_processes_give_no_number_twice(clock: ManualClock) -> None:
    url, prefix = services.need_redis(), f"test-{secrets.token_hex(8)}"
    both = [RedisEventHistory(url, prefix=prefix, limits=LIMITS, clock=clock) for _ in range(2)]
    one = [Append(key="a", body=b"x")]
    answers = await asyncio.gather(*(both[index % 2].append(one) for index in range(40)))
    positions = [position for answer in answers for position in answer if position is not None]
    assert sorted(position.seq for position in positions) == list(range(1, 41))
    assert len({position.epoch for position in positions}) == 1
    for history in both:
        await history.close()


@pytest.mark.parametrize(
    ("lost", "reason"), [("", NotRecovered.TOO_OLD), (":end", NotRecovered.OTHER_EPOCH)], ids=["entries", "position"]
)
async def test_what_redis_has_evicted_is_told_as_lost(clock: ManualClock, lost: str, reason: NotRecovered) -> None:
    url, prefix = services.need_redis(), f"test-{secrets.token_hex(8)}"
    history = RedisEventHistory(url, prefix=prefix, limits=LIMITS, clock=clock)
    (first, _) = await history.append([Append(key="a", body=b"one"), Append(key="a", body=b"two")])
    assert first is not None
    client = redis.Redis.from_url(url)
    assert await client.delete(f"{prefix}:history:a{lost}") == 1
    assert recover(first, await history.read("a", first)).reason is reason
    (after,) = await history.append([Append(key="a", body=b"three")])
    assert after == Position(first.epoch, 3) if lost == "" else after is not None and after.seq == 1
    assert recover(first, await history.read("a", first)).reason is reason
    await client.aclose()
    await history.close()
