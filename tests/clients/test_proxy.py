"""The cutting proxy, between clients and a server that both speak WebSocket by a library of their own."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from websockets.asyncio.client import connect
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosedError, InvalidMessage, InvalidStatus

from tests.clients.proxy import CuttingProxy
from tests.waiting import until

_SOON = 0.2


@asynccontextmanager
async def _proxied() -> AsyncIterator[tuple[CuttingProxy, str]]:
    """Run a server that says back what it hears, and a proxy before it."""

    async def say_back(connection: ServerConnection) -> None:
        async for message in connection:
            await connection.send(message)

    async with serve(say_back, "127.0.0.1", 0) as server:
        proxy = CuttingProxy(next(iter(server.sockets)).getsockname()[1])
        await proxy.start()
        try:
            yield proxy, f"ws://127.0.0.1:{proxy.port}/"
        finally:
            await proxy.stop()


@pytest.mark.parametrize("length", [0, 1, 125, 126, 65_535, 65_536, 300_000])
async def test_it_forwards_frames_of_every_length(length: int) -> None:
    async with _proxied() as (_, url), connect(url) as client:
        await client.send("x" * length)
        assert await client.recv() == "x" * length
        await client.send(b"\x00" * length)
        assert await client.recv() == b"\x00" * length


async def test_it_forwards_what_is_no_websocket() -> None:
    async with _proxied() as (proxy, _):
        reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
        writer.write(b"GET / HTTP/1.1\r\nHost: here\r\n\r\n")
        assert (await reader.readline()).startswith(b"HTTP/1.1 426")
        writer.close()
        assert proxy.seen == []


async def test_it_forwards_the_end_of_a_connection() -> None:
    async with _proxied() as (_, url):
        async with connect(url) as client:
            await client.close(4000, "done")
        assert client.close_code == 4000


async def test_it_cuts_without_a_close_frame_and_takes_the_next() -> None:
    async with _proxied() as (proxy, url):
        async with connect(url) as client:
            proxy.cut()
            with pytest.raises(ConnectionClosedError) as closed:
                await client.recv()
            assert closed.value.rcvd is None
        async with connect(url) as client:
            await client.send("again")
            assert await client.recv() == "again"


async def test_it_refuses_so_many_connections_as_asked() -> None:
    async with _proxied() as (proxy, url):
        proxy.refuse(times=2)
        for _ in range(2):
            with pytest.raises((OSError, InvalidMessage)):
                await connect(url)
        async with connect(url) as client:
            await client.send("in")
            assert await client.recv() == "in"
        assert proxy.refused == 2


async def test_it_refuses_with_a_status_until_it_is_told_to_accept() -> None:
    async with _proxied() as (proxy, url):
        proxy.refuse(status=403)
        for _ in range(3):
            with pytest.raises(InvalidStatus) as refused:
                await connect(url)
            assert refused.value.response.status_code == 403
        proxy.accept()
        async with connect(url):
            pass


async def test_it_holds_everything_while_it_stalls_and_loses_nothing() -> None:
    async with _proxied() as (proxy, url), connect(url) as client:
        proxy.stall()
        for number in range(10):
            await client.send(str(number))
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(client.recv(), _SOON)
        assert proxy.seen == [[]]
        proxy.release()
        assert [await client.recv() for _ in range(10)] == [str(number) for number in range(10)]


async def test_it_accepts_new_connections_while_it_stalls_and_answers_none() -> None:
    async with _proxied() as (proxy, url):
        proxy.stall()
        with pytest.raises(TimeoutError):
            await connect(url, open_timeout=_SOON)
        proxy.release()
        async with connect(url):
            pass


async def test_it_can_cut_what_it_stalls() -> None:
    async with _proxied() as (proxy, url), connect(url) as client:
        proxy.stall()
        await client.send("held")
        begin = time.monotonic()
        proxy.cut()
        with pytest.raises(ConnectionClosedError):
            await client.recv()
        assert time.monotonic() - begin < 5


async def test_it_swallows_what_the_server_says_and_not_what_the_client_does() -> None:
    async with _proxied() as (proxy, url), connect(url) as client:
        proxy.swallow()
        await client.send('{"type":"lost"}')
        await until(lambda: proxy.seen == [[{"type": "lost"}]])
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(client.recv(), _SOON)
        proxy.release()
        await client.send("heard")
        assert await client.recv() == "heard"


async def test_it_injects_between_two_frames() -> None:
    async with _proxied() as (proxy, url), connect(url) as client:
        await client.send("one")
        assert await client.recv() == "one"
        proxy.inject(b"not from the server")
        proxy.inject(b"x" * 70_000, binary=True)
        assert await client.recv() == "not from the server"
        assert await client.recv() == b"x" * 70_000
        await client.send("two")
        assert await client.recv() == "two"


async def test_it_remembers_what_each_client_sent_until_the_reset() -> None:
    async with _proxied() as (proxy, url):
        async with connect(url) as first, connect(url) as second:
            await first.send('{"type":"auth"}')
            assert await first.recv()
            await second.send("no json")
            assert await second.recv()
            assert proxy.seen == [[{"type": "auth"}], ["no json"]]
            proxy.stall()
            proxy.refuse()
            proxy.reset()
            assert (proxy.seen, proxy.refused) == ([], 0)
        async with connect(url) as third:
            await third.send("fresh")
            assert await third.recv() == "fresh"
