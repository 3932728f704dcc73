"""Serve the platform: HTTP, sockets and, where they are given, workers, in one process and one event loop."""

import gc
import socket
from collections.abc import Callable

from django.conf import settings
from django.utils.module_loading import import_string
from redis.exceptions import RedisError

from streaming.database.connections import keep_connections_of_the_event_loop
from streaming.gateway.runtime import current_runtime
from streaming.gateway.server.kernel_send_buffer import bound_unsent
from streaming.gateway.server.server import GatewayServer, ServerLimits, server_config

BACKLOG = 2048
_OBJECTS_BETWEEN_COLLECTIONS = 10_000
"""Python's own 700 are what three clients leave who come and stay: a crowd of them made the gateway look for garbage
for a seventh of its time, and found none."""
_AFTER_OURS_SECONDS = 2.0
"""The kernel drops whoever takes nothing so long after the gateway should have, which can tell and count it."""


def bind(host: str, port: int) -> socket.socket:
    """Return a listening socket; port 0 takes a free one. Raise `OSError` where the address is in use."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        _limit_unsent(listener)
        listener.listen(BACKLOG)
        listener.setblocking(False)
    except OSError:
        listener.close()
        raise
    return listener


def url_of(listener: socket.socket) -> str:
    """Return the HTTP address of a listening socket."""
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _limit_unsent(listener: socket.socket) -> None:
    """Bound what the kernel holds of each client, also of those that connect before they are served."""
    ours = settings.WS_OUTBOX_MAXIMUM_AGE_SECONDS + settings.WS_ABORT_AFTER_SECONDS
    bound_unsent(
        listener,
        unsent_bytes=settings.WS_KERNEL_UNSENT_BYTES,
        unacknowledged_seconds=ours + _AFTER_OURS_SECONDS,
    )


class LayerUnreachableError(Exception):
    """The channel layer did not answer when the gateway was to start."""


def freeze_what_is_loaded() -> None:
    """Let later garbage collections pass over all that there is now, which stays as long as the process.

    A thousand clients that connect bring about several collections of everything. Each looked at some hundred thousand
    objects of Django and its models besides the clients', and held up everybody meanwhile.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS)


async def serve(listener: socket.socket, told_to_stop: Callable[[], None] | None = None) -> None:
    """Serve on `listener` until SIGINT or SIGTERM; sessions are closed with the protocol's codes before it returns.

    `told_to_stop` is called on the signal: from then on, all that is to be done takes no longer than a few seconds.
    Raise `LayerUnreachableError` where the channel layer doesn't answer.
    """

    async def before_shutdown() -> None:
        runtime = await current_runtime()
        await runtime.close_sessions()

    await keep_connections_of_the_event_loop()
    try:
        await current_runtime()
    except (RedisError, OSError) as error:
        raise LayerUnreachableError(str(error)) from error
    application = import_string(settings.ASGI_APPLICATION)
    freeze_what_is_loaded()
    server = GatewayServer(server_config(application, ServerLimits()), before_shutdown, told_to_stop)
    await server.serve(sockets=[listener])
