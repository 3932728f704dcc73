"""Levels: what a deployment holds, measured before the clients come and after the last has gone, and compared.

The comparison is pure; measuring asks the deployment as its operators do, and Redis and the exchange themselves.
"""

import asyncio
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from statistics import median
from typing import Any

import msgspec
import redis

from tests.soak.clients.dialects import Dialect
from tests.soak.clients.notes import Door
from tests.soak.deployment.installation import Installation
from tests.soak.deployment.market_place import CANARY, MarketPlace
from tests.wire.client import Client

MEGABYTE = 1024 * 1024
MEMORY_BOUND = 40 * MEGABYTE
"""By how much a process may hold more in the end than after warming up, and grow over a long run."""
_TREND_SAMPLES = 40
_LAST = 3
_TASK_SLACK = 3  # what runs just now: a tick of a timer, an answer on its way
_PROBE_SECONDS = 15.0
_NAMES = re.compile(r"[0-9a-f]{8,}|\d+")


class Levels(msgspec.Struct, frozen=True, kw_only=True):
    """What is held: the public statistics, the tasks of each gateway and of the bridge, the workers that are alive.

    `groups` are Redis's channels of the deployment by shape (names of processes left out), `lasting` its keys that
    never expire, `streams` what the exchange sends, over `upstreams` connections.
    """

    clients: int
    channels: tuple[str, ...]
    tasks: int
    bridge_tasks: int
    gateways: int
    workers: tuple[str, ...]
    groups: Mapping[str, int]
    lasting: tuple[str, ...]
    streams: tuple[str, ...]
    upstreams: int


def differences(before: Levels, now: Levels) -> list[str]:
    """Return, in words, what is held now and was not before."""
    return [*_of_clients(now), *_of_processes(before, now), *_in_the_layer(before, now), *_upstream(before, now)]


def _of_clients(now: Levels) -> Iterator[str]:
    if now.clients:
        yield f"{now.clients} connections are counted though all clients are gone"
    if now.channels:
        yield f"channels are still subscribed: {', '.join(now.channels)}"


def _of_processes(before: Levels, now: Levels) -> Iterator[str]:
    if now.gateways != before.gateways:
        yield f"{now.gateways} gateways instead of {before.gateways}"
    if now.tasks > before.tasks + _TASK_SLACK:
        yield f"{now.tasks} tasks at the busiest gateway instead of {before.tasks}"
    if now.bridge_tasks > before.bridge_tasks + _TASK_SLACK:
        yield f"{now.bridge_tasks} tasks of the bridge instead of {before.bridge_tasks}"
    idle = set(before.workers) - set(now.workers)
    if idle:
        yield f"nobody holds the lease of {', '.join(sorted(idle))}"


def _in_the_layer(before: Levels, now: Levels) -> Iterator[str]:
    more = Counter(now.groups) - Counter(before.groups)
    if more:
        yield f"groups are left in Redis: {', '.join(f'{name} ({count})' for name, count in more.items())}"
    lasting = set(now.lasting) - set(before.lasting)
    if lasting:
        yield f"keys without an end in Redis: {', '.join(sorted(lasting))}"


def _upstream(before: Levels, now: Levels) -> Iterator[str]:
    if set(now.streams) - {CANARY}:
        yield f"streams are still asked of the exchange: {', '.join(now.streams)}"
    if now.upstreams > before.upstreams:
        yield f"{now.upstreams} connections to the exchange instead of {before.upstreams}"


