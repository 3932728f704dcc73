"""Which socket endpoints there are."""

from typing import Any

from channels.routing import URLRouter
from django.urls import re_path

from streaming.gateway.handshake import endpoints
from streaming.gateway.handshake.consumer import GatewayConsumer, UnknownPathConsumer

_endpoint: Any = re_path  # Django's stubs know views only, and those of Channels a pattern class of their own

sockets = URLRouter(
    [
        _endpoint(r"^ws/?$", GatewayConsumer.as_asgi(endpoint=endpoints.MARKET)),
        _endpoint(r"^ws/trading/?$", GatewayConsumer.as_asgi(endpoint=endpoints.TRADING)),
        _endpoint(r"", UnknownPathConsumer.as_asgi()),
    ]
)
