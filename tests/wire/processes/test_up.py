"""`manage.py up`: the processes of production twice, one log, take-overs, and an end without a trace."""

import asyncio
import os
import pty
import re
import secrets
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
from django.core.management import CommandError, call_command
from prometheus_client.parser import text_string_to_metric_families
from pytest_django import Settings

from config.up.installation import STOP_SECONDS, needed_ports
from streaming.installed import installed_metrics
from tests.commands import Commands
from tests.deployments import Deployment, status_of
from tests.processes import ROOT, Process, process_environment
from tests.services import need_postgres, need_redis
from tests.waiting import until_now
from tests.wire.client import Client, connected

_KINDS = ("gateway", "bridge", "combined", "alerts", "deliveries", "trading", "wallets")
_WORKERS = tuple(kind for kind in _KINDS if kind != "gateway")
_FURTHER = ("kraken", "coinbase")
_HEALTH = {"WS_HEALTH_INTERVAL_SECONDS": "0.5"}
_STOPS_WITHIN = 2 * STOP_SECONDS
"""Twice what is promised: the processes of other tests run beside these."""
_ON_ITS_TERMINAL = "import os, sys; os.login_tty(0); os.execv(sys.executable, [sys.executable, *sys.argv[1:]])"
"""A program that becomes another one, which hears by SIGHUP that the terminal has gone."""

pytestmark = [pytest.mark.redis, pytest.mark.postgres]


