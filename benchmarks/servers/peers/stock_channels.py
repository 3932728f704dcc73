"""A Channels consumer as the tutorial of Channels writes it: one group, one `send` for each message.

An ASGI application; the channel layer's class, Redis's address and the prefix of its keys are in the environment.
"""

import os
from typing import Any

import django
from channels.generic.websocket import AsyncWebsocketConsumer
from channels.routing import ProtocolTypeRouter
from django.conf import settings

GROUP = "trades"
MESSAGE = "trade"

settings.configure(
    CHANNEL_LAYERS={
        "default": {
            "BACKEND": os.environ["PEER_LAYER"],
            "CONFIG": {"hosts": [os.environ["PEER_REDIS_URL"]], "prefix": os.environ["PEER_CHANNEL"]},
        }
    }
)
django.setup()


class TradesConsumer(AsyncWebsocketConsumer):
    """One connection."""

    async def connect(self) -> None:
        """Join the group, and accept."""
        await self.channel_layer.group_add(GROUP, self.channel_name)
        await self.accept()

    async def disconnect(self, code: int) -> None:
        """Leave the group."""
        await self.channel_layer.group_discard(GROUP, self.channel_name)

    async def trade(self, event: dict[str, Any]) -> None:
        """Send what the group is told."""
        await self.send(text_data=event["text"])


application = ProtocolTypeRouter({"websocket": TradesConsumer.as_asgi()})
