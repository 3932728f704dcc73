"""Start and stop of the real processes."""

import asyncio
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings
from websockets.exceptions import ConnectionClosed

from tests import deployments
from tests.commands import Commands
from tests.processes import Process
from tests.services import need_redis
from tests.wire.client import connected


@pytest.fixture(scope="module")
def commands(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Commands]:
    """Where commands run that end by themselves."""
    with Commands({"VAR_DIR": str(tmp_path_factory.mktemp("var"))}) as running:
        yield running


async def test_it_tells_its_clients_and_exits_with_zero(tmp_path: Path) -> None:
    with deployments.demo(tmp_path) as demo:
        process = demo.processes["demo"]
        async with connected(demo.socket_url) as client:
            await client.subscribe("price:BTCUSDT", "trades:BTCUSDT")
            await client.next_of("trade")
            process.signal(signal.SIGINT)
            with pytest.raises(ConnectionClosed) as closed:
                await client.next(lambda _: False)
        assert closed.value.rcvd is not None
        assert (closed.value.rcvd.code, closed.value.rcvd.reason) == (1012, "Server shutting down")
        assert await asyncio.to_thread(process.stop) == 0  # which reads its last words as well
        assert "Traceback" not in process.output


@pytest.mark.parametrize("arguments", [("demo", "--simulator"), ("serve",)], ids=["demo", "serve"])
def test_it_says_so_when_the_port_is_taken(commands: Commands, arguments: tuple[str, ...]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        code, output = commands.run(*arguments, "--port", str(port))
    assert code == 1
    assert f"can't listen on 127.0.0.1:{port}: Address already in use" in output
    assert "Traceback" not in output


@pytest.mark.redis
def test_a_worker_says_so_when_the_port_of_its_metrics_is_taken(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        environment = {
            "VAR_DIR": str(tmp_path),
            "REDIS_URL": need_redis(),
            "METRICS": "local",
            "METRICS_PORT": str(port),
        }
        with Process.command("run_wallets", environment=environment) as process:
            assert process.wait() == 1
    assert f"can't serve metrics on 127.0.0.1:{port}: " in process.output
    assert "each worker of a machine needs a METRICS_PORT of its own" in process.output
    assert "Traceback" not in process.output


def test_it_does_not_run_the_demo_in_production(settings: Settings) -> None:
    settings.ENVIRONMENT = "production"
    with pytest.raises(CommandError, match="the demo does not run in production"):
        call_command("demo", "--port", "0")


def test_it_ends_quietly_while_it_still_tries_to_reach_the_exchange(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"127.0.0.1:{silent.getsockname()[1]}"
        environment = {
            "VAR_DIR": str(tmp_path),
            "EXCHANGE_REST_URL": f"http://{address}",
            "EXCHANGE_STREAM_URLS": f"ws://{address}",
        }
        with Process.command("demo", "--port", "0", environment=environment) as process:
            process.wait_for("trying to reach Binance")
            process.signal(signal.SIGTERM)
            assert process.wait() == 0
    assert "Traceback" not in process.output


@pytest.mark.parametrize(
    ("arguments", "environment", "complaint"),
    [
        (("serve", "--port", "70000"), {}, "a port is between 0 and 65535, not 70000"),
        (("demo", "--port", "-1"), {}, "a port is between 0 and 65535, not -1"),
        (("demo",), {"PORT": "abc"}, "invalid port_number value: 'abc'"),
    ],
)
def test_it_says_what_is_wrong_with_a_port(
    commands: Commands, arguments: tuple[str, ...], environment: dict[str, str], complaint: str
) -> None:
    code, output = commands.run(*arguments, environment=environment)
    assert code == 2
    assert complaint in output
    assert "Traceback" not in output


def test_it_says_so_in_one_sentence_when_redis_is_away(tmp_path: Path) -> None:
    environment = {"VAR_DIR": str(tmp_path), "REDIS_URL": "redis://127.0.0.1:1/0"}
    with Process.command("serve", "--port", "0", environment=environment) as process:
        assert process.wait(deployments.READY_SECONDS) == 1
        assert "the channel layer can't be reached" in process.output
        assert "Traceback" not in process.output
