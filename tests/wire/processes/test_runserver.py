"""`manage.py runserver`: the developer's server, with its workers, on SQLite and memory."""

import os
import shutil
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.databases.prepared_databases import prepare_database
from tests.deployments import READY_SECONDS, Deployment, fetch_json, status_of
from tests.processes import ROOT, Process
from tests.waiting import until_now
from tests.wire.client import connected
from tests.wire.rfc6455.peer import DROPPED, Opcode
from tests.wire.rfc6455.peer import connected as raw_connected

_CHECKOUT = ("manage.py", "accounts", "alerts", "clients", "platform", "streaming", "templates", "trading", "wallets")
_OUTPUT_TOLD = 5_000
"""So many characters of what a process has printed last are told where it fails."""


@pytest.fixture(scope="module")
def var_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a database that has tables and the demo's users."""
    folder = tmp_path_factory.mktemp("var")
    prepare_database({"VAR_DIR": str(folder)})
    return folder


def free_port() -> int:
    """Return a port that nobody listens on now."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port


@contextmanager
def runserver(
    var_dir: Path, *options: str, root: Path = ROOT, environment: dict[str, str] | None = None
) -> Iterator[Deployment]:
    """Run it, where it simulates with one market, and wait until it listens."""
    port = free_port()
    settings = {"VAR_DIR": str(var_dir), "COMBINED_SYMBOLS": "", **(environment or {})}
    with Process.command("runserver", f"127.0.0.1:{port}", *options, environment=settings, root=root) as process:
        process.wait_for(rf"Listening on TCP address 127.0.0.1:{port}")
        yield Deployment([f"http://127.0.0.1:{port}"], "", {"runserver": process})
    assert "Traceback" not in process.output, process.output


def copy_of_the_checkout(folder: Path) -> Path:
    """Copy what runs into `folder`, where a test may change it."""
    for name in _CHECKOUT:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy2(ROOT / name, folder / name)
    return folder


def children_of(process: Process) -> list[int]:
    """Return the processes that it started (Linux)."""
    names = Path(f"/proc/{process.id}/task/{process.id}/children").read_text(encoding="ascii")
    return [int(name) for name in names.split()]


def is_alive(number: int) -> bool:
    """Return whether a process still runs; one that only waits to be collected doesn't."""
    try:
        return ") Z " not in Path(f"/proc/{number}/stat").read_text(encoding="ascii")
    except FileNotFoundError:
        return False


def port_of(running: Deployment) -> int:
    """Return the port of a server."""
    return int(running.http_url.rsplit(":", 1)[1])


def statuses(running: Deployment) -> list[int]:
    """Return how it answers for a page, a page of the admin, and a file."""
    return [status_of(running.http_url + path) for path in ("/", "/admin/login/", "/static/client/index.js")]


def is_refused(url: str) -> bool:
    """Return whether nobody listens at `url`."""
    return status_of(url) == 0


async def test_it_serves_pages_files_and_prices_and_ends_with_its_workers(var_dir: Path) -> None:
    settings = {"DEBUG": "1", "WS_MAXIMUM_MESSAGE_BYTES": "1000"}
    with runserver(var_dir, "--noreload", "--simulator", environment=settings) as running:
        process = running.processes["runserver"]
        simulator = process.wait_for(r"simulator.*?(http://[\d.:]+)")[1]
        running.wait_until_ready()
        assert statuses(running) == [200] * 3
        async with connected(f"{running.socket_url}?token={running.token()}") as client:
            assert client.frames[0]["data"]["authenticated"] is True
            await client.subscribe("price:BTCUSDT")
            assert (await client.next_of("price"))["data"]["simulated"] is True
        await _assert_it_limits_messages_as_the_settings_say(port_of(running))
        process.signal(signal.SIGTERM)
        assert process.wait() == 0
        process.wait_for("the bridge serves no more")
        assert is_refused(simulator)


async def _assert_it_limits_messages_as_the_settings_say(port: int) -> None:
    async with raw_connected(port) as peer:
        peer.send(Opcode.TEXT, b'{"type":"ping"}'.ljust(1000))
        assert (await peer.message())["type"] == "pong"
        peer.send(Opcode.TEXT, b'{"type":"ping"}'.ljust(1001))
        assert await peer.ending() == DROPPED


