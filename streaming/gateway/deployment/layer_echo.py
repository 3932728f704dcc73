"""Whether the channel layer carries messages: some are sent to this process itself, on each way that messages go."""

import asyncio
from enum import StrEnum

from streaming.fan_out.hub import Hub
from streaming.layer.channel_layer import ANY_HOST, Message
from streaming.layer.groups import process_group

ECHO_MESSAGE = "health.echo"


class _Way(StrEnum):
    """How a message is sent: by itself, or with others, for which a layer may have a command of its own."""

    ALONE = "alone"
    TOGETHER = "together"


class LayerEcho:
    """Sends messages to its own process through the channel layer, and waits for them to come back.

    Of a layer over several hosts each is asked by itself.
    """

    def __init__(self, hub: Hub, process_id: str) -> None:
        self._hub = hub
        self._group = process_group(process_id)
        self._waiting: list[dict[str, asyncio.Event]] = []

    async def start(self) -> None:
        """Listen to the process's own group."""
        await self._hub.listen(self._group, ECHO_MESSAGE, self._hear)

    @property
    def hosts(self) -> tuple[str, ...]:
        """The names of the layer's hosts; `ANY_HOST` alone where it has not several."""
        return self._hub.hosts

    async def round_trip(self, host: str = ANY_HOST) -> None:
        """Return when a message of each way has come back, over one of `hosts`, or over any.

        The caller sets the limit. Raise what the layer raises.
        """
        heard = {f"{host} {way}": asyncio.Event() for way in _Way if host == ANY_HOST or way is _Way.ALONE}
        self._waiting.append(heard)
        try:
            await self._hub.send_at(host, self._group, _echo(host, _Way.ALONE))
            if host == ANY_HOST:
                await self._hub.send_all([(self._group, _echo(host, _Way.TOGETHER))])
            for one in heard.values():
                await one.wait()
        finally:
            self._waiting.remove(heard)

    def _hear(self, message: Message) -> None:
        for heard in self._waiting:
            if (one := heard.get(str(message.get("way")))) is not None:
                one.set()


def _echo(host: str, way: _Way) -> dict[str, str]:
    return {"type": ECHO_MESSAGE, "way": f"{host} {way}"}
