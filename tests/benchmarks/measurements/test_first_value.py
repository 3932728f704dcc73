"""The measurement of the first value ends, with what is wrong, where there is none to wait for."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from redis.exceptions import RedisError
from websockets.asyncio.server import ServerConnection, serve

from benchmarks.measurements.first_value import waits
from benchmarks.servers.servers import Place
from tests.own_services import own_redis
from tests.services import need_redis


def _place(folder: Path, redis_url: str) -> Place:
    prefix = f"tidewire-test-{secrets.token_hex(4)}"
    return Place(folder, {"REDIS_URL": redis_url, "REDIS_PREFIX": prefix}, prefix)


@asynccontextmanager
async def _gateway(at_subscription: Callable[[], object]) -> AsyncIterator[str]:
    """Serve what welcomes its clients and tells them nothing."""

    async def take(client: ServerConnection) -> None:
        await client.send('{"type":"welcome"}')
        await client.recv()
        await asyncio.to_thread(at_subscription)
        await client.wait_closed()

    async with serve(take, "127.0.0.1", 0) as server:
        host, port = next(iter(server.sockets)).getsockname()
        yield f"ws://{host}:{port}/ws"


@pytest.mark.redis
async def test_it_fails_where_prices_cannot_be_published_any_more(tmp_path: Path) -> None:
    with own_redis() as own:
        async with asyncio.timeout(20.0), _gateway(own.stop) as url:
            with pytest.raises(ExceptionGroup) as failure:
                await waits(_place(tmp_path, own.url), url, 60.0)
    assert failure.group_contains(RedisError)


@pytest.mark.redis
async def test_it_fails_where_no_value_comes(tmp_path: Path) -> None:
    async with asyncio.timeout(20.0), _gateway(lambda: None) as url:
        with pytest.raises(ExceptionGroup) as failure:
            await waits(_place(tmp_path, need_redis()), url, 2.0)
    assert failure.group_contains(TimeoutError)
