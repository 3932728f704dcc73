"""The plain ASGI path: the same gateway on Daphne, with the differences that Daphne makes and no other."""

import asyncio
from collections.abc import Iterator

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from tests import deployments
from tests.deployments import Deployment
from tests.wire.client import connected, flood


@pytest.fixture(scope="module")
def daphne(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    with deployments.on_daphne(tmp_path_factory.mktemp("var")) as running:
        yield running


async def test_it_streams_every_channel(daphne: Deployment) -> None:
    async with connected(daphne.socket_url) as client:
        await client.subscribe(
            "price:BTCUSDT", "ticker:ETHUSDT", "klines:SOLUSDT:1m", "trades:BTCUSDT", "depth:BTCUSDT"
        )
        seen: set[str] = set()
        while not {"price", "ticker", "kline", "trade", "depth"} <= seen:
            seen.add((await client.receive())["type"])


async def test_it_refuses_and_answers_as_everywhere(daphne: Deployment) -> None:
    async with connected(daphne.socket_url) as client:
        await client.subscribe("price:INVALID")
        assert await client.error() == ("Failed to fetch quote for INVALID", "unknown_symbol")
        await client.send(b"binary")
        assert await client.error() == ("Invalid message format", "invalid_message")
        await client.send({"type": "ping"})
        assert (await client.receive())["type"] == "pong"


async def test_it_logs_in_by_token(daphne: Deployment) -> None:
    async with connected(f"{daphne.socket_url}?token={daphne.token()}") as client:
        assert client.frames[0]["data"]["authenticated"] is True


async def test_it_refuses_a_bad_token_with_403(daphne: Deployment) -> None:
    with pytest.raises(InvalidStatus) as refused:
        await connect(f"{daphne.socket_url}?token=nonsense")
    assert refused.value.response.status_code == 403


async def test_it_ends_without_a_close_frame_after_an_oversize_frame(daphne: Deployment) -> None:
    async with connected(daphne.socket_url) as client:
        await client.send("x" * 65_537)
        with pytest.raises(ConnectionClosed) as closed:
            await client.receive()
    assert closed.value.rcvd is None


async def test_it_sends_no_reason_in_its_close_frames(daphne: Deployment) -> None:
    async with connected(daphne.socket_url) as client:
        flooding = asyncio.create_task(flood(client, seconds=10))
        with pytest.raises(ConnectionClosed) as closed:
            await client.next(lambda _: False)
        flooding.cancel()
        await asyncio.gather(flooding, return_exceptions=True)
    assert closed.value.rcvd is not None
    assert (closed.value.rcvd.code, closed.value.rcvd.reason) == (4429, "")


def test_it_serves_the_pages_beside_the_socket(daphne: Deployment) -> None:
    assert daphne.get("/health")["status"] == "ok"
    assert daphne.get("/api/v1/ws/stats")["success"] is True
