"""A channel layer of this process that goes away when it is told to, as Redis does."""

import asyncio
from collections.abc import Sequence
from typing import Any

from channels.layers import InMemoryChannelLayer

from streaming.layer.channel_layer import ANY_HOST, Message


class FailingLayer(InMemoryChannelLayer):
    """While `is_away`, it refuses to send and to join; while `answers` is not set, sending hangs.

    Unless it `takes_batches` it refuses many messages at once alone, as a Redis does whose scripts are forbidden.
    """

    is_away = False
    takes_batches = True
    refused = 0
    hanging = 0

    def __init__(self, capacity: int = 10_000) -> None:
        super().__init__(capacity=capacity)
        self.answers = asyncio.Event()
        self.answers.set()

    async def group_add(self, group: str, channel: str) -> None:
        """Fail, or join."""
        self._refuse_while_away()
        await super().group_add(group, channel)

    async def group_send(self, group: str, message: dict[str, Any]) -> None:
        """Fail, or send once it may."""
        self._refuse_while_away()
        self.hanging += 1
        await self.answers.wait()
        self.hanging -= 1
        await super().group_send(group, message)

    async def group_send_all(self, sends: Sequence[tuple[str, Message]]) -> None:
        """Fail, or send each."""
        if not self.takes_batches:
            raise ConnectionError("the layer takes no batches")
        for group, message in sends:
            await self.group_send(group, dict(message))

    @property
    def is_empty(self) -> bool:
        """Whether everything that it took has been received."""
        return all(waiting.empty() for waiting in self.channels.values())

    def _refuse_while_away(self) -> None:
        if self.is_away:
            self.refused += 1
            raise ConnectionError("the layer is away")


class FailingShardedLayer(FailingLayer):
    """The same over two hosts, of which those in `away` refuse what lives there, and take nothing of a batch."""

    hosts = ("even", "odd")

    def __init__(self) -> None:
        super().__init__()
        self.away: set[str] = set()
        self.sent: list[str] = []

    def host_of(self, group: str) -> str:
        """Return the host of a user's group by the user's number; of any other that of every host."""
        return self.hosts[int(group[-1]) % 2] if group.startswith("u.") else ANY_HOST

    async def group_send_at(self, host: str, group: str, message: Message) -> None:
        """Fail, or send."""
        self._refuse_at({host})
        await self.group_send(group, dict(message))

    async def group_send_all(self, sends: Sequence[tuple[str, Message]]) -> None:
        """Fail where one of the hosts is away; what the others take is sent."""
        for group, message in sends:
            if self.host_of(group) not in self.away:
                self.sent.append(group)
                await self.group_send(group, dict(message))
        self._refuse_at({self.host_of(group) for group, _ in sends})

    def _refuse_at(self, hosts: set[str]) -> None:
        if hosts & self.away:
            self.refused += 1
            raise ConnectionError("a host is away")
