"""From an event to the groups of the channel layer that carry it.

What counts is added to the history of its channel before it is told, in one step for all that is published together,
and is told with its place there.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from streaming import events
from streaming.event_history.adding import HistoryWriter
from streaming.event_history.history import Append, Place
from streaming.events import Envelope, UserEvent
from streaming.fan_out.channel_ends import ChannelEnds
from streaming.fan_out.event_cache import EventCache
from streaming.layer.channel_layer import Layer, Message, send_all
from streaming.topics.registry import Destination, TopicRegistry

EVENT_MESSAGE = "event"


class _Departure(msgspec.Struct, frozen=True):
    """An event that is told now, with its bytes, and where it goes."""

    envelope: Envelope
    body: bytes
    destination: Destination

    @property
    def histories(self) -> tuple[str, ...]:
        """The histories that it is added to; none for a state."""
        return () if self.envelope.event.is_state else tuple(dict.fromkeys(self.destination.histories))


class EventPublishing:
    """Publishes for one process; without a `writer` no history is kept."""

    def __init__(
        self,
        layer: Layer,
        registry: TopicRegistry,
        cache: EventCache,
        writer: HistoryWriter | None,
        ends: ChannelEnds | None,
    ) -> None:
        self._layer = layer
        self._ends = ends
        self._registry = registry
        self._cache = cache
        self._writer = writer

    async def publish(self, owned: Iterable[tuple[Envelope, str]]) -> None:
        """Send events, each with the id of the user whose it is, by as few calls as the layer has.

        Raise what the layer and `TopicRegistry.destination_of` raise; then some of them may have been sent.
        """
        leaving = [self._departure(envelope, owner) for envelope, owner in owned]
        places = await self._added(leaving)
        self._note_ends(leaving, places)
        await send_all(self._layer, [send for one in leaving for send in _sends(one, places)])
        await self._cache.hold({one.destination.value_key: one.body for one in leaving if one.envelope.event.is_held})

    async def publish_encoded(self, key: str, body: bytes, place: Place | None) -> None:
        """Send an encoded event to the group of that key, with its place where it was added to the history."""
        if place is not None and self._ends is not None:
            self._ends.note(key, key, place)
        await self._layer.group_send(key, _message(key, body, place))

    async def stop(self) -> None:
        """End what runs."""
        if self._writer is not None:
            await self._writer.stop()

    def _note_ends(self, leaving: Iterable[_Departure], places: Mapping[tuple[int, str], Place]) -> None:
        """Note what is told now, though it may fail: what is in the history is to reach those who read it."""
        if self._ends is None:
            return
        for one in leaving:
            for (_, feed), key in zip(one.destination.feeds, one.destination.histories, strict=True):
                if (place := places.get((id(one), key))) is not None:
                    self._ends.note(feed, key, place)

    def _departure(self, envelope: Envelope, owner: str) -> _Departure:
        its_owner = owner if isinstance(envelope.event, UserEvent) else ""
        return _Departure(envelope, events.encode(envelope), self._registry.destination_of(envelope.event, its_owner))

    async def _added(self, leaving: Sequence[_Departure]) -> dict[tuple[int, str], Place]:
        """Return where events stand in the histories, by their place in `leaving` and the history's key."""
        if self._writer is None:
            return {}
        named = [(one, key) for one in leaving for key in one.histories]
        places = await self._writer.add([_append(one, key) for one, key in named])
        added = zip(named, places, strict=True)
        return {(id(one), key): place for (one, key), place in added if place is not None}


def _append(leaving: _Departure, key: str) -> Append:
    envelope = leaving.envelope
    return Append(
        key=key,
        body=leaving.body,
        count=envelope.event.frame_count,
        fencing_number=envelope.epoch,
        sequence=envelope.sequence,
        stored=envelope.stored,
    )


def _sends(leaving: _Departure, places: Mapping[tuple[int, str], Place]) -> Iterator[tuple[str, Message]]:
    """Yield the messages that bring an event to its feeds, each with its group."""
    destination, envelope = leaving.destination, leaving.envelope
    for (group, key), history in zip(destination.feeds, destination.histories, strict=True):
        yield group, _message(key, leaving.body, places.get((id(leaving), history)))
    if destination.further:
        unnumbered = events.encode(Envelope(epoch=0, sequence=0, event=envelope.event, stored=envelope.stored))
        for group, key in destination.further:
            yield group, _message(key, unnumbered, None)


def _message(key: str, body: bytes, place: Place | None) -> dict[str, Any]:
    message: dict[str, Any] = {"type": EVENT_MESSAGE, "topic": key, "body": body}
    if place is not None:
        message["place"] = [place.epoch, place.seq, place.count]
    return message
