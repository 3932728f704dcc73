"""Start and stop of the real processes."""

import asyncio
import secrets
import signal
import socket
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed

from tests import deployments
from tests.processes import Process
from tests.wire.client import connected


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_it_tells_its_clients_and_exits_with_zero(tmp_path: Path, number: signal.Signals) -> None:
    with deployments.demo(tmp_path) as demo:
        process = demo.processes["demo"]
        async with connected(demo.socket_url) as client:
            await client.subscribe("price:BTCUSDT", "trades:BTCUSDT")
            await client.next_of("trade")
            process.signal(number)
            with pytest.raises(ConnectionClosed) as closed:
                await client.next(lambda _: False)
        assert closed.value.rcvd is not None
        assert (closed.value.rcvd.code, closed.value.rcvd.reason) == (1012, "Server shutting down")
        assert await asyncio.to_thread(process.stop) == 0  # which reads its last words as well
        assert "Traceback" not in process.output


def test_it_says_so_when_the_port_is_taken(demo: deployments.Deployment, tmp_path: Path) -> None:
    port = demo.http_url.rsplit(":", 1)[1]
    for command in (("demo", "--simulator"), ("serve",)):
        with Process.command(*command, "--port", port, environment={"VAR_DIR": str(tmp_path)}) as process:
            assert process.wait(30) == 1
            assert f"can't listen on 127.0.0.1:{port}: Address already in use" in process.output
            assert "Traceback" not in process.output


def test_it_does_not_run_the_demo_in_production(tmp_path: Path) -> None:
    environment = {
        "VAR_DIR": str(tmp_path),
        "ENVIRONMENT": "production",
        "SECRET_KEY": secrets.token_hex(32),
        "ALLOWED_HOSTS": "localhost",
    }
    with Process.command("demo", "--port", "0", environment=environment) as process:
        assert process.wait(30) == 1
        assert "the demo does not run in production" in process.output


def test_it_keeps_tokens_out_of_the_log(tmp_path: Path) -> None:
    with deployments.demo(tmp_path, {"LOG_LEVEL": "DEBUG"}) as demo:
        token = demo.token()

        async def log_in() -> None:
            async with connected(f"{demo.socket_url}?token={token}") as client:
                await client.subscribe("notifications")
                await client.next_of("subscribed")

        asyncio.run(log_in())
        process = demo.processes["demo"]
        process.wait_for(r"token=\[redacted\]")
        assert token not in process.output
        assert token.split(".")[2] not in process.output


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_quietly_while_it_still_tries_to_reach_the_exchange(tmp_path: Path, number: signal.Signals) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"127.0.0.1:{silent.getsockname()[1]}"
        environment = {
            "VAR_DIR": str(tmp_path),
            "EXCHANGE_REST_URL": f"http://{address}",
            "EXCHANGE_STREAM_URLS": f"ws://{address}",
        }
        with Process.command("demo", "--port", "0", environment=environment) as process:
            process.wait_for("trying to reach Binance")
            process.signal(number)
            assert process.wait() == 0
    assert "Traceback" not in process.output


def test_it_takes_the_real_exchange_where_that_answers(tmp_path: Path, demo: deployments.Deployment) -> None:
    environment = {
        "VAR_DIR": str(tmp_path),
        "EXCHANGE_REST_URL": demo.exchange,
        "EXCHANGE_STREAM_URLS": demo.exchange_socket_url,
    }
    with Process.command("demo", "--port", "0", environment=environment) as process:
        process.wait_for(f"exchange  Binance, live: {demo.exchange_socket_url}")
        page = process.wait_for(r"page\s+(http://\S+?)/?$")[1]
        running = deployments.Deployment([page], demo.exchange, {"demo": process})
        running.wait_until_ready()
        bridge = running.get("/health")["bridge"]
        assert (bridge["source"], bridge["simulated"]) == ("binance", False)


def test_it_runs_beside_another_demo_on_the_same_database(tmp_path: Path) -> None:
    with deployments.demo(tmp_path) as first, deployments.demo(tmp_path) as second:
        assert first.get("/ready")["ready"] is True
        assert second.get("/ready")["ready"] is True


@pytest.mark.parametrize(
    ("arguments", "environment", "complaint"),
    [
        (("serve", "--port", "70000"), {}, "a port is between 0 and 65535, not 70000"),
        (("demo", "--port", "-1"), {}, "a port is between 0 and 65535, not -1"),
        (("demo",), {"PORT": "abc"}, "invalid port_number value: 'abc'"),
    ],
)
def test_it_says_what_is_wrong_with_a_port(
    tmp_path: Path, arguments: tuple[str, ...], environment: dict[str, str], complaint: str
) -> None:
    with Process.command(*arguments, environment={"VAR_DIR": str(tmp_path), **environment}) as process:
        assert process.wait(30) == 2
        assert complaint in process.output
        assert "Traceback" not in process.output


def test_it_says_so_in_one_sentence_when_redis_is_away(tmp_path: Path) -> None:
    environment = {"VAR_DIR": str(tmp_path), "REDIS_URL": "redis://127.0.0.1:1/0"}
    with Process.command("serve", "--port", "0", environment=environment) as process:
        assert process.wait(30) == 1
        assert "the channel layer can't be reached" in process.output
        assert "Traceback" not in process.output
