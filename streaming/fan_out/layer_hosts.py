"""The hosts of a process's channel layer: what lives where, and sending over one of them."""

from typing import Any

from streaming.events import Event, UserEvent
from streaming.layer.channel_layer import ANY_HOST, Layer, sharded
from streaming.topics.registry import TopicRegistry


class LayerHosts:
    """The hosts of `layer`; `ANY_HOST` alone where it has not several."""

    def __init__(self, layer: Layer, registry: TopicRegistry) -> None:
        self._layer = layer
        self._sharded = sharded(layer)
        self._registry = registry

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all."""
        return (ANY_HOST,) if self._sharded is None else self._sharded.hosts

    def of_group(self, group: str) -> str:
        """Return the host at which a group is; `ANY_HOST` for one that is on every host."""
        return ANY_HOST if self._sharded is None else self._sharded.host_of(group)

    def of_event(self, event: Event, owner: str) -> frozenset[str]:
        """Return the hosts over which an event is told; those of what is on every host aside.

        Raise what `TopicRegistry.destination_of` raises.
        """
        its_owner = owner if isinstance(event, UserEvent) else ""
        destination = self._registry.destination_of(event, its_owner)
        groups = (group for group, _ in (*destination.feeds, *destination.further))
        return frozenset(map(self.of_group, groups)) - {ANY_HOST}

    async def send_at(self, host: str, group: str, message: dict[str, Any]) -> None:
        """Send a message to the processes that listen to `group`, over one host."""
        if self._sharded is None or host == ANY_HOST:
            await self._layer.group_send(group, message)
        else:
            await self._sharded.group_send_at(host, group, message)
