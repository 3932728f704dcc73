"""A gateway in this process, on a real socket and the memory layer, for tests that look inside or feed it by hand."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from decimal import Decimal

from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import connections
from django.utils.module_loading import import_string

from streaming.events import Source
from streaming.gateway.runtime import Runtime, current_runtime
from streaming.gateway.server.serve import bind, url_of
from streaming.gateway.server.server import GatewayServer, ServerLimits, server_config
from streaming.market.models import TRADING, Symbol
from tests.waiting import until

import_string(settings.ASGI_APPLICATION)  # sets logging up anew the first time, and takes handlers of tests away


class Serving:
    """A gateway that serves: its address, and what is behind it."""

    def __init__(self, url: str, runtime: Runtime, server: GatewayServer) -> None:
        self.http_url = url
        self.socket_url = f"{url.replace('http', 'ws', 1)}/ws"
        self.port = int(url.rsplit(":", 1)[1])
        self.runtime = runtime
        self.server = server


@asynccontextmanager
async def serving(limits: ServerLimits | None = None, *, with_symbols: bool = True) -> AsyncIterator[Serving]:
    """Serve on a free port until the end of the `async with`; BTCUSDT and ETHUSDT are known to trade, or nothing is."""
    if with_symbols:
        await sync_to_async(store_symbols)()
    listener = bind("127.0.0.1", 0)
    runtime = await current_runtime()
    config = server_config(import_string(settings.ASGI_APPLICATION), limits or ServerLimits())
    server = GatewayServer(config, runtime.close_sessions)
    task = asyncio.create_task(server.serve(sockets=[listener]))
    await until(lambda: server.started)
    try:
        yield Serving(url_of(listener), runtime, server)
    finally:
        server.should_exit = True
        await task
        await sync_to_async(connections.close_all)()  # or PostgreSQL could not drop the test's database


def store_symbols() -> None:
    """Make BTCUSDT and ETHUSDT known as trading."""
    for base in ("BTC", "ETH"):
        Symbol.objects.create(
            name=f"{base}USDT",
            base=base,
            quote="USDT",
            status=TRADING,
            tick_size=Decimal("0.01"),
            step_size=Decimal("0.00001"),
            minimum_notional=Decimal(5),
            source=Source.SIMULATOR.value,
            listed_at=datetime.now(UTC),
            updated_at=datetime.now(UTC),
        )
