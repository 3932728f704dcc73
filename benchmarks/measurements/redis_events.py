"""What an event costs Redis: adding it to its channel's history, and telling it to each gateway that reads the channel.

The gateways are layers of this process, which read as gateways do; the processor time is that of a Redis of the
bench's own, as Redis tells it.
"""

import asyncio
from collections.abc import Sequence

import msgspec
from redis.asyncio import Redis

from benchmarks.load.publishing import TOPIC, Target, Way, outlet_to, trades
from benchmarks.options import Options
from streaming.layer.redis_layer import RedisLayer
from tests.own_services import own_redis
from tests.waiting import until

GATEWAYS = (1, 4, 16)
_EVENTS = 3000
_WARM = 200
_PREFIX = "capacity"
_ALL_SECONDS = 60.0


class RedisEvents(msgspec.Struct, frozen=True, kw_only=True):
    """Processor time of Redis for an event, in microseconds."""

    cpu_us_per_event: float


def redis_events(options: Options) -> dict[str, Sequence[RedisEvents]]:
    """Measure `options.rounds` times for each number of gateways."""
    found: dict[str, list[RedisEvents]] = {}
    with own_redis() as redis:
        for _ in range(options.rounds):
            for gateways in GATEWAYS:
                case = f"{gateways} gateway" if gateways == 1 else f"{gateways} gateways"
                found.setdefault(case, []).append(asyncio.run(_measure(redis.url, gateways)))
    return dict(found)


async def _measure(url: str, gateways: int) -> RedisEvents:
    come = 0

    def count(_: object) -> None:
        nonlocal come
        come += 1

    layers = [RedisLayer(hosts=[url], prefix=_PREFIX) for _ in range(gateways)]
    for layer in layers:
        channel = await layer.new_channel()
        await layer.hand_over(channel, count)
        await layer.group_add(TOPIC.group, channel)
    outlet = outlet_to(Target(way=Way.HUB_NUMBERED, url=url, name=_PREFIX))
    redis = Redis.from_url(url)
    try:
        for number in range(_WARM):
            await outlet.publish(trades(number))
        await until(lambda: come == _WARM * gateways, seconds=_ALL_SECONDS)
        before = await _cpu_seconds(redis)
        for number in range(_WARM, _WARM + _EVENTS):
            await outlet.publish(trades(number))
        await until(lambda: come == (_WARM + _EVENTS) * gateways, seconds=_ALL_SECONDS)
        used = await _cpu_seconds(redis) - before
    finally:
        await outlet.close()
        await redis.aclose()
        for layer in layers:
            await layer.flush()
    return RedisEvents(cpu_us_per_event=round(1e6 * used / _EVENTS, 1))


async def _cpu_seconds(redis: Redis) -> float:
    said = await redis.info("cpu")
    return float(said["used_cpu_sys"]) + float(said["used_cpu_user"])
