import asyncio

import httpx2
import pytest
import uvicorn
from asgiref.sync import sync_to_async
from channels.layers import InMemoryChannelLayer
from django.conf import settings
from django.db import connections
from django.utils.module_loading import import_string

from streaming.gateway.runtime import Runtime, current_runtime, stop_current_runtime
from streaming.gateway.server.serve import bind, url_of
from tests.serving import store_symbols
from tests.waiting import until

pytestmark = pytest.mark.django_db(transaction=True)


class AbsentLayer(InMemoryChannelLayer):
    """A layer whose server is away for the first attempt."""

    def __init__(self) -> None:
        super().__init__()
        self.attempts = 0

    async def new_channel(self, prefix: str = "specific.") -> str:
        self.attempts += 1
        if self.attempts == 1:
            raise ConnectionError("away")
        return str(await super().new_channel(prefix))


async def test_it_can_start_after_a_start_that_failed() -> None:
    runtime = Runtime(layer=AbsentLayer())
    with pytest.raises(ConnectionError, match="away"):
        await runtime.start()
    await runtime.start()
    await runtime.echo.round_trip()
    await runtime.stop()


async def test_it_starts_once_for_all_who_ask() -> None:
    layer = AbsentLayer()
    layer.attempts = 1
    runtime = Runtime(layer=layer)
    await asyncio.gather(*(runtime.start() for _ in range(10)))
    assert layer.attempts == 2
    await runtime.stop()
    await runtime.stop()


async def test_it_is_one_for_each_event_loop() -> None:
    assert await current_runtime() is await current_runtime()
    await stop_current_runtime()
    await stop_current_runtime()


async def test_it_outlives_the_request_that_started_it_where_the_server_has_no_lifespan() -> None:
    listener = bind("127.0.0.1", 0)
    config = uvicorn.Config(import_string(settings.ASGI_APPLICATION), lifespan="off", log_config=None)
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server._serve(sockets=[listener]))
    await until(lambda: server.started)
    async with httpx2.AsyncClient() as client:
        assert (await client.get(f"{url_of(listener)}/ready")).status_code == 503
    runtime = await current_runtime()
    await sync_to_async(store_symbols)()
    await runtime.hub.send("gateways", {"type": "symbols.changed"})
    await until(lambda: runtime.symbols.known)
    server.should_exit = True
    await serving
    await stop_current_runtime()
    await sync_to_async(connections.close_all)()
