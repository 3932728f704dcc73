"""What a whole deployment tells of itself while it loses parts: its health, its exchange, its log."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest

from tests import deployments
from tests.deployments import Deployment
from tests.wire.client import Client, connected

Frame = dict[str, Any]


def url_of(deployment: Deployment, username: str, gateway: int = 0) -> str:
    """Return the address at which a demo user is logged in."""
    return f"{deployment.socket_url_of(gateway)}?token={deployment.token(username)}"


async def subscribe(client: Client, channel: str) -> None:
    """Subscribe, and wait for the acknowledgement."""
    await client.subscribe(channel)
    await client.next_of("subscribed", channel)


@pytest.fixture
def losing(tmp_path: Path) -> Iterator[Deployment]:
    """Two gateways, a bridge and the simulator, of which a test takes parts away; health is told each second."""
    with deployments.several_processes(tmp_path, {"WS_HEALTH_INTERVAL_SECONDS": "1"}) as running:
        yield running


async def test_it_goes_on_telling_without_the_database_without_the_gateway_that_told_and_without_the_exchange(
    losing: Deployment,
) -> None:
    await _lose_database_past_the_end_of_the_lease(losing)
    async with connected(url_of(losing, "admin")) as first:
        await subscribe(first, "system.health")
        teller = _teller(await first.next(lambda frame: frame["type"] == "event" and _teller(frame)))
    killed = _number_of(losing, teller)
    async with connected(url_of(losing, "admin", gateway=1 - killed)) as client:
        await subscribe(client, "system.health")
        losing.processes[f"gateway {killed + 1}"].signal(signal.SIGKILL)
        health = await client.next(
            lambda frame: frame["type"] == "event" and _teller(frame) not in {"", teller}, seconds=30
        )
        assert (health["data"]["database"], health["data"]["layer"]) == ("ok", "ok")
        await _lose_exchange(losing, client)
        await client.next(lambda frame: frame.get("channel") == "system.health" and _is_reconnecting(frame))


async def _lose_database_past_the_end_of_the_lease(losing: Deployment) -> None:
    """Take the database away and give it back: health tells both, once a second and by one gateway all the time."""
    async with connected(url_of(losing, "admin")) as client:
        await subscribe(client, "system.health")
        await client.next(lambda frame: frame["type"] == "event" and frame["data"]["status"] == "ok")
        with database_away(losing.environment["DATABASE_URL"]):
            away = await client.next(lambda frame: frame["data"]["database"] == "down")
            # That of health lasts 6 s, and so does the bridge's.
            late = await client.next(lambda frame: moment_of(frame) - moment_of(away) > 8, seconds=40)
        for data in (away["data"], late["data"]):
            assert (data["status"], data["exchange"]["state"], data["gateways"]) == ("degraded", "live", 2)
        told = client.frames[client.frames.index(away) :]
        moments = [moment_of(frame) for frame in told]
        gaps = [after - before for before, after in pairwise(moments)]
        assert moments[-1] - moments[0] > 8
        assert max(gaps) < 4, "health was silent while the database was away"
        assert min(gaps) > 0.5, "two gateways told it"
        await client.next(lambda frame: frame["data"]["status"] == "ok", seconds=40)


@contextmanager
def database_away(url: str) -> Iterator[None]:
    """Cut every connection to a PostgreSQL database, and let nobody in again until the end of the `with`."""
    parts = urlsplit(url)
    name = parts.path.removeprefix("/")
    with psycopg.connect(urlunsplit(parts._replace(path="/postgres")), autocommit=True) as connection:
        connection.execute(f'ALTER DATABASE "{name}" WITH ALLOW_CONNECTIONS false'.encode())
        connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (name,))
        try:
            yield
        finally:
            connection.execute(f'ALTER DATABASE "{name}" WITH ALLOW_CONNECTIONS true'.encode())


async def _lose_exchange(losing: Deployment, client: Client) -> None:
    """Kill the exchange; it is told in order, and staff get a line."""
    await subscribe(client, "system.exchange")
    await subscribe(client, "system.log")
    await client.subscribe("price:BTCUSDT")
    await client.next_of("price")
    losing.processes["simulator"].signal(signal.SIGKILL)
    await client.next(lambda frame: frame.get("event") == "error")
    told = [frame for frame in client.frames if frame.get("channel") == "system.exchange" and "event" in frame]
    assert [frame["event"] for frame in told[:3]] == ["disconnected", "connecting", "error"]
    assert {frame["data"]["state"] for frame in told} == {"reconnecting"}
    assert told[0]["data"]["reason"]
    assert [frame["data"].get("attempt") for frame in told[1:3]] == [1, 1]
    lines = [frame for frame in client.frames if frame.get("channel") == "system.log" and "event" in frame]
    assert [(line["event"], line["data"]["level"], line["data"]["source"]) for line in lines] == [
        ("warn", "warn", "bridge")
    ]


def _teller(frame: Frame) -> str:
    """Return which gateway tells the health: who holds the lease."""
    holders: dict[str, str] = {worker["name"]: worker["holder"] for worker in frame["data"]["workers"]}
    return holders.get("health", "")


def _number_of(deployment: Deployment, holder: str) -> int:
    """Return which gateway, from 0, a process id belongs to: host, process number, and something random."""
    numbers = [deployment.processes[f"gateway {number}"].id for number in (1, 2)]
    return numbers.index(int(holder.rsplit("-", 2)[1]))


def moment_of(frame: Frame) -> float:
    """Return when a frame was written, in seconds."""
    return datetime.fromisoformat(frame["timestamp"]).timestamp()


def _is_reconnecting(frame: Frame) -> bool:
    health = frame["data"]
    return (health["status"], health["exchange"]["state"]) == ("degraded", "reconnecting")
