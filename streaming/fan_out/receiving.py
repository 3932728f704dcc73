"""What a process hears of the channel layer: each message goes to those who take its type."""

import asyncio
from collections.abc import Coroutine
from typing import Any

import structlog

from streaming.fan_out.memberships import Memberships
from streaming.layer.channel_layer import HandingLayer, Layer, Listener, Message

_RETRY_SECONDS = 1.0
_LEAVE_SECONDS = 2.0

logger = structlog.get_logger(__name__)


class Receiving:
    """Receives on the process's channel, from `start` to `stop`.

    Between two messages it never awaits, so that no layer's queue grows or drops.
    """

    def __init__(self, layer: Layer, memberships: Memberships) -> None:
        self._layer = layer
        self._memberships = memberships
        self._listeners: dict[str, list[Listener]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Open the process's channel and begin to receive."""
        channel = self._memberships.channel = await self._layer.new_channel()
        if isinstance(self._layer, HandingLayer):
            await self._layer.hand_over(channel, self._handle)
        else:
            self._spawn(self._receive_forever())

    async def stop(self) -> None:
        """Receive no more; calling it twice is harmless."""
        await self._hear_no_more()
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def take(self, message_type: str, listener: Listener) -> None:
        """Call `listener` with each message of a type that comes by any group; it must not wait."""
        self._listeners.setdefault(message_type, []).append(listener)

    async def listen(self, group: str, message_type: str, listener: Listener) -> None:
        """Join `group`, and call `listener` with each message of `message_type`; it must not wait."""
        listeners = self._listeners.setdefault(message_type, [])
        if listener not in listeners:  # it may be tried again after a failure to join
            listeners.append(listener)
            self._memberships.need(group)
        await self._memberships.join(group)

    def listen_once_joined(self, group: str, message_type: str, listener: Listener) -> None:
        """Do what `listen` does, as soon as that works."""
        self._spawn(self._listen_until_joined(group, message_type, listener))

    async def _listen_until_joined(self, group: str, message_type: str, listener: Listener) -> None:
        while True:
            try:
                await self.listen(group, message_type, listener)
            except Exception as error:  # noqa: BLE001 - whatever a layer raises
                logger.warning("the channel layer can't be joined; trying again", reason=repr(error))
                await asyncio.sleep(_RETRY_SECONDS)
            else:
                return

    async def _receive_forever(self) -> None:
        while True:
            try:
                message = await self._layer.receive(self._memberships.channel)
            except Exception as error:  # noqa: BLE001 - whatever a layer raises, the process must go on receiving
                logger.warning("the channel layer failed to receive; trying again", reason=repr(error))
                await asyncio.sleep(_RETRY_SECONDS)
                continue
            self._handle(message)

    def _handle(self, message: Message) -> None:
        try:
            for listener in self._listeners.get(message["type"], ()):
                listener(message)
        except Exception:
            logger.exception("a message could not be handled", message_type=message.get("type"))

    async def _hear_no_more(self) -> None:
        if not isinstance(self._layer, HandingLayer) or not self._memberships.channel:
            return
        try:
            async with asyncio.timeout(_LEAVE_SECONDS):
                await self._layer.take_back(self._memberships.channel)
        except Exception as error:  # noqa: BLE001 - whatever a layer raises: it forgets a lost process by itself
            logger.warning("the channel layer could not be told that nobody listens", reason=repr(error))

    def _spawn(self, coroutine: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
