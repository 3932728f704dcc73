"""Many log in at once: what the gateway's memory grows by, and how long others wait meanwhile.

`serve` on PostgreSQL and Redis, all on this machine. Each log-in comes from a loopback address of its own, with the
right password; beside them `/health` is asked and a socket is pinged without a pause but for 20 ms.
"""

import asyncio
import json
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from pathlib import Path
from urllib.parse import urlsplit

import httpx2
import msgspec
from websockets.asyncio.client import ClientConnection, connect

from benchmarks.load.child_process import ChildProcess, Commands
from benchmarks.options import Options
from tests.deployments import Deployment, several_processes

_MIB = 1024 * 1024
_PAUSE_SECONDS = 0.02
_BEFORE_SECONDS = 1.0
_BODY = json.dumps({"username": "demo", "password": "demo"}).encode()
_SETTINGS = {"LOG_LEVEL": "WARNING", "THROTTLE_TOKEN": ""}
_ASK_SECONDS = 120.0


class LogIns(msgspec.Struct, frozen=True, kw_only=True):
    """One burst of log-ins at the same moment."""

    log_ins: int
    logged_in: int
    refused: int
    """With 503: as many waited as may."""
    seconds: float
    """Until the last was answered."""
    growth_mib: float
    """The most that the gateway's resident memory grew by meanwhile, from before the first."""
    health_ms_max: float
    ping_ms_max: float


class _Burst(msgspec.Struct, frozen=True):
    url: str
    count: int


def log_ins(options: Options) -> dict[str, list[LogIns]]:
    """Let so many log in at once, `options.rounds` times, on one gateway, which is warm from 20 log-ins before."""
    name = tempfile.TemporaryDirectory(prefix="log-ins-")
    with name as folder, several_processes(Path(folder), _SETTINGS) as deployment, ChildProcess(crowd) as child:
        deployment.processes["gateway 2"].stop()
        _burst(deployment, child, 20)
        return {
            f"{count} log-ins": [_burst(deployment, child, count) for _ in range(options.rounds)] for count in (40, 200)
        }


async def crowd(commands: Commands) -> None:
    """In a process of its own: log in as often at once as is asked, and answer with the statuses."""
    async for command in commands:
        assert isinstance(command, _Burst)
        commands.answer(await _all_at_once(command.url, command.count))


async def _all_at_once(url: str, count: int) -> list[int]:
    server = urlsplit(url)
    streams = [
        await asyncio.open_connection(
            server.hostname, server.port, local_addr=(f"127.0.{1 + number // 250}.{1 + number % 250}", 0)
        )
        for number in range(count)
    ]
    head = (
        f"POST /api/v1/auth/token/ HTTP/1.1\r\nHost: {server.netloc}\r\nContent-Type: application/json\r\n"
        f"Connection: close\r\nContent-Length: {len(_BODY)}\r\n\r\n"
    ).encode()
    for _, writer in streams:
        writer.write(head + _BODY)
    return await asyncio.gather(*(_status(*stream) for stream in streams))


async def _status(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> int:
    answer = await asyncio.wait_for(reader.read(), _ASK_SECONDS)
    writer.close()
    return int(answer.split(b" ", 2)[1])


def _burst(deployment: Deployment, child: ChildProcess, count: int) -> LogIns:
    gateway = deployment.processes["gateway 1"]
    before = gateway.resident_bytes()
    seen = asyncio.run(_watched(deployment, child, count))
    statuses = Counter(seen.statuses)
    return LogIns(
        log_ins=count,
        logged_in=statuses[200],
        refused=statuses[503],
        seconds=round(seen.seconds, 2),
        growth_mib=round((seen.resident_bytes - before) / _MIB, 1),
        health_ms_max=round(1000 * seen.health, 1),
        ping_ms_max=round(1000 * seen.ping, 1),
    )


def _ask(child: ChildProcess, burst: _Burst) -> list[int]:
    return msgspec.convert(child.ask(burst), list[int])


class _Seen(msgspec.Struct):
    """The worst of each, in seconds and bytes."""

    statuses: list[int] = []
    seconds: float = 0.0
    resident_bytes: int = 0
    health: float = 0.0
    ping: float = 0.0


async def _watched(deployment: Deployment, child: ChildProcess, count: int) -> _Seen:
    seen = _Seen()
    async with connect(deployment.socket_url) as socket, httpx2.AsyncClient(base_url=deployment.http_url) as client:
        watching = [
            asyncio.create_task(each)
            for each in (
                _repeat(seen, "health", lambda: _health(client)),
                _repeat(seen, "ping", lambda: _ping(socket)),
                _weigh(seen, deployment),
            )
        ]
        await asyncio.sleep(_BEFORE_SECONDS)
        started = time.monotonic()
        seen.statuses = await asyncio.to_thread(_ask, child, _Burst(deployment.http_url, count))
        seen.seconds = time.monotonic() - started
        await asyncio.sleep(_PAUSE_SECONDS)
        for task in watching:
            task.cancel()
        await asyncio.gather(*watching, return_exceptions=True)
    return seen


async def _repeat(seen: _Seen, name: str, ask: Callable[[], Awaitable[None]]) -> None:
    while True:
        started = time.monotonic()
        await ask()
        setattr(seen, name, max(getattr(seen, name), time.monotonic() - started))
        await asyncio.sleep(_PAUSE_SECONDS)


async def _health(client: httpx2.AsyncClient) -> None:
    answer = await client.get("/health", timeout=_ASK_SECONDS)
    answer.raise_for_status()


async def _ping(socket: ClientConnection) -> None:
    await (await socket.ping())


async def _weigh(seen: _Seen, deployment: Deployment) -> None:
    while True:
        seen.resident_bytes = max(seen.resident_bytes, deployment.processes["gateway 1"].resident_bytes())
        await asyncio.sleep(_PAUSE_SECONDS)
