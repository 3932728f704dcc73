"""How long a client that subscribes waits for its first value, where the channel is live already.

Prices come once a second, the least that an active market gives, so what a client gets first is the last value that is
held: by the gateway itself where somebody reads the channel there (`here`); else in Redis, where the bridge keeps it
for readers of other gateways (`elsewhere`), and the gateway joins the channel's group first. A client subscribes as
soon as it is welcome, so that the time in which an outbox gathers what follows a frame is part of it.
"""

import asyncio
import json
import time
from collections.abc import Sequence

import msgspec
from websockets.asyncio.client import ClientConnection, connect

from benchmarks.options import Options
from benchmarks.servers.servers import OURS, Place, Running, place, servers
from streaming.clock import SystemClock
from streaming.events import Envelope, encode
from streaming.market.publishing.last_values import RedisLastValues
from tests.alerts.firing.market import price, price_topic
from tests.alerts.firing.stage import Bridging, now_ms

_SUBSCRIBERS = 100
_HERE = "HEREUSDT"
_ELSEWHERE = tuple(f"ELSE{number}USDT" for number in range(_SUBSCRIBERS))
"""One for each: the gateway that has read a channel once knows its values for a while."""
_PRICES_SECONDS = 1.0
_MAXIMUM_AGE_SECONDS = 5.0
_LONGEST_WAIT_SECONDS = 30.0


class FirstValue(msgspec.Struct, frozen=True, kw_only=True):
    """From a subscription, on a connection that is open, to the first value, over all subscribers of a round."""

    subscribers: int
    median_ms: float
    p99_ms: float
    maximum_ms: float


def first_values(options: Options) -> dict[str, list[FirstValue]]:
    """Let clients subscribe one after the other, `options.rounds` times to a gateway that is started anew."""
    found: dict[str, list[FirstValue]] = {"here": [], "elsewhere": []}
    with place((_HERE, *_ELSEWHERE)) as where:
        for _ in range(options.rounds):
            with Running(servers([OURS])[0], where) as gateway:
                for case, each in asyncio.run(waits(where, f"{gateway.address.replace('http', 'ws', 1)}/ws")).items():
                    found[case].append(_first_value(each))
    return found


async def waits(where: Place, url: str, longest: float = _LONGEST_WAIT_SECONDS) -> dict[str, list[float]]:
    """Return how long (in seconds) each subscriber of `url` waited, here and elsewhere.

    Raise an `ExceptionGroup`: of `TimeoutError` where one waits longer than `longest` seconds, or of the `RedisError`
    for which no more prices can be published.
    """
    async with Bridging(where.environment) as bridge, asyncio.TaskGroup() as group:
        is_live = asyncio.Event()
        publishing = group.create_task(_publish(bridge, where, is_live))
        async with asyncio.timeout(longest):
            await is_live.wait()
        async with _client(url) as reader:
            async with asyncio.timeout(longest):
                await _wait_for_value(reader, _HERE)
            found = {
                "here": [await _subscribe(url, _HERE, longest) for _ in range(_SUBSCRIBERS)],
                "elsewhere": [await _subscribe(url, symbol, longest) for symbol in _ELSEWHERE],
            }
        publishing.cancel()
    return found


async def _publish(bridge: Bridging, where: Place, is_live: asyncio.Event) -> None:
    """Publish a price of each symbol once a second, and hold it in Redis, as the bridge does."""
    held = RedisLastValues(
        where.redis_url,
        prefix=where.environment["REDIS_PREFIX"],
        maximum_age=_MAXIMUM_AGE_SECONDS,
        clock=SystemClock(),
    )
    try:
        while True:
            envelopes = {
                price_topic(symbol): Envelope(epoch=0, sequence=0, event=price(symbol, 100, now_ms()))
                for symbol in (_HERE, *_ELSEWHERE)
            }
            await held.write({topic.key: encode(envelope) for topic, envelope in envelopes.items()})
            for topic, envelope in envelopes.items():
                await bridge.publish(topic, envelope.event)
            is_live.set()
            await asyncio.sleep(_PRICES_SECONDS)
    finally:
        await held.close()


async def _subscribe(url: str, symbol: str, longest: float) -> float:
    """Return how long (in seconds) a new client waits for its first value."""
    async with _client(url) as client, asyncio.timeout(longest):
        await client.recv()
        begin = time.monotonic()
        await _wait_for_value(client, symbol)
        return time.monotonic() - begin


def _client(url: str) -> connect:
    return connect(url, compression=None)


async def _wait_for_value(client: ClientConnection, symbol: str) -> None:
    await client.send(json.dumps({"type": "subscribe", "channels": [f"price:{symbol}"]}))
    async for text in client:
        if json.loads(text)["type"] == "price":
            return
    raise AssertionError("the gateway closed the connection")


def _first_value(seconds: Sequence[float]) -> FirstValue:
    ordered = sorted(1000 * wait for wait in seconds)
    return FirstValue(
        subscribers=len(ordered),
        median_ms=round(ordered[len(ordered) // 2], 2),
        p99_ms=round(ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))], 2),
        maximum_ms=round(ordered[-1], 2),
    )
