"""Start and stop of the real processes."""

import asyncio
import secrets
import signal
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
        assert await asyncio.to_thread(process.wait) == 0
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
