"""The cache of last values, in memory and in Redis."""

import secrets
from collections.abc import AsyncIterator, Sequence

import pytest
import redis.asyncio as redis
from pytest_django import Settings

from streaming.clock import SystemClock
from streaming.layer.redis_hosts import RedisHosts
from streaming.market.publishing.configured_last_values import last_values_from_settings
from streaming.market.publishing.last_values import (
    LastValues,
    MemoryLastValues,
    RedisLastValues,
)
from streaming.market.publishing.sharded_last_values import ShardedLastValues
from tests import services
from tests.manual_clock import ManualClock
from tests.waiting import until_asked


@pytest.fixture(params=["memory", *(pytest.param(one, marks=pytest.mark.redis) for one in ("redis", "several"))])
async def values(request: pytest.FixtureRequest) -> AsyncIterator[LastValues]:
    """Return a cache that holds values for half a second."""
    one: LastValues
    if request.param == "memory":
        one = MemoryLastValues(maximum_age=0.5, clock=SystemClock())
    elif request.param == "several":
        one = several(services.several_redis())
    else:
        prefix = f"test-{secrets.token_hex(8)}"
        one = RedisLastValues(services.need_redis(), prefix=prefix, maximum_age=0.5, clock=SystemClock())
    yield one
    await one.close()
    await one.close()


def several(urls: Sequence[str]) -> ShardedLastValues:
    """Return a cache over the Redis at several addresses."""
    prefix = f"test-{secrets.token_hex(8)}"

    def make(host: str, url: str) -> RedisLastValues:
        return RedisLastValues(url, prefix=prefix, maximum_age=0.5, clock=SystemClock(), host=host)

    return ShardedLastValues(RedisHosts(urls), make)


@pytest.mark.redis
async def test_one_host_that_is_away_lacks_its_own_topics_alone() -> None:
    away = "127.0.0.1:1/0"
    values = several([services.need_redis(), f"redis://{away}"])
    keys = [f"m.price.S{number}" for number in range(8)]
    shares = {
        RedisHosts([services.need_redis(), f"redis://{away}"]).of(share[0]): share for share in values.shares(keys)
    }
    await values.write(dict.fromkeys(keys, b"1"), dict.fromkeys(keys, b"2"))
    (living,) = shares.keys() - {away}
    assert [await values.read(key) for key in shares[living]] == [b"1"] * len(shares[living])
    assert [await values.read(key) for key in shares[away]] == [None] * len(shares[away])
    assert await values.count_fresh_prices() == len(shares[living])
    found = await values.read_checkpoints(shares[living], maximum_age=60.0)
    assert found == dict.fromkeys(shares[living], b"2")
    assert await values.read_checkpoints(keys, maximum_age=60.0) is None
    await values.close()


async def test_it_holds_the_newest_value_of_each_topic(values: LastValues) -> None:
    await values.write({"m.price.A": b"old", "m.depth.A": b"book"})
    await values.write({"m.price.A": b"\x00new\xff"})
    assert await values.read("m.price.A") == b"\x00new\xff"
    assert await values.read("m.depth.A") == b"book"
    assert await values.read("m.price.B") is None


async def test_it_holds_no_value_that_is_to_be_forgotten(values: LastValues) -> None:
    await values.write({"m.candle.A.1s": b"1", "m.candle.B.1s": b"2"})
    await values.forget(["m.candle.A.1s", "m.candle.C.1s"])
    assert [await values.read(f"m.candle.{name}.1s") for name in "ABC"] == [None, b"2", None]
    await values.forget([])


async def test_it_counts_fresh_prices(values: LastValues) -> None:
    assert await values.count_fresh_prices() == 0
    await values.write({"m.price.A": b"1", "m.price.B": b"2", "m.ticker.A": b"3"})
    await values.write({"m.price.A": b"4"})
    assert await values.count_fresh_prices() == 2


async def test_it_lets_values_go_when_they_are_no_longer_fresh(values: LastValues) -> None:
    await values.write({"m.price.A": b"1"})

    async def gone() -> bool:
        return await values.read("m.price.A") is None and await values.count_fresh_prices() == 0

    await until_asked(gone)
    await values.write({"m.price.B": b"2"})
    assert await values.count_fresh_prices() == 1


async def test_it_writes_nothing_without_values(values: LastValues) -> None:
    await values.write({})
    assert await values.count_fresh_prices() == 0


async def test_it_takes_values_for_fresh_up_to_their_age(clock: ManualClock) -> None:
    values = MemoryLastValues(maximum_age=5.0, clock=clock)
    await values.write({"m.price.A": b"1"})
    clock.advance(5)
    assert await values.read("m.price.A") == b"1"
    clock.advance(0.001)
    assert await values.read("m.price.A") is None


async def test_it_keeps_nothing_in_memory_that_is_old(clock: ManualClock) -> None:
    values = MemoryLastValues(maximum_age=5.0, clock=clock)
    await values.write({"m.price.A": b"1", "m.price.B": b"2"})
    clock.advance(4)
    await values.write({"m.price.A": b"3", "m.depth.C": b"4"})
    assert len(values) == 3
    clock.advance(2)
    await values.write({"m.price.D": b"5"})
    assert len(values) == 3
    assert await values.read("m.price.A") == b"3"
    clock.advance(6)
    await values.write({})
    assert len(values) == 0