def end_beside_the_reloader(running: Deployment, number: signal.Signals) -> None:
    """Stop it, and see that neither the reloader nor the server with its workers is left."""
    process = running.processes["runserver"]
    [child] = children_of(process)
    if number is signal.SIGINT:
        os.kill(child, number)  # Ctrl-C reaches both
    process.signal(number)
    assert process.wait() == 0
    until_now(lambda: not is_alive(child))
    assert is_refused(running.http_url)


def test_it_takes_the_real_exchange_where_that_answers(var_dir: Path, demo: Deployment) -> None:
    exchange = {"EXCHANGE_REST_URL": demo.exchange, "EXCHANGE_STREAM_URLS": demo.exchange_socket_url}
    with runserver(var_dir, environment=exchange) as running:
        running.wait_until_ready()
        bridge = fetch_json(f"{running.http_url}/health")["bridge"]
        assert (bridge["source"], bridge["simulated"]) == ("binance", False)
        running.processes["runserver"].wait_for(f"exchange  Binance, live: {demo.exchange_socket_url}")
        assert statuses(running) == [200] * 3, "it serves files with DEBUG alone"
        end_beside_the_reloader(running, signal.SIGTERM)


def test_it_takes_the_simulator_where_no_exchange_answers_and_starts_anew_when_a_file_changes(
    var_dir: Path, tmp_path: Path
) -> None:
    checkout = copy_of_the_checkout(tmp_path)
    urls = checkout / "platform" / "config" / "urls.py"
    nobody = f"127.0.0.1:{free_port()}"
    exchange = {"EXCHANGE_REST_URL": f"http://{nobody}", "EXCHANGE_STREAM_URLS": f"ws://{nobody}"}
    with runserver(var_dir, root=checkout, environment={"LOG_LEVEL": "DEBUG", **exchange}) as running:
        process = running.processes["runserver"]
        process.wait_for(r"the simulator \(Binance did not answer within 5 s\)")
        process.wait_for(rf"File {urls} first seen")
        until_now(lambda: status_of(f"{running.http_url}/new-page") == 404, seconds=READY_SECONDS)
        with urls.open("a", encoding="utf-8") as file:
            file.write(
                'from django.http import HttpResponse\nurlpatterns += [path("new-page", lambda _: HttpResponse())]\n'
            )
        process.wait_for("the bridge serves no more")
        served = f"{running.http_url}/new-page"
        until_now(
            lambda: status_of(served) == 200, seconds=READY_SECONDS, explain=lambda: process.output[-_OUTPUT_TOLD:]
        )
        running.wait_until_ready()
        end_beside_the_reloader(running, signal.SIGINT)


def test_it_says_that_tables_are_missing(tmp_path: Path) -> None:
    with runserver(tmp_path, "--noreload") as running:
        running.processes["runserver"].wait_for("tables are missing or out of date. Run `manage.py migrate`")
        assert status_of(f"{running.http_url}/") == 200


async def test_it_runs_without_workers_and_pings_as_the_settings_say(var_dir: Path) -> None:
    settings = {"WS_PING_INTERVAL_SECONDS": "0.5", "WS_PING_TIMEOUT_SECONDS": "4"}
    with runserver(var_dir, "--noreload", "--no-workers", environment=settings) as running:
        assert running.get("/health")["status"] == "degraded"
        assert status_of(f"{running.http_url}/ready") == 503
        assert "exchange  " not in running.processes["runserver"].output
        async with connected(running.socket_url) as client, raw_connected(port_of(running)) as silent:
            assert await silent.ending() == DROPPED
            await client.send({"type": "ping"})
            assert (await client.receive())["type"] == "pong"


def test_it_says_so_when_the_port_is_taken(var_dir: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = f"127.0.0.1:{listener.getsockname()[1]}"
        with Process.command("runserver", address, "--no-workers", environment={"VAR_DIR": str(var_dir)}) as process:
            assert process.wait(READY_SECONDS) == 1
            assert f"Couldn't listen on {address}" in process.output
        assert "Traceback" not in process.output
