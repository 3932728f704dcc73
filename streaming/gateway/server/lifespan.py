"""Start and stop of the process, as the server tells them (ASGI's lifespan)."""

from collections.abc import Awaitable, Callable
from typing import Any

from redis.exceptions import RedisError

from streaming.gateway.runtime import current_runtime, stop_current_runtime


async def lifespan(
    scope: dict[str, Any],
    receive: Callable[[], Awaitable[dict[str, Any]]],
    send: Callable[[dict[str, Any]], Awaitable[None]],
) -> None:
    """Start the gateway's runtime before the first connection, and stop it after the last."""
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            await send(await _start())
        else:
            await stop_current_runtime()
            await send({"type": "lifespan.shutdown.complete"})
            return


async def _start() -> dict[str, Any]:
    """Start the runtime, and return what the server is to be told; a part that is away is told in one sentence."""
    try:
        await current_runtime()
    except (RedisError, OSError) as error:
        return {"type": "lifespan.startup.failed", "message": f"The channel layer can't be reached: {error}"}
    return {"type": "lifespan.startup.complete"}