async def test_it_takes_no_checkpoint_of_a_bridge_whose_successor_has_read_them(values: LastValues) -> None:
    async def found() -> dict[str, bytes] | None:
        return await values.read_checkpoints(["m.trade.A", "m.trade.B"], maximum_age=600.0, epoch=2)

    await values.write({}, {"m.trade.A": b"1"}, epoch=1)
    assert await found() == {"m.trade.A": b"1"}
    await values.write({"m.price.A": b"1"}, {"m.trade.A": b"2", "m.trade.B": b"2"}, epoch=1)
    assert await found() == {"m.trade.A": b"1"}
    assert await values.read("m.price.A") == b"1"
    await values.write({}, {"m.trade.A": b"3", "m.trade.B": b"3"}, epoch=2)
    await values.read_checkpoints(["m.trade.A"], maximum_age=600.0, epoch=1)
    assert await found() == {"m.trade.A": b"3", "m.trade.B": b"3"}


async def test_it_takes_checkpoints_of_bridges_of_several_slots_each_for_its_own_topics(values: LastValues) -> None:
    await values.read_checkpoints(["m.trade.B"], maximum_age=600.0, epoch=9)
    await values.write({}, {"m.trade.A": b"1", "m.trade.B": b"1"}, epoch=2)
    assert await values.read_checkpoints(["m.trade.A", "m.trade.B"], maximum_age=600.0) == {"m.trade.A": b"1"}


async def test_it_takes_no_checkpoint_of_a_former_slot_once_a_successor_has_written_one(values: LastValues) -> None:
    await values.write({}, {"m.trade.A": b"1"}, epoch=2)
    await values.write({}, {"m.trade.A": b"2"}, epoch=3)
    await values.write({}, {"m.trade.A": b"3"}, epoch=2)
    assert await values.read_checkpoints(["m.trade.A"], maximum_age=600.0) == {"m.trade.A": b"2"}


async def test_it_holds_checkpoints_for_longer_than_values(values: LastValues) -> None:
    await values.write({"m.price.A": b"1"}, {"m.trade.A": b"\x01\xff", "m.kline.A.1m": b"2"})
    await values.write({}, {"m.kline.A.1m": b"3"})

    async def gone() -> bool:
        return await values.read("m.price.A") is None

    await until_asked(gone)
    held = await values.read_checkpoints(["m.trade.A", "m.kline.A.1m", "m.trade.B"], maximum_age=600.0)
    assert held == {"m.trade.A": b"\x01\xff", "m.kline.A.1m": b"3"}
    assert await values.read_checkpoints([], maximum_age=600.0) == {}


async def test_it_knows_how_long_ago_a_checkpoint_was_written(values: LastValues) -> None:
    await values.write({}, {"m.trade.A": b"1"})
    assert await values.read_checkpoints(["m.trade.A"], maximum_age=600.0) == {"m.trade.A": b"1"}

    async def is_older() -> bool:
        return await values.read_checkpoints(["m.trade.A"], maximum_age=0.1) == {}

    await until_asked(is_older)
    assert await values.read_checkpoints(["m.trade.A"], maximum_age=600.0) == {"m.trade.A": b"1"}


async def test_it_lets_checkpoints_go_when_they_are_too_old(clock: ManualClock) -> None:
    values = MemoryLastValues(maximum_age=5.0, clock=clock, checkpoint_age=600.0)
    await values.write({}, {"m.trade.A": b"1"})
    clock.advance(600)
    assert await values.read_checkpoints(["m.trade.A"], maximum_age=600.0) == {"m.trade.A": b"1"}
    clock.advance(1)
    assert await values.read_checkpoints(["m.trade.A"], maximum_age=600.0) == {}


async def test_it_counts_as_empty_where_redis_is_away_but_not_of_checkpoints(
    caplog: pytest.LogCaptureFixture,
) -> None:
    values = RedisLastValues("redis://127.0.0.1:1/0", prefix="test", maximum_age=5.0, clock=SystemClock())
    await values.write({"m.price.A": b"1"})
    assert await values.read("m.price.A") is None
    assert await values.count_fresh_prices() == 0
    assert await values.read_checkpoints(["m.trade.A"], maximum_age=600.0) is None
    await values.close()
    assert [(record.levelname, record.exc_info) for record in caplog.records] == [("WARNING", None)]


@pytest.mark.redis
async def test_it_keeps_no_time_of_a_price_that_is_old(clock: ManualClock) -> None:
    url, prefix = services.need_redis(), f"test-{secrets.token_hex(8)}"
    values = RedisLastValues(url, prefix=prefix, maximum_age=60.0, clock=clock)
    looking = redis.Redis.from_url(url)
    await values.write({"m.price.A": b"1", "m.price.B": b"1"})
    clock.advance(50)
    await values.write({"m.price.B": b"2"})
    clock.advance(20)
    await values.write({"m.price.C": b"3"})
    assert await looking.zrange(f"{prefix}:last:prices", 0, -1) == [b"m.price.B", b"m.price.C"]
    assert await values.count_fresh_prices() == 2
    await looking.aclose()
    await values.close()


@pytest.mark.redis
async def test_it_shares_no_value_between_prefixes() -> None:
    prefixes = [f"test-{secrets.token_hex(8)}" for _ in range(2)]
    url = services.need_redis()
    ours, others = (RedisLastValues(url, prefix=p, maximum_age=5.0, clock=SystemClock()) for p in prefixes)
    await ours.write({"m.price.A": b"1"})
    assert await others.read("m.price.A") is None
    assert await others.count_fresh_prices() == 0
    await ours.close()
    await others.close()


async def test_it_is_shared_within_a_process_and_chosen_by_the_settings(settings: Settings) -> None:
    settings.REDIS_URLS = []
    assert last_values_from_settings() is last_values_from_settings()
    settings.REDIS_URLS = ["redis://127.0.0.1:1/0"]
    chosen = last_values_from_settings()
    assert isinstance(chosen, RedisLastValues)
    await chosen.close()
