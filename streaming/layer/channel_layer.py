"""What is used of a channel layer of Django Channels, which has no types of its own."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol, cast, runtime_checkable

Message = Mapping[str, Any]
Listener = Callable[[Message], None]

RECONNECTED_MESSAGE = "layer.reconnected"
"""What the layer itself says where it was cut off, and hears again: `since` is when it last heard, in ms.

`host` is the one that wasn't heard; where there is none, nothing was.
"""
ANY_HOST = ""
"""The host of what is on every host, and of everything where there are no several hosts."""


class GroupLayer(Protocol):
    """What memberships use of it."""

    async def group_add(self, group: str, channel: str) -> None:
        """Add `channel` to `group`."""
        ...

    async def group_discard(self, group: str, channel: str) -> None:
        """Take `channel` out of `group`."""
        ...


class Layer(GroupLayer, Protocol):
    """What the hub uses of it."""

    async def new_channel(self, prefix: str = ...) -> str:
        """Return a channel name of this process."""
        ...

    async def receive(self, channel: str) -> dict[str, Any]:
        """Wait for the next message on `channel`."""
        ...

    async def group_send(self, group: str, message: dict[str, Any]) -> None:
        """Send `message` to every member of `group`."""
        ...


@runtime_checkable
class HandingLayer(Protocol):
    """A layer that can hand a message on as soon as it comes, without a task that waits for it."""

    async def hand_over(self, channel: str, handle: Listener) -> None:
        """Call `handle` with each message that comes to `channel`."""
        ...

    async def take_back(self, channel: str) -> None:
        """Call nobody any more with what comes to `channel`."""
        ...


@runtime_checkable
class BatchingLayer(Protocol):
    """A layer that takes many messages at once, for less than one by one."""

    async def group_send_all(self, sends: Sequence[tuple[str, Message]]) -> None:
        """Send each message to its group, in this order."""
        ...


class ShardedLayer(Protocol):
    """A layer over several hosts, each with its own groups; what it tells of a cut names the `host`."""

    @property
    def hosts(self) -> tuple[str, ...]:
        """The names of the hosts."""
        ...

    def host_of(self, group: str) -> str:
        """Return the host of a group; `ANY_HOST` for one that is on every host."""
        ...

    async def group_send_at(self, host: str, group: str, message: Message) -> None:
        """Send to those members of a group that hear it at one host."""
        ...


def sharded(layer: GroupLayer) -> ShardedLayer | None:
    """Return the layer where it is over several hosts, else None."""
    return cast("ShardedLayer", layer) if hasattr(type(layer), "host_of") else None


async def send_all(layer: Layer, sends: Sequence[tuple[str, Message]]) -> None:
    """Send each message to its group, in this order, by as few calls as the layer has."""
    if isinstance(layer, BatchingLayer):
        await layer.group_send_all(sends)
        return
    for group, message in sends:
        await layer.group_send(group, dict(message))
