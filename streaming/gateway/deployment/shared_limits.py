"""What each gateway's users do, told to the other gateways, so that all keep one limit for a user together.

It is told through the channel layer, a few times a second, of those users only who do much, and while there are other
gateways; a command never waits for it. While the layer is away nothing is heard, and each gateway keeps the limits of
its own.
"""

import asyncio
from collections.abc import Callable, Sequence

import msgspec
import structlog

from streaming.clock import Clock
from streaming.commands.user_limits import Load, UserLimits
from streaming.fan_out.hub import Hub
from streaming.layer.channel_layer import Message
from streaming.layer.groups import GATEWAYS_GROUP
from streaming.market.publishing.sender import Sender
from streaming.workers.background_task import BackgroundTask
from streaming.workers.ticks import until_tick

MESSAGE = "gateway.user_loads"
_INTERVAL_SECONDS = 0.25

logger = structlog.get_logger(__name__)


class _Told(msgspec.Struct, frozen=True):
    """The loads of one gateway, by user."""

    process_id: str
    loads: dict[str, Load]


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(_Told).decode


class SharedLimits(BackgroundTask):
    """Tells the other gateways what this one's users do, and hears of theirs.

    `others` returns the process ids of the gateways that are there.
    """

    def __init__(
        self, hub: Hub, limits: UserLimits, process_id: str, clock: Clock, *, others: Callable[[], Sequence[str]]
    ) -> None:
        self._hub = hub
        self._limits = limits
        self._process_id = process_id
        self._sender = Sender(hub, clock)
        self._others = others

    async def start(self) -> None:
        """Begin to listen to the other gateways and to tell them."""
        await self._hub.listen(GATEWAYS_GROUP, MESSAGE, self._hear)
        await super().start()

    async def _run(self) -> None:
        while True:
            has_others = any(other != self._process_id for other in self._others())
            if has_others and (loads := self._limits.loads()):
                body = _encode(_Told(self._process_id, loads))
                await self._sender.send(GATEWAYS_GROUP, {"type": MESSAGE, "body": body})
            await asyncio.sleep(until_tick(_INTERVAL_SECONDS))

    def _hear(self, message: Message) -> None:
        try:
            told = _decode(message["body"])
        except msgspec.DecodeError as error:
            logger.warning("the loads of a gateway could not be decoded", reason=str(error))
            return
        if told.process_id != self._process_id:
            self._limits.hear(told.process_id, told.loads)