class Memory:
    """The resident memory of each process, sampled: bytes by name and process number.

    A login takes much for a moment; the least of some samples is what a process holds.
    """

    def __init__(self) -> None:
        self._samples: dict[tuple[str, int], list[int]] = {}
        self._warm: dict[str, int] = {}

    def take(self, sizes: Mapping[tuple[str, int], int]) -> None:
        """Take a sample of the processes that live."""
        for process, size in sizes.items():
            self._samples.setdefault(process, []).append(size)

    def is_warm(self) -> None:
        """Take what was sampled last for what a process of that kind (`gateway`, `bridge`, `demo`) needs."""
        for (name, _), sizes in self._samples.items():
            kind = name.split()[0]
            self._warm[kind] = max(self._warm.get(kind, 0), min(sizes[-_LAST:]))

    def growth(self, living: Iterable[tuple[str, int]]) -> list[str]:
        """Return, in words, which of the living processes hold too much now, or grew all the time."""
        said = []
        for name, number in living:
            sizes = self._samples.get((name, number), [])
            held, warm = min(sizes[-_LAST:], default=0), self._warm.get(name.split()[0])
            if warm is not None and held > warm + MEMORY_BOUND:
                said.append(f"{name} holds {_megabytes(held)} instead of {_megabytes(warm)} after warming up")
            rise = trend(sizes)
            if rise > MEMORY_BOUND:
                said.append(f"{name} grew by {_megabytes(rise)} between the second and the last quarter of the run")
        return said


def trend(samples: Sequence[int]) -> int:
    """Return how much more the last quarter of the samples held than the second, in bytes; 0 of too few samples."""
    if len(samples) < _TREND_SAMPLES:
        return 0
    quarter = len(samples) // 4
    return round(median(samples[-quarter:]) - median(samples[quarter : 2 * quarter]))


def _megabytes(size: int) -> str:
    return f"{size / MEGABYTE:.0f} MB"


def memory_of(installation: Installation) -> dict[tuple[str, int], int]:
    """Return what each living process holds now."""
    sizes = {}
    for name, process in list(installation.processes.items()):
        try:
            sizes[name, process.id] = process.resident_bytes()
        except (OSError, IndexError):
            continue  # it is going
    return sizes


async def measure(installation: Installation, place: MarketPlace, door: Door) -> Levels:
    """Return the levels now; a connection of the staff looks for a moment, and is gone when the others are counted."""
    told = await _operations(installation, door)
    async with asyncio.timeout(_PROBE_SECONDS):
        while True:  # until the connection that looked is forgotten
            statistics = (await installation.get("/api/v1/ws/stats"))["data"]
            if not statistics["connectedClients"]:
                break
            await asyncio.sleep(0.2)
    groups, lasting = await asyncio.to_thread(_in_redis, installation.environment)
    return Levels(
        clients=statistics["connectedClients"],
        channels=tuple(statistics["activeChannels"]),
        tasks=max(gateway["tasks"] for gateway in told["gateways"]),
        bridge_tasks=(told["bridge"] or {}).get("tasks", 0),
        gateways=len(told["gateways"]),
        workers=tuple(sorted(worker["name"] for worker in told["workers"] if worker["alive"])),
        groups=groups,
        lasting=lasting,
        streams=tuple(sorted(place.exchange.subscribed_streams())),
        upstreams=len(place.exchange.connections),
    )


async def _operations(installation: Installation, door: Door) -> dict[str, Any]:
    """Return what staff are told of the gateways and the bridge."""
    token = await asyncio.to_thread(installation.deployment.token, "admin")
    connection = await door.open(Dialect.MARKET, 0, token=token)
    try:
        client = Client(connection)
        await client.subscribe("ops.gateways")
        seen = 0
        while True:
            frame = await client.next(lambda one: one["type"] == "event")
            seen += 1
            data: dict[str, Any] = frame["data"]
            if seen > 2 and len(data["gateways"]) == len(installation.gateways):
                return data
    finally:
        await connection.close()


def _in_redis(environment: Mapping[str, str]) -> tuple[dict[str, int], tuple[str, ...]]:
    """Return the channels of the deployment by shape, and its keys that never expire."""
    if "REDIS_URL" not in environment:
        return {}, ()
    prefix = environment["REDIS_PREFIX"]
    with redis.Redis.from_url(environment["REDIS_URL"], decode_responses=True) as server:
        channels = server.pubsub_channels(f"{prefix}*")
        shapes = Counter(_NAMES.sub("#", name.removeprefix(prefix)) for name in channels)
        lasting = [key for key in server.scan_iter(match=f"*{prefix}*") if server.ttl(key) == -1]
    return dict(shapes), tuple(sorted(lasting))
