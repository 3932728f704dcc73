"""Clients that come and go all at once: nothing of them stays, in the gateway, in Redis or at the exchange.

`FAULT_CLIENTS` sets how many.
"""

import asyncio
import os
import random
from collections.abc import Sequence
from functools import partial
from typing import Any

import pytest
import redis

from tests.deployments import Deployment
from tests.faults.conftest import Stage
from tests.wire.client import connected as client
from tests.wire.rfc6455.peer import Opcode, Peer, handshake_headers, raw_connection

_CYCLES = int(os.environ.get("FAULT_CLIENTS", "60"))
_AT_ONCE = 20
_SECONDS = 60.0
_TASK_SLACK = 3
"""What runs just now: a tick of a timer, an answer on its way."""
_CHANNELS = ("price:BTCUSDT", "trades:BTCUSDT", "depth:ETHUSDT", "klines:BTCUSDT:1m", "signals:SOLUSDT")
_WILD = ("system.*", "*")
_READ_HERE = "__group__s.gateways"
"""Where the test itself reads what gateways hold: they keep it a while behind their last reader, as any."""


async def test_nothing_is_left_of_clients_that_came_and_went(stage: Stage) -> None:
    deployment = stage.deployment
    rng = random.Random(7)
    token = await asyncio.to_thread(deployment.token)
    await _come_and_go(deployment, token, _AT_ONCE, rng)  # what is made once, and stays
    await _until_forgotten(deployment)
    before = await _held(deployment)
    await _come_and_go(deployment, token, _CYCLES, rng)
    await _until_forgotten(deployment)
    assert await _settled(deployment, before) == []


async def _come_and_go(deployment: Deployment, token: str, cycles: int, rng: random.Random) -> None:
    room = asyncio.Semaphore(_AT_ONCE)
    ways = [rng.choice((_politely, _abruptly, _unheard, _halfway)) for _ in range(cycles)]

    async def cycle(number: int) -> None:
        channels = rng.sample([*_CHANNELS, *_WILD], 3)
        port = int(deployment.gateways[number % 2].rsplit(":", 1)[1])
        async with room:
            await ways[number](port, f"/ws?token={token}" if number % 3 else "/ws", channels)

    async with asyncio.TaskGroup() as tasks:
        for number in range(cycles):
            tasks.create_task(cycle(number))


async def _open(peer: Peer, target: str, channels: Sequence[str]) -> None:
    assert (await peer.request(handshake_headers(), target=target)).status == 101
    peer.send_json({"type": "subscribe", "channels": channels})


async def _politely(port: int, target: str, channels: Sequence[str]) -> None:
    """Wait for the answers, and say good-bye."""
    async with raw_connection(port) as peer:
        await _open(peer, target, channels)
        for _ in range(3):
            await peer.message()
        peer.send(Opcode.CLOSE)


async def _abruptly(port: int, target: str, channels: Sequence[str]) -> None:
    """Vanish by a reset after the first answers."""
    async with raw_connection(port) as peer:
        await _open(peer, target, channels)
        await peer.message()
        peer.writer.transport.abort()


async def _unheard(port: int, target: str, channels: Sequence[str]) -> None:
    """Vanish while the subscriptions are being made."""
    async with raw_connection(port) as peer:
        await _open(peer, target, channels)
        await peer.writer.drain()
        peer.writer.transport.abort()


async def _halfway(port: int, target: str, channels: Sequence[str]) -> None:
    """Vanish in the middle of a frame, subscribed to nothing."""
    async with raw_connection(port) as peer:
        assert (await peer.request(handshake_headers(), target=target)).status == 101
        peer.write(b"\x81\xfe\x10\x00half a frame")
        await peer.writer.drain()
        peer.writer.transport.abort()


async def _until_forgotten(deployment: Deployment) -> None:
    """Wait until nobody is counted, nothing is subscribed, and the exchange is asked for nothing."""
    deadline = asyncio.get_running_loop().time() + _SECONDS
    while any(held := await _counted(deployment)):
        if asyncio.get_running_loop().time() > deadline:
            read = await asyncio.to_thread(_channels_in_redis, deployment.environment)
            pytest.fail(f"clients, channels, streams: {held}; some process still reads: {sorted(read)}")
        await asyncio.sleep(0.2)


async def _counted(deployment: Deployment) -> tuple[int, int, int]:
    told = (await asyncio.to_thread(deployment.get, "/api/v1/ws/stats"))["data"]
    return told["connectedClients"], told["activeChannels"], told["binanceActiveStreams"]


async def _held(deployment: Deployment) -> dict[str, Any]:
    """Return the tasks of each gateway and of the bridge, and the deployment's channels in Redis."""
    token = await asyncio.to_thread(deployment.token, "admin")
    async with client(f"{deployment.socket_url}?token={token}") as staff:
        await staff.subscribe("ops.gateways")
        for _ in range(2):  # may be of before
            await staff.next_of("event")
        told = (await staff.next(partial(_tells_of_all, deployment)))["data"]
    await _until_forgotten(deployment)
    return {
        "tasks": {gateway["id"]: gateway["tasks"] for gateway in told["gateways"]},
        "bridge": told["bridge"]["tasks"],
        "channels": await asyncio.to_thread(_channels_in_redis, deployment.environment),
    }


def _tells_of_all(deployment: Deployment, frame: dict[str, Any]) -> bool:
    """Return whether operators are told of the bridge and of all gateways.

    They aren't of who was silent for a while, as after Redis stood still, in tests before this one.
    """
    if frame["type"] != "event":
        return False
    told = frame["data"]
    known = {gateway["id"] for gateway in told["gateways"]}
    gateways = (process for name, process in deployment.processes.items() if name.startswith("gateway"))
    return told["bridge"] is not None and all(any(f"-{one.id}-" in name for name in known) for one in gateways)


def _channels_in_redis(environment: dict[str, str]) -> set[str]:
    with redis.Redis.from_url(environment["REDIS_URL"], decode_responses=True) as server:
        channels = set(server.pubsub_channels(f"{environment['REDIS_PREFIX']}*"))
    return {channel for channel in channels if not channel.endswith(_READ_HERE)}


async def _settled(deployment: Deployment, before: dict[str, Any]) -> list[str]:
    """Return what is left, in words, after a while in which it could go."""
    deadline = asyncio.get_running_loop().time() + _SECONDS
    while left := _left(before, await _held(deployment)):
        if asyncio.get_running_loop().time() > deadline:
            break
    return left


def _left(before: dict[str, Any], now: dict[str, Any]) -> list[str]:
    left = [f"{name} in Redis" for name in sorted(now["channels"] - before["channels"])]
    left += [
        f"{tasks} tasks of {gateway} instead of {before['tasks'][gateway]}"
        for gateway, tasks in now["tasks"].items()
        if tasks > before["tasks"][gateway] + _TASK_SLACK
    ]
    if now["bridge"] > before["bridge"] + _TASK_SLACK:
        left.append(f"{now['bridge']} tasks of the bridge instead of {before['bridge']}")
    return left
