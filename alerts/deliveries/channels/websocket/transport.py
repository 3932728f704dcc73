"""Publishes on the user's topic `notifications`. Nobody needs to be there: what was missed stands in the list."""

import asyncio

from redis.exceptions import RedisError

from alerts.deliveries.errors import DeliveryFailedError
from alerts.deliveries.message import Message
from streaming.fan_out.hub import Hub

_COUNTS = 1 << 20
"""Counts of one notification that have ids of their own; a count that comes to an id again is long forgotten there."""


class WebSocketTransport:
    """Publishes notifications to their users' connections.

    One batch at a time, so that a user's notifications come in their order.
    """

    slots = 1
    batch = 250

    def __init__(self, hub: Hub, *, timeout_seconds: float) -> None:
        self._hub = hub
        self._timeout_seconds = timeout_seconds

    async def send(self, message: Message) -> None:
        """Publish the notification; what was published already, and is tried again, is known by its id."""
        notification, owner = message.notification, str(message.user_id)
        try:
            async with asyncio.timeout(self._timeout_seconds):
                await self._hub.publish(notification, owner=owner, stored=_stored_id(message))
        except (RedisError, OSError) as error:  # a time-out is an OSError
            raise DeliveryFailedError(f"the channel layer failed: {error!r}") from error


def _stored_id(message: Message) -> int:
    """Return another id whenever the notification has counted more, as a reader leaves out an id that it has seen."""
    return message.delivery_id * _COUNTS + message.count % _COUNTS
