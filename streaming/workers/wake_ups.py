"""Telling the processes of a worker that there is work: it saves them the wait until they would look by themselves."""

import asyncio
from typing import Any

import structlog
from asgiref.sync import SyncToAsync, async_to_sync
from channels.layers import get_channel_layer

from streaming.fan_out.hub import Hub
from streaming.layer.channel_layer import Listener, Message
from streaming.layer.groups import worker_group
from streaming.tracing.origin import Origin, origin_now, origin_of
from streaming.workers.waiting import until_it_works

WAKE_MESSAGE = "worker.wake"
_SEND_SECONDS = 2.0
_LISTEN_AGAIN_SECONDS = 1.0

logger = structlog.get_logger(__name__)


async def listen_for_wake_ups(hub: Hub, worker: str, heard: Listener) -> None:
    """Have `heard` called whenever the processes of a worker are woken; return once the layer has taken that."""
    await until_it_works(
        lambda: hub.listen(worker_group(worker), WAKE_MESSAGE, heard), what="channel layer", pause=_LISTEN_AGAIN_SECONDS
    )


async def wake(worker: str) -> None:
    """Wake every process of a worker, after the commit. A layer that is away is logged: they look soon anyway."""
    layer: Any = get_channel_layer()
    try:
        async with asyncio.timeout(_SEND_SECONDS):
            await layer.group_send(worker_group(worker), {"type": WAKE_MESSAGE, **origin_now().fields()})
    except Exception as error:  # noqa: BLE001 - whatever a layer raises: the work is stored already
        logger.warning("a worker could not be woken", worker=worker, reason=repr(error))


wake_sync = async_to_sync(wake)
"""The same for synchronous callers."""


def wake_soon(worker: str) -> None:
    """Wake them from a thread that works for an event loop, which does it meanwhile; from any other as `wake_sync`."""
    loop = getattr(SyncToAsync.threadlocal, "main_event_loop", None)
    if isinstance(loop, asyncio.AbstractEventLoop) and loop.is_running():
        asyncio.run_coroutine_threadsafe(wake(worker), loop)
    else:
        wake_sync(worker)


class WokenBy:
    """On whose behalf a worker was woken since it last looked: of several the first, as one turn does it for all."""

    def __init__(self) -> None:
        self._first: Origin | None = None

    def hear(self, message: Message) -> None:
        """Take note of who wakes."""
        if self._first is None:
            self._first = origin_of(message)

    def taken(self) -> Origin:
        """Return who has woken the worker, which then counts as told; nobody's, where it looks by itself."""
        first, self._first = self._first, None
        return first or Origin()
