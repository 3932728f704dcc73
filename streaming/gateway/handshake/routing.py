"""Which socket endpoints there are, and what they share with the requests over HTTP."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from streaming.commands.user_limits import USER_LIMITS
from streaming.gateway.handshake import endpoints
from streaming.gateway.handshake.consumer import GatewayConsumer, UnknownPathConsumer
from streaming.gateway.runtime import current_hub, known_runtime
from streaming.rest.hub import HUB

Application = Callable[..., Awaitable[None]]

_ENDPOINTS = {
    "ws": endpoints.MARKET,
    "ws/": endpoints.MARKET,
    "ws/trading": endpoints.TRADING,
    "ws/trading/": endpoints.TRADING,
}


def sockets(scope: Any, receive: Any, send: Any) -> Awaitable[None]:
    """Serve the socket at the scope's path, or refuse it.

    The routers of Channels would keep a copy of the scope, and three frames, for as long as each connection lasts.
    """
    path = scope["path"].removeprefix(scope.get("root_path", "")).lstrip("/")
    endpoint = _ENDPOINTS.get(path)
    consumer = UnknownPathConsumer() if endpoint is None else GatewayConsumer(endpoint)
    return consumer(scope, receive, send)


def with_gateway(application: Application) -> Application:
    """Return the HTTP application with the gateway's limits by user, and the way to its hub, in each scope."""

    async def handed_on(scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
        runtime = known_runtime()
        if runtime is not None:
            scope[USER_LIMITS] = runtime.user_limits
        scope[HUB] = current_hub
        await application(scope, receive, send)

    return handed_on
