"""Where a worker's metrics are read: a small HTTP server on a port of the worker's own."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import structlog

from streaming.metrics.collecting import Collector
from streaming.metrics.guard import MetricsGuard
from streaming.metrics.page import PATH, metrics_page

if TYPE_CHECKING:
    from aiohttp import web

_STOP_SECONDS = 1.0

logger = structlog.get_logger(__name__)


class PortInUseError(Exception):
    """The port of a worker's metrics can't be listened on."""


@asynccontextmanager
async def metrics_served(collector: Collector, guard: MetricsGuard, *, host: str, port: int) -> AsyncIterator[str]:
    """Serve the metrics while the block runs; give their address. Port 0 takes a free one.

    Raise `PortInUseError` where the address can't be listened on.
    """
    from aiohttp import web  # noqa: PLC0415 - it takes long, and most start with their metrics off

    async def answer(request: web.Request) -> web.Response:
        headers = {name.lower(): value for name, value in request.headers.items()}
        page = await metrics_page(
            collector, guard, method=request.method, headers=headers, peer=_peer(request.transport)
        )
        return web.Response(status=page.status, body=page.body, headers=page.headers)

    application = web.Application()
    application.router.add_route("*", PATH, answer)
    runner = web.AppRunner(application, access_log=None, handle_signals=False, shutdown_timeout=_STOP_SECONDS)
    await runner.setup()
    try:
        yield await _listening(runner, host, port)
    finally:
        await runner.cleanup()


async def _listening(runner: "web.AppRunner", host: str, port: int) -> str:
    from aiohttp import web  # noqa: PLC0415 - as above

    try:
        await web.TCPSite(runner, host, port, reuse_port=False).start()
    except OSError as error:
        raise PortInUseError(
            f"can't serve metrics on {host}:{port}: {error.strerror}; "
            "each worker of a machine needs a METRICS_PORT of its own"
        ) from error
    address, taken = runner.addresses[0][:2]
    url = f"http://[{address}]:{taken}{PATH}" if ":" in address else f"http://{address}:{taken}{PATH}"
    logger.info("metrics are served", address=url)
    return url


def _peer(transport: object) -> str:
    name = transport.get_extra_info("peername") if hasattr(transport, "get_extra_info") else None
    return str(name[0]) if isinstance(name, tuple) else ""
