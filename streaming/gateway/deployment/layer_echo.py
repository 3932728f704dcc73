"""Whether the channel layer carries messages: one is sent to this process itself."""

import asyncio

from streaming.fan_out.hub import Hub
from streaming.layer.channel_layer import Message

ECHO_MESSAGE = "health.echo"


class LayerEcho:
    """Sends a message to its own process through the channel layer, and waits for it to come back."""

    def __init__(self, hub: Hub, process_id: str) -> None:
        self._hub = hub
        self._group = f"p.{process_id}"
        self._waiting: set[asyncio.Event] = set()

    async def start(self) -> None:
        """Listen to the process's own group."""
        await self._hub.listen(self._group, ECHO_MESSAGE, self._hear)

    async def round_trip(self) -> None:
        """Return when the message has come back; the caller sets the limit."""
        heard = asyncio.Event()
        self._waiting.add(heard)
        try:
            await self._hub.send(self._group, {"type": ECHO_MESSAGE})
            await heard.wait()
        finally:
            self._waiting.discard(heard)

    def _hear(self, message: Message) -> None:
        for heard in self._waiting:
            heard.set()
