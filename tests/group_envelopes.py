"""What groups of a channel layer are sent, heard by a member apart from any hub."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from streaming.events import Envelope
from streaming.installed import topic_registry
from streaming.layer.channel_layer import Layer


@asynccontextmanager
async def envelopes_of(layer: Layer, *groups: str) -> AsyncIterator[list[Envelope]]:
    """Give the list of what the groups are sent; it grows until the end of the `async with`."""
    envelopes: list[Envelope] = []
    channel = await layer.new_channel()
    for group in groups:
        await layer.group_add(group, channel)

    async def receive() -> None:
        while True:
            envelopes.append(topic_registry().decoder.decode((await layer.receive(channel))["body"]))

    task = asyncio.create_task(receive())
    yield envelopes
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
