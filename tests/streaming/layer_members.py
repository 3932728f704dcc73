"""Members of a channel layer's groups: what a gateway would receive, for tests of who is told what."""

import asyncio

from streaming.events import Envelope
from streaming.installed import topic_registry
from streaming.layer.channel_layer import Layer


async def member(layer: Layer, group: str) -> str:
    """Join a group, and return the channel to receive by."""
    channel = await layer.new_channel()
    await layer.group_add(group, channel)
    return channel


async def envelope(layer: Layer, channel: str) -> Envelope:
    """Return the next event, which comes within 5 seconds."""
    async with asyncio.timeout(5):
        return topic_registry().decoder.decode((await layer.receive(channel))["body"])
