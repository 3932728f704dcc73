"""Start and stop of the process, as the server tells them (ASGI's lifespan)."""

from collections.abc import Awaitable, Callable
from typing import Any

import structlog

from streaming.gateway.runtime import current_runtime, stop_current_runtime

logger = structlog.get_logger(__name__)


async def lifespan(
    scope: dict[str, Any],
    receive: Callable[[], Awaitable[dict[str, Any]]],
    send: Callable[[dict[str, Any]], Awaitable[None]],
) -> None:
    """Start the gateway's runtime before the first connection, and stop it after the last."""
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            await current_runtime()
            await send({"type": "lifespan.startup.complete"})
        else:
            await stop_current_runtime()
            await send({"type": "lifespan.shutdown.complete"})
            return
