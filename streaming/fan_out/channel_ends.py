"""Telling the other processes up to where channels were told that have fallen silent, so that the last isn't lost."""

import asyncio
from collections.abc import Sequence

import msgspec
import structlog

from streaming.batches import batched
from streaming.clock import Clock
from streaming.event_history.history import Place
from streaming.event_history.silent_channels import ChannelEnd, SilentChannels
from streaming.layer.channel_layer import Layer, Message
from streaming.layer.groups import GATEWAYS_GROUP

ENDS_MESSAGE = "history.ends"
ENDS_GROUP = GATEWAYS_GROUP
_LOOK_SECONDS = 1.0
_BATCH = 500
"""So many channels one message tells of."""

logger = structlog.get_logger(__name__)


class ChannelEnds:
    """Tells of the channels that this process tells; it runs only while there are any to be told of."""

    def __init__(self, layer: Layer, clock: Clock) -> None:
        self._layer = layer
        self._clock = clock
        self._silent = SilentChannels()
        self._telling: asyncio.Task[None] | None = None

    def note(self, feed: str, key: str, place: Place) -> None:
        """Note that an event is told to the readers of `feed`, which the history `key` has at `place`."""
        self._silent.note(feed, key, place, self._clock.monotonic())
        if self._telling is None or self._telling.done():
            self._telling = asyncio.get_running_loop().create_task(self._tell())

    async def stop(self) -> None:
        """Tell nothing more."""
        if self._telling is not None:
            self._telling.cancel()
            await asyncio.gather(self._telling, return_exceptions=True)

    async def _tell(self) -> None:
        while len(self._silent):
            await asyncio.sleep(_LOOK_SECONDS)
            ends = self._silent.take(self._clock.monotonic())
            for batch in batched(ends, _BATCH):
                await self._send(batch)

    async def _send(self, ends: Sequence[ChannelEnd]) -> None:
        message = {"type": ENDS_MESSAGE, "ends": msgspec.to_builtins(ends)}
        try:
            await self._layer.group_send(ENDS_GROUP, message)
        except Exception as error:  # noqa: BLE001 - whatever a layer raises: it is said once more, then the next number tells
            logger.warning("the other processes could not be told where channels end", reason=repr(error))


def ends_in(message: Message) -> list[ChannelEnd]:
    """Return what such a message tells."""
    return msgspec.convert(message["ends"], list[ChannelEnd])
