"""Telling the processes of a worker that there is work: it saves them the wait until they would look by themselves."""

import asyncio
from typing import Any

import structlog
from asgiref.sync import SyncToAsync, async_to_sync
from channels.layers import get_channel_layer

WAKE_MESSAGE = "worker.wake"
_SEND_SECONDS = 2.0

logger = structlog.get_logger(__name__)


def wake_group(worker: str) -> str:
    """Return the group of the channel layer in which the processes of a worker hear that they are woken."""
    return f"w.{worker}"


async def wake(worker: str) -> None:
    """Wake every process of a worker, after the commit. A layer that is away is logged: they look soon anyway."""
    layer: Any = get_channel_layer()
    try:
        async with asyncio.timeout(_SEND_SECONDS):
            await layer.group_send(wake_group(worker), {"type": WAKE_MESSAGE})
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
