"""The close codes that are the server's own, and what it tells of its pings, on `serve` over raw sockets."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.prepared_databases import prepare_database
from tests.waiting import until_now
from tests.wire.processes.lone_gateway import Serve, serve
from tests.wire.rfc6455.peer import Opcode, Peer, handshake_headers, raw_connection

HASTY = {
    "WS_PING_INTERVAL_SECONDS": "2",
    "WS_PING_TIMEOUT_SECONDS": "2",
    "WS_FIRST_PING_SECONDS": "0.2",
}
UNANSWERED = 1011


@pytest.fixture(scope="module")
def var_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a database that has the demo's users."""
    folder = tmp_path_factory.mktemp("var")
    prepare_database({"VAR_DIR": str(folder)})
    return folder


@pytest.fixture(scope="module")
def hasty(var_dir: Path) -> Iterator[Serve]:
    """Run a gateway that pings often."""
    with serve(var_dir, HASTY) as running:
        yield running


async def shake_hands(peer: Peer, target: str, protocol: str | None = None) -> None:
    """Open a socket at an endpoint, in `zigquant-v2` where that is asked for."""
    headers = handshake_headers() | ({} if protocol is None else {"Sec-WebSocket-Protocol": protocol})
    assert (await peer.request(headers, target=target)).status == 101


async def answer_pings(peer: Peer, count: int) -> None:
    """Answer so many pings."""
    async with asyncio.timeout(20):
        while count:
            frame = await peer.any_frame()
            if frame.opcode == Opcode.PING:
                peer.send(Opcode.PONG, frame.payload)
                count -= 1


async def test_it_closes_a_peer_that_answers_no_ping_and_no_other(hasty: Serve) -> None:
    async with raw_connection(hasty.port) as silent, raw_connection(hasty.port) as lively:
        for peer in (silent, lively):
            await shake_hands(peer, "/ws")
            peer.send_json({"type": "subscribe", "channel": "market:overview"})
        ending, _ = await asyncio.gather(silent.ending(), answer_pings(lively, 3))
        assert ending.code == UNANSWERED
        await asyncio.to_thread(until_now, lambda: hasty.connections() == 1)
        lively.send_json({"type": "ping"})
        assert await next_of(lively, "pong")


@pytest.mark.parametrize("payload", [b"", b"wrong", b"\x00" * 4])
async def test_it_takes_no_other_pong_for_an_answer(hasty: Serve, payload: bytes) -> None:
    async with raw_connection(hasty.port) as peer:
        await shake_hands(peer, "/ws")
        talking = asyncio.create_task(send_pongs(peer, payload))
        assert (await peer.ending()).code == UNANSWERED
        talking.cancel()
        await asyncio.gather(talking, return_exceptions=True)


async def send_pongs(peer: Peer, payload: bytes) -> None:
    """Send a pong every moment."""
    while True:
        peer.send(Opcode.PONG, payload)
        await asyncio.sleep(0.1)


async def test_it_tells_the_quality_of_a_connection(hasty: Serve) -> None:
    async with raw_connection(hasty.port) as peer:
        await shake_hands(peer, "/ws")
        await answer_pings(peer, 2)
        quality = await quality_of(peer)
        assert quality["missed"] == 0
        assert quality["quality"] in {"excellent", "good", "fair"}
        assert 0 <= quality["latency_ms"] < 1000
        assert 0 <= quality["mean_ms"] < 1000
        assert 0 <= quality["jitter_ms"] < 1000


async def test_it_tells_a_missed_ping_while_the_connection_lives(hasty: Serve) -> None:
    async with raw_connection(hasty.port) as peer:
        await shake_hands(peer, "/ws")
        async with asyncio.timeout(10):
            await ping_of(peer)
            peer.send(Opcode.PONG, await ping_of(peer))
        quality = await quality_of(peer)
        assert quality["missed"] == 1
        assert quality["latency_ms"] is not None


async def ping_of(peer: Peer) -> bytes:
    """Return the payload of the server's next ping."""
    while (frame := await peer.any_frame()).opcode != Opcode.PING:
        continue
    return frame.payload


async def quality_of(peer: Peer) -> dict[str, Any]:
    """Ask the server what it knows of this connection."""
    peer.send_json({"type": "command", "id": "1", "action": "session.quality", "params": {}})
    data: dict[str, Any] = (await next_of(peer, "response"))["data"]
    return data


async def next_of(peer: Peer, frame_type: str) -> dict[str, Any]:
    """Return the next message of a type."""
    while True:
        message: dict[str, Any] = await peer.message()
        if message["type"] == frame_type:
            return message


async def test_it_closes_with_1009_and_keeps_nothing(hasty: Serve) -> None:
    async with raw_connection(hasty.port) as peer:
        await shake_hands(peer, "/ws")
        peer.send(Opcode.TEXT, b"x" * 65_537)
        assert (await peer.ending()).code == 1009
    await asyncio.to_thread(until_now, lambda: hasty.connections() == 0)
