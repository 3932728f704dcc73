"""What a process sends to the others: events to whoever reads them, and messages of one process to others."""

from collections.abc import Iterable, Sequence
from typing import Any

from streaming.clock import Clock
from streaming.event_history.adding import HistoryWriter
from streaming.event_history.history import EventHistory, Place
from streaming.events import Envelope, Event, UserEvent
from streaming.fan_out.channel_ends import ChannelEnds
from streaming.fan_out.event_cache import EventCache
from streaming.fan_out.layer_hosts import LayerHosts
from streaming.fan_out.publishing import EventPublishing
from streaming.layer.channel_layer import Layer, Message, send_all
from streaming.topics.registry import TopicRegistry


class Outgoing:
    """The half of the hub that sends; with a `history`, what counts is added to it before it is told."""

    def __init__(
        self, layer: Layer, registry: TopicRegistry, last_values: EventCache, history: EventHistory | None, clock: Clock
    ) -> None:
        self._layer = layer
        self._hosts = LayerHosts(layer, registry)
        self._destinations = registry
        self._ends = None if history is None else ChannelEnds(layer, clock)
        writer = None if history is None else HistoryWriter(history, clock)
        self._publishing = EventPublishing(layer, registry, last_values, writer, self._ends)

    async def stop_sending(self) -> None:
        """End what is sent by itself, and what runs for what was sent."""
        await self._publishing.stop()
        if self._ends is not None:
            await self._ends.stop()

    @property
    def hosts(self) -> tuple[str, ...]:
        """The names of the layer's hosts; `ANY_HOST` alone where it has not several."""
        return self._hosts.names

    def host_of(self, group: str) -> str:
        """Return the host at which a group is; `ANY_HOST` for one that is on every host."""
        return self._hosts.of_group(group)

    def hosts_of(self, event: Event, owner: str = "") -> frozenset[str]:
        """Return the hosts over which an event is told; those of what is on every host aside.

        Raise what `TopicRegistry.destination_of` raises.
        """
        return self._hosts.of_event(event, owner)

    async def send_at(self, host: str, group: str, message: dict[str, Any]) -> None:
        """Send a message to the processes that listen to `group`, over one of `hosts`."""
        await self._hosts.send_at(host, group, message)

    async def send(self, group: str, message: dict[str, Any]) -> None:
        """Send a message to the processes that listen to `group`."""
        await self._layer.group_send(group, message)

    async def send_all(self, sends: Sequence[tuple[str, Message]]) -> None:
        """Send each message to its group, by as few calls as the layer has: the way on which events go together."""
        await send_all(self._layer, sends)

    def channel_of(self, event: Event, owner: str = "") -> str:
        """Return what tells apart the channels on which events are told, as their subscribers know them.

        Of a dotted name it doesn't tell whose it is. Raise what `TopicRegistry.destination_of` raises.
        """
        its_owner = owner if isinstance(event, UserEvent) else ""
        return self._destinations.destination_of(event, its_owner).value_key

    async def publish(
        self, event: Event, *, owner: str = "", epoch: int = 0, sequence: int = 0, stored: int = 0
    ) -> None:
        """Send an event to whoever reads what its app declared it for, and keep it where it is a state.

        `owner` is the id of the user whose event it is; that of a dotted name tells its owner itself. `epoch` is the
        fencing number of a producer that holds a lease, `sequence` its count on the channel, `stored` an id under which
        the event may be published again. Raise what the layer and `TopicRegistry.destination_of` raise.
        """
        if owner and not isinstance(event, UserEvent):
            raise ValueError(f"it is nobody's own, or names its owner itself: {type(event).__name__}")
        await self._publishing.publish([(Envelope(epoch=epoch, sequence=sequence, event=event, stored=stored), owner)])

    async def publish_all(self, envelopes: Iterable[Envelope], *, owner: str = "") -> None:
        """Send many events by as few calls as the layer has.

        `owner` is the id of the user whose those are that don't name their owner themselves. Raise what `publish`
        raises; then some of them may have been sent.
        """
        await self.publish_owned((envelope, owner) for envelope in envelopes)

    async def publish_owned(self, owned: Iterable[tuple[Envelope, str]]) -> None:
        """Send events of several owners, each with its owner's id, as `publish_all` sends those of one."""
        await self._publishing.publish(owned)

    async def publish_encoded(self, topic_key: str, body: bytes, place: Place | None = None) -> None:
        """Send what `events.encode` has encoded to every process that reads the topic, which has a group of its own.

        `place` is where it stands in the topic's history, where it was added to that.
        """
        await self._publishing.publish_encoded(topic_key, body, place)
