"""What writes ready-made frames, on the protocol that tells it how its socket is."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from uvicorn.protocols.utils import ClientDisconnected
from websockets.asyncio.client import ClientConnection, connect

from streaming.fan_out.frames import text_frame
from streaming.gateway.sending.transport import Write
from streaming.gateway.server.websocket_protocol import GatewayProtocol
from tests.serving import serving
from tests.waiting import until

pytestmark = pytest.mark.django_db(transaction=True)
FRAME = text_frame(b"a frame").wire


@asynccontextmanager
async def connection() -> AsyncIterator[tuple[GatewayProtocol, ClientConnection]]:
    """Connect a client that has had its welcome; its end at the server and its own."""
    async with serving() as running, connect(running.socket_url) as client:
        await client.recv()
        [protocol] = running.server.server_state.connections
        assert isinstance(protocol, GatewayProtocol)
        yield protocol, client


async def test_it_writes_what_the_client_then_reads() -> None:
    async with connection() as (protocol, client):
        protocol.writer.write(FRAME)
        assert await client.recv() == "a frame"


async def test_it_writes_nothing_while_the_socket_is_full() -> None:
    async with connection() as (protocol, client):
        protocol.pause_writing()
        assert protocol.writer.write(FRAME) is False
        protocol.resume_writing()
        protocol.writer.write(text_frame(b"the next").wire)
        assert await client.recv() == "the next"


async def test_it_tells_its_follower_what_writes_now_until_the_connection_is_lost() -> None:
    async with connection() as (protocol, client):
        told: list[Write] = []
        protocol.writer.follow(told.append)
        told[-1](FRAME)
        assert await client.recv() == "a frame"
        protocol.pause_writing()
        assert told[-1](FRAME) is False
        protocol.resume_writing()
        told[-1](text_frame(b"the next").wire)
        assert await client.recv() == "the next"
        client.transport.abort()
        await until(lambda: protocol.disconnected)
        with pytest.raises(ClientDisconnected):
            told[-1](FRAME)


async def test_it_says_so_where_nothing_may_follow_our_close_frame() -> None:
    async with connection() as (protocol, _):
        await protocol.send({"type": "websocket.close", "code": 1000, "reason": ""})
        assert protocol.close_sent
        with pytest.raises(ClientDisconnected):
            protocol.writer.write(FRAME)


async def test_it_says_so_once_the_peer_has_gone() -> None:
    async with connection() as (protocol, client):
        client.transport.abort()
        await until(lambda: protocol.disconnected)
        with pytest.raises(ClientDisconnected):
            protocol.writer.write(FRAME)
