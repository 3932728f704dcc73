"""`manage.py up`: the processes of production twice, one log, take-overs, and an end without a trace."""

import asyncio
import os
import re
import secrets
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.deployments import Deployment, status_of
from tests.processes import Process
from tests.services import need_postgres, need_redis
from tests.wire.client import Client, connected

_HEALTH = {"WS_HEALTH_INTERVAL_SECONDS": "0.5"}
_STOPS_WITHIN = 20.0
"""Twice what is promised: the processes of other tests run beside these."""

pytestmark = [pytest.mark.redis, pytest.mark.postgres]


@pytest.fixture
def port() -> Iterator[int]:
    """The first of three free ports; the database that `up` made for it is dropped afterwards."""
    port = _three_free_ports()
    yield port
    with psycopg.connect(need_postgres(), autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "tidewire_up_{port}" WITH (FORCE)'.encode())


def _three_free_ports() -> int:
    while True:
        port = 20_000 + secrets.randbelow(12_000)
        try:
            for each in range(port, port + 3):
                socket.create_server(("127.0.0.1", each)).close()
        except OSError:
            continue
        return port


@contextmanager
def up(port: int, var_dir: Path, **environment: str) -> Iterator[Process]:
    """Run it with the simulator; what fails meanwhile shows its log."""
    settings = {"DATABASE_URL": need_postgres(), "REDIS_URL": need_redis(), "VAR_DIR": str(var_dir), **environment}
    with Process.command("up", "--simulator", "--port", str(port), environment=settings) as process:
        try:
            yield process
        except Exception as error:
            error.add_note(process.output)
            raise


def _children(process: Process) -> dict[int, str]:
    """Return the name of each process that was started, by its number."""
    started = re.findall(r"\] (\S+) started as process (\d+)", process.output)
    return {int(number): name for name, number in started}


def _is_alive(number: int) -> bool:
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    return True


def _assert_it_stopped_without_a_trace(process: Process) -> None:
    assert process.wait(_STOPS_WITHIN) == 0, process.output
    process.stop()
    children = _children(process)
    assert children, process.output
    assert not [name for number, name in children.items() if _is_alive(number)]
    assert "is killed" not in process.output


async def test_it_serves_twice_takes_over_and_leaves_nothing_behind(port: int, tmp_path: Path) -> None:
    with up(port, tmp_path, **_HEALTH) as process:
        await asyncio.to_thread(process.wait_for, "all is ready")
        deployment = Deployment([f"http://127.0.0.1:{each}" for each in (port, port + 1)], "")
        names = sorted(_children(process).values())
        assert names == sorted(
            ["exchange", *(f"{kind}.{n}" for kind in ("gateway", "bridge", "alerts", "deliveries") for n in (1, 2))]
        )
        assert [status_of(f"{gateway}/ready") for gateway in deployment.gateways] == [200, 200]
        await _assert_both_tell_the_same(deployment)
        await _assert_another_evaluator_takes_over(process, deployment)
        process.signal(signal.SIGINT)
        await asyncio.to_thread(_assert_it_stopped_without_a_trace, process)
        assert re.search(r"gateway\.\d ended with exit code 0(.|\n)*bridge\.\d ended with exit code 0", process.output)


async def _assert_both_tell_the_same(deployment: Deployment) -> None:
    async with connected(deployment.socket_url_of(0)) as first, connected(deployment.socket_url_of(1)) as second:
        await second.subscribe("trades:BTCUSDT")
        await second.next_of("trade")  # from here on it hears every one
        await first.subscribe("trades:BTCUSDT")
        told = (await first.next_of("trade"))["data"]
        await second.next(lambda frame: frame["type"] == "trade" and frame["data"]["tradeId"] == told["tradeId"])
        last: dict[str, Any] = second.frames[-1]["data"]
        assert last == told


async def _assert_another_evaluator_takes_over(process: Process, deployment: Deployment) -> None:
    async with connected(f"{deployment.socket_url_of(1)}?token={deployment.token()}") as client:
        await client.subscribe("system.health")
        killed = await _evaluator_at_work(client, but_not=0)
        name = _children(process)[killed]
        os.kill(killed, signal.SIGKILL)
        successor = await _evaluator_at_work(client, but_not=killed)
        assert _children(process)[successor] == {"alerts.1": "alerts.2", "alerts.2": "alerts.1"}[name]
    await asyncio.to_thread(process.wait_for, rf"{name} was ended by SIGKILL; it is started anew in 1 s")
    again = [number for number, each in _children(process).items() if each == name and number != killed]
    await asyncio.to_thread(process.wait_for, rf"{re.escape(name)} +{again[0]} \|.*standing by")


async def _evaluator_at_work(client: Client, *, but_not: int) -> int:
    """Return the number of the process that evaluates alerts, as the deployment's health tells it."""

    def at_work(frame: dict[str, Any]) -> int | None:
        workers = frame["data"].get("workers", ()) if frame["type"] == "event" else ()
        holders = [worker["holder"] for worker in workers if worker["name"] == "alerts" and worker["alive"]]
        numbers = [int(holder.rsplit("-", 2)[1]) for holder in holders]
        return next((number for number in numbers if number != but_not), None)

    frame = await client.next(at_work, seconds=60)
    number = at_work(frame)
    assert number is not None
    return number


def test_it_stops_without_a_trace_while_it_starts(port: int, tmp_path: Path) -> None:
    with up(port, tmp_path) as process:
        process.wait_for("gateway.2 started as process")
        process.signal(signal.SIGTERM)
        _assert_it_stopped_without_a_trace(process)


@pytest.mark.parametrize(
    ("missing", "sentence"),
    [
        ({"REDIS_URL": "redis://127.0.0.1:1/0"}, "Redis does not answer at redis://127.0.0.1:1/0"),
        (
            {"DATABASE_URL": "postgres://me@127.0.0.1:1/x"},
            "PostgreSQL does not let us in at postgres://me@",
        ),
        (
            {"ENVIRONMENT": "production", "SECRET_KEY": "s" * 32, "ALLOWED_HOSTS": "x"},
            "`up` does not run in production",
        ),
    ],
    ids=["Redis", "PostgreSQL", "production"],
)
def test_it_starts_nothing_where_something_is_missing(
    port: int, tmp_path: Path, missing: dict[str, str], sentence: str
) -> None:
    with up(port, tmp_path, **missing) as process:
        assert process.wait(60) == 1
        process.stop()
    (said,) = process.lines
    assert said.startswith(f"CommandError: {sentence}")


def test_it_starts_nothing_beside_another_one_on_its_port(port: int, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", port + 1)), up(port, tmp_path) as process:
        assert process.wait(60) == 1
        process.stop()
    (said,) = process.lines
    assert said.startswith(f"CommandError: can't listen on 127.0.0.1:{port + 1}: Address already in use.")
