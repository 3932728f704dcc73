"""Telling the delivery workers that there is work: it saves them the wait until they would look by themselves."""

import asyncio
from typing import Any

import structlog
from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer

DELIVERIES_GROUP = "deliveries"
WAKE_MESSAGE = "deliveries.wake"
_SEND_SECONDS = 2.0

logger = structlog.get_logger(__name__)


async def wake_deliveries() -> None:
    """Wake every delivery worker; call it after the commit. A layer that is away is logged: they look soon anyway."""
    layer: Any = get_channel_layer()
    try:
        async with asyncio.timeout(_SEND_SECONDS):
            await layer.group_send(DELIVERIES_GROUP, {"type": WAKE_MESSAGE})
    except Exception as error:  # noqa: BLE001 - whatever a layer raises: the deliveries are stored already
        logger.warning("the delivery workers could not be woken", reason=repr(error))


wake_deliveries_sync = async_to_sync(wake_deliveries)
"""The same for synchronous callers."""
