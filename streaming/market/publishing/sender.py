"""The way out to the other processes: sends through the channel layer, and knows whether that works.

While it doesn't, those processes can't be heard either, so that their silence says nothing of what they want.
"""

import asyncio
from collections.abc import Awaitable
from typing import Any

from streaming.clock import Clock
from streaming.event_history.history import Place
from streaming.events import Event
from streaming.fan_out.hub import Hub
from streaming.layer.cancelling import heeding_cancellation
from streaming.layer.channel_layer import ANY_HOST
from streaming.outage import Outage

_SLOW_SECONDS = 1.0
"""A layer that takes longer for a message hangs: one that was paused fails no call, it just doesn't answer."""


class Sender:
    """Sends through the channel layer, and knows whether that works.

    What it can't send it reports by returning False; whoever sends decides what follows. Of a layer over several
    hosts, one that publishes the topics of a single `host` knows whether that works.
    """

    def __init__(self, hub: Hub, clock: Clock, *, host: str = ANY_HOST) -> None:
        self._hub = hub
        self._clock = clock
        self._host = host
        self._outage = Outage(f"channel layer at {host}" if host else "channel layer", clock)
        self._under_way: dict[object, float] = {}

    @property
    def is_cut_off(self) -> bool:
        """True where the last message could not be sent, or one has been under way for too long."""
        hanging_since = self._clock.monotonic() - _SLOW_SECONDS
        return self._outage.is_on or any(began < hanging_since for began in self._under_way.values())

    async def send(self, group: str, message: dict[str, Any]) -> bool:
        """Send a message to the processes that listen to `group`; return whether the layer took it."""
        return await self._attempt(self._hub.send(group, message))

    async def publish_encoded(self, topic_key: str, body: bytes, place: Place | None = None) -> bool:
        """Send an encoded event to every process that reads the topic; return whether the layer took it.

        `place` is where it stands in the topic's history, where it was added to that.
        """
        return await self._attempt(self._hub.publish_encoded(topic_key, body, place))

    async def publish(self, event: Event, *, epoch: int, sequence: int) -> bool:
        """Send an event to whoever reads it; return whether the layer took it."""
        return await self._attempt(self._hub.publish(event, epoch=epoch, sequence=sequence))

    async def send_until_taken(self, group: str, message: dict[str, Any], *, pause: float) -> None:
        """Send a message again and again, `pause` seconds apart, until the layer has taken it, at the sender's host."""
        while True:
            if await self._attempt(self._hub.send_at(self._host, group, message)):
                return
            await asyncio.sleep(pause)

    async def _attempt(self, call: Awaitable[None]) -> bool:
        token = object()
        self._under_way[token] = self._clock.monotonic()
        try:
            await heeding_cancellation(call)
        except Exception as error:  # noqa: BLE001 - whatever a layer raises: it is away, and that is expected
            self._outage.failed(error)
            return False
        finally:
            del self._under_way[token]
        self._outage.worked()
        return True
