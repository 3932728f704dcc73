"""Which socket endpoints there are, and what they share with the requests over HTTP."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from channels.routing import URLRouter
from django.urls import re_path

from streaming.commands.user_limits import USER_LIMITS
from streaming.gateway.handshake import endpoints
from streaming.gateway.handshake.consumer import GatewayConsumer, UnknownPathConsumer
from streaming.gateway.runtime import current_hub, known_runtime
from streaming.rest.hub import HUB

Application = Callable[..., Awaitable[None]]

_endpoint: Any = re_path  # Django's stubs know views only, and those of Channels a pattern class of their own

sockets = URLRouter(
    [
        _endpoint(r"^ws/?$", GatewayConsumer.as_asgi(endpoint=endpoints.MARKET)),
        _endpoint(r"^ws/trading/?$", GatewayConsumer.as_asgi(endpoint=endpoints.TRADING)),
        _endpoint(r"", UnknownPathConsumer.as_asgi()),
    ]
)


def with_gateway(application: Application) -> Application:
    """Return the HTTP application with the gateway's limits by user, and the way to its hub, in each scope."""

    async def handed_on(scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
        runtime = known_runtime()
        if runtime is not None:
            scope[USER_LIMITS] = runtime.user_limits
        scope[HUB] = current_hub
        await application(scope, receive, send)

    return handed_on