@pytest.fixture
def port() -> Iterator[int]:
    """The first of the free ports that it needs; the database that `up` made for it is dropped afterwards."""
    port = _free_ports(len(needed_ports(1, combines=True)))
    yield port
    with psycopg.connect(need_postgres(), autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "tidewire_up_{port}" WITH (FORCE)'.encode())


@pytest.fixture
def silent() -> Iterator[str]:
    """The address, without a scheme, of an exchange that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield f"127.0.0.1:{listener.getsockname()[1]}"


def _free_ports(count: int) -> int:
    """Return the first of so many free ports in a row."""
    while True:
        port = 20_000 + secrets.randbelow(12_000)
        try:
            for each in range(port, port + count):
                socket.create_server(("127.0.0.1", each)).close()
        except OSError:
            continue
        return port


def _settings(var_dir: Path, **environment: str) -> dict[str, str]:
    """Return the variables of one that reads a single market, as far as `environment` says nothing else."""
    own = {"DATABASE_URL": need_postgres(), "REDIS_URL": need_redis(), "VAR_DIR": str(var_dir)}
    return {**own, "COMBINED_SYMBOLS": "", **environment}


@contextmanager
def up(port: int, var_dir: Path, *options: str, **environment: str) -> Iterator[Process]:
    """Run it, with the simulator where there are no options; what fails meanwhile shows its log."""
    arguments = ["up", "--port", str(port), *(options or ["--simulator"])]
    with Process.command(*arguments, environment=_settings(var_dir, **environment)) as process:
        try:
            yield process
        except Exception as error:
            error.add_note(process.output)
            raise


def _children(output: str) -> dict[int, str]:
    """Return the name of each process that was started, by its number."""
    started = re.findall(r"\] (\S+) started as process (\d+)", output)
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
    children = _children(process.output)
    assert children, process.output
    assert not [name for number, name in children.items() if _is_alive(number)]
    assert "is killed" not in process.output


async def test_it_serves_twice_takes_over_and_leaves_nothing_behind(port: int, tmp_path: Path) -> None:
    metrics_port = _free_ports(2 * len(_WORKERS + _FURTHER))
    metrics = {"METRICS": "local", "METRICS_PORT": str(metrics_port)}
    with up(port, tmp_path, **_HEALTH, **metrics, COMBINED_SYMBOLS="BTC-USD") as process:
        await asyncio.to_thread(process.wait_for, "all is ready")
        deployment = Deployment([f"http://127.0.0.1:{each}" for each in (port, port + 1)], "")
        names = sorted(_children(process.output).values())
        assert names == sorted(["exchange", *(f"{kind}.{number}" for kind in _KINDS + _FURTHER for number in (1, 2))])
        assert [status_of(f"{gateway}/ready") for gateway in deployment.gateways] == [200, 200]
        await _assert_both_tell_the_same(deployment)
        await _assert_prices_are_combined(deployment)
        await asyncio.to_thread(_assert_each_worker_tells_its_metrics, metrics_port)
        await _assert_another_evaluator_takes_over(process, deployment)
        process.signal(signal.SIGINT)
        await asyncio.to_thread(_assert_it_stopped_without_a_trace, process)
        assert re.search(r"gateway\.\d ended with exit code 0(.|\n)*bridge\.\d ended with exit code 0", process.output)


def _assert_each_worker_tells_its_metrics(first_port: int) -> None:
    """Each worker has the port of its place in the Procfile, and names there all that its kind declares."""
    for place, name in enumerate(name for name in _WORKERS for _ in range(2)):
        with urllib.request.urlopen(f"http://127.0.0.1:{first_port + place}/metrics", timeout=10) as answer:
            families = {family.name for family in text_string_to_metric_families(answer.read().decode())}
        own = {one.name.removesuffix("_total") for one in installed_metrics() if one.is_told_by(name)}
        others = {one.name.removesuffix("_total") for one in installed_metrics()} - own
        assert (own - families, others & families) == (set(), set()), name


async def _assert_both_tell_the_same(deployment: Deployment) -> None:
    async with connected(deployment.socket_url_of(0)) as first, connected(deployment.socket_url_of(1)) as second:
        await second.subscribe("trades:BTCUSDT")
        await second.next_of("trade")  # from here on it hears every one
        await first.subscribe("trades:BTCUSDT")
        told = (await first.next_of("trade"))["data"]
        await second.next(lambda frame: frame["type"] == "trade" and frame["data"]["tradeId"] == told["tradeId"])
        last: dict[str, Any] = second.frames[-1]["data"]
        assert last == told


async def _assert_prices_are_combined(deployment: Deployment) -> None:
    """All three simulated markets make one price."""

    def used(frame: dict[str, Any]) -> set[str]:
        sources = frame["data"]["sources"] if frame["type"] == "price" else ()
        return {source["name"] for source in sources if source["used"]}

    async with connected(deployment.socket_url_of(1)) as client:
        await client.subscribe("price:BTC-USD")
        await client.next(lambda frame: used(frame) == {"simulator", *_FURTHER})


async def _assert_another_evaluator_takes_over(process: Process, deployment: Deployment) -> None:
    async with connected(f"{deployment.socket_url_of(1)}?token={deployment.token()}") as client:
        await client.subscribe("system.health")
        killed = await _evaluator_at_work(client, but_not=0)
        name = _children(process.output)[killed]
        os.kill(killed, signal.SIGKILL)
        successor = await _evaluator_at_work(client, but_not=killed)
        assert _children(process.output)[successor] == {"alerts.1": "alerts.2", "alerts.2": "alerts.1"}[name]
    await asyncio.to_thread(process.wait_for, rf"{name} was ended by SIGKILL; it is started anew in 1 s")
    again = [number for number, each in _children(process.output).items() if each == name and number != killed]
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


def test_it_stops_without_a_trace_where_its_terminal_is_closed_while_it_starts(port: int, tmp_path: Path) -> None:
    window, terminal = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-c", _ON_ITS_TERMINAL, "manage.py", "up", "--simulator", "--port", str(port)],
        cwd=ROOT,
        env=process_environment(_settings(tmp_path)),
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
    ) as process:
        os.close(terminal)
        shown = b""
        while b"bridge.1 started as process" not in shown:
            shown += os.read(window, 65_536)
        os.close(window)
        assert process.wait(_STOPS_WITHIN) == 0
    children = _children(shown.decode())
    assert children
    assert not [number for number in children if _is_alive(number)]


def test_it_ends_quietly_while_it_tries_to_reach_the_exchange(port: int, tmp_path: Path, silent: str) -> None:
    exchange = {"EXCHANGE_REST_URL": f"http://{silent}", "EXCHANGE_STREAM_URLS": f"ws://{silent}"}
    with up(port, tmp_path, "--seed", "1", **exchange) as process:
        process.wait_for("trying to reach Binance")
        _assert_it_ends_quietly(process, signal.SIGTERM)  # which it takes for a SIGINT, so that both are proven
    assert "trying to reach Binance" in process.lines[-1]


@pytest.mark.parametrize(("command", "stop"), [("up", signal.SIGINT), ("demo", signal.SIGTERM)])
def test_it_ends_quietly_while_it_brings_the_database_up_to_date(
    port: int, tmp_path: Path, command: str, stop: signal.Signals
) -> None:
    with _taken_database(port) as (url, is_waited_for):
        environment = _settings(tmp_path, **({} if command == "up" else {"DATABASE_URL": url}))
        with Process.command(command, "--simulator", "--port", str(port), environment=environment) as process:
            process.wait_for("bringing .* up to date")
            until_now(is_waited_for, explain=lambda: process.output)
            _assert_it_ends_quietly(process, stop)


@contextmanager
def _taken_database(port: int) -> Iterator[tuple[str, Callable[[], bool]]]:
    """Let nobody read which migrations were applied; give the database, and whether somebody waits for it."""
    url = urlsplit(need_postgres())._replace(path=f"/tidewire_up_{port}").geturl()
    with psycopg.connect(need_postgres(), autocommit=True) as server:
        server.execute(f'CREATE DATABASE "tidewire_up_{port}"'.encode())

        def is_waited_for() -> bool:
            waiting = "SELECT FROM pg_stat_activity WHERE datname = %s AND wait_event_type = 'Lock'"
            return bool(server.execute(waiting, (f"tidewire_up_{port}",)).fetchall())

        with psycopg.connect(url) as taken:
            taken.execute("CREATE TABLE django_migrations (id int, app text, name text, applied timestamptz)")
            taken.commit()
            taken.execute("LOCK TABLE django_migrations")
            yield url, is_waited_for


def _assert_it_ends_quietly(process: Process, stop: signal.Signals) -> None:
    process.signal(stop)
    assert process.wait(_STOPS_WITHIN) == 0, process.output
    process.stop()
    assert "Traceback" not in process.output


@pytest.fixture(scope="module")
def commands(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Commands]:
    """Where an `up` runs that ends by itself."""
    with Commands(_settings(tmp_path_factory.mktemp("var"))) as running:
        yield running


@pytest.mark.parametrize(
    ("missing", "sentence"),
    [
        ({"REDIS_URL": "redis://127.0.0.1:1/0"}, "Redis does not answer at redis://127.0.0.1:1/0"),
        (
            {"DATABASE_URL": "postgres://me@127.0.0.1:1/x"},
            "PostgreSQL does not let us in at postgres://me@",
        ),
    ],
    ids=["Redis", "PostgreSQL"],
)
def test_it_starts_nothing_where_something_is_missing(
    port: int, commands: Commands, missing: dict[str, str], sentence: str
) -> None:
    code, said = commands.run("up", "--simulator", "--port", str(port), environment=missing)
    assert (code, said.splitlines()) == (1, [said])
    assert said.startswith(f"CommandError: {sentence}")


def test_it_starts_nothing_in_production(settings: Settings) -> None:
    settings.ENVIRONMENT = "production"
    with pytest.raises(CommandError, match=r"^`up` does not run in production"):
        call_command("up")


def test_it_starts_nothing_beside_another_one_on_its_port(port: int, commands: Commands) -> None:
    with socket.create_server(("127.0.0.1", port + 1)):
        code, said = commands.run("up", "--simulator", "--port", str(port))
    assert (code, said.splitlines()) == (1, [said])
    assert said.startswith(f"CommandError: can't listen on 127.0.0.1:{port + 1}: Address already in use.")
