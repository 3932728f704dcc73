"""The feed of one topic, which its subscribers may spell in several ways."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any, Protocol, Self

from streaming.event_history.history import Place, Position
from streaming.event_history.silent_channels import ChannelEnd
from streaming.events import Envelope, Event, Resync
from streaming.fan_out.channel_state import ChannelState, EpochFence
from streaming.fan_out.deduplication import Deduplicator
from streaming.fan_out.feed import Encoder, Feed, NumberingEncoder, encoded
from streaming.fan_out.frames import Frame
from streaming.fan_out.history_order import ComeEvent, RecoveringOrder, is_loss
from streaming.topics.topic import Topic

PushToAll = Callable[[Iterable[Any], Sequence[Frame]], None]
"""Hands frames to each of many; see `Subscriber`."""
Recover = Callable[["TopicFeed", Position], None]
"""Has what came behind a position, and was lost, read from the history; it must not wait."""


class Subscriber(Protocol):
    """What takes frames for one connection: `push_to_all` hands them to its `target`, and to those of all its like.

    `push_to_all` must neither wait nor raise, nor attach or detach anything before it returns: it is called while a
    feed iterates over its subscribers.
    """

    @property
    def target(self) -> object:
        """What `push_to_all` knows the connection by."""
        ...

    @property
    def push_to_all(self) -> PushToAll:
        """What hands frames, which are to be sent in their order, to targets; one function for all of a kind."""
        ...


class IndividualSubscriber(ABC):
    """A subscriber that takes frames by itself, whoever else does."""

    @property
    def target(self) -> Self:
        """Itself."""
        return self

    @staticmethod
    def push_to_all(subscribers: Iterable[IndividualSubscriber], frames: Sequence[Frame]) -> None:
        """Hand frames to each of them."""
        for subscriber in subscribers:
            subscriber.push(frames)

    @abstractmethod
    def push(self, frames: Sequence[Frame]) -> None:
        """Take frames that are to be sent in this order; neither waits nor raises, attaches nor detaches anything."""


class NumberedSubscriber(Protocol):
    """What takes frames for one connection that asked for numbers, as `Subscriber` does."""

    def push_numbered(self, frames: Sequence[Frame], event: Event, place: Place | None) -> None:
        """Take the frames of an event, with its place in the history; None for what has none."""
        ...


class _Targets:
    """The targets of subscribers who are told the same frames, by what hands those to them."""

    __slots__ = ("_by_push",)

    def __init__(self) -> None:
        self._by_push: dict[PushToAll, dict[object, object]] = {}

    def __bool__(self) -> bool:
        return bool(self._by_push)

    def add(self, name: object, subscriber: Subscriber) -> None:
        """Add a subscriber's target under a name of its own."""
        self._by_push.setdefault(subscriber.push_to_all, {})[name] = subscriber.target

    def remove(self, name: object) -> None:
        """Remove what has that name; harmless where nothing has."""
        for push_to_all, targets in list(self._by_push.items()):
            targets.pop(name, None)
            if not targets:
                del self._by_push[push_to_all]

    def push(self, frames: Sequence[Frame]) -> None:
        """Hand frames to all."""
        for push_to_all, targets in self._by_push.items():
            push_to_all(targets.values(), frames)


class _NumberedSubscribers:
    """Those who are told a topic with numbers under one name: the targets of those who stand where the feed does, and
    those who must see each place."""

    __slots__ = ("seeing_places", "targets")

    def __init__(self) -> None:
        self.targets = _Targets()
        self.seeing_places: dict[NumberedSubscriber, None] = {}


class TopicFeed(Feed[Event]):
    """The subscribers of one topic in this process, and its newest value where `keeps_value`.

    `recover`, where it is given, is called when the numbers show that the layer lost events: what comes is held from
    then on, until `recovered` is called.
    """

    def __init__(self, topic: Topic, *, keeps_value: bool, recover: Recover | None = None) -> None:
        super().__init__(topic.key, topic.group)
        self.topic = topic
        self.keeps_value = keeps_value
        self._state = ChannelState(EpochFence(), Deduplicator())
        self._subscribers: dict[tuple[Encoder, str], _Targets] = {}
        self._numbered: dict[tuple[NumberingEncoder, str], _NumberedSubscribers] = {}
        self._order = RecoveringOrder(None if recover is None else partial(recover, self))

    def attach(self, encoder: Encoder, channel: str, subscriber: Subscriber) -> None:
        """Send `subscriber` what comes from now on, under the name `channel`."""
        self._subscribers.setdefault((encoder, channel), _Targets()).add(subscriber, subscriber)

    def detach(self, encoder: Encoder, channel: str, subscriber: Subscriber) -> None:
        """Send `subscriber` nothing more under the name `channel`; harmless where it isn't attached."""
        targets = self._subscribers.get((encoder, channel))
        if targets is None:
            return
        targets.remove(subscriber)
        if not targets:
            del self._subscribers[encoder, channel]

    def attach_numbered(self, encoder: NumberingEncoder, channel: str, subscriber: NumberedSubscriber) -> None:
        """Send `subscriber` what comes from now on, with numbers, under the name `channel`."""
        self._numbered.setdefault((encoder, channel), _NumberedSubscribers()).seeing_places[subscriber] = None

    def tell_all_that_is_new(
        self, encoder: NumberingEncoder, channel: str, subscriber: NumberedSubscriber, outlet: Subscriber
    ) -> None:
        """Hand what comes from now on to `outlet`: the subscriber stands where the feed does.

        `push_numbered` may call it, as an exception from what `Subscriber` says.
        """
        subscribers = self._numbered[encoder, channel]
        del subscribers.seeing_places[subscriber]
        subscribers.targets.add(subscriber, outlet)

    def detach_numbered(self, encoder: NumberingEncoder, channel: str, subscriber: NumberedSubscriber) -> None:
        """Send `subscriber` nothing more under the name `channel`; harmless where it isn't attached."""
        subscribers = self._numbered.get((encoder, channel))
        if subscribers is None:
            return
        subscribers.targets.remove(subscriber)
        subscribers.seeing_places.pop(subscriber, None)
        if not (subscribers.targets or subscribers.seeing_places):
            del self._numbered[encoder, channel]

    def stand_at(self, position: Position) -> None:
        """Note where the channel's history ends, where nothing of it has been heard here."""
        self._order.heard.begin(position)

    def deliver(self, envelope: Envelope, at: float, place: Place | None = None) -> None:
        """Hand the event to every subscriber, and what was lost before it.

        What the layer lost is taken from the history first, where the event's place in it shows that there is any.
        """
        order = self._order
        if not order.is_next(place):
            for come in order.take(ComeEvent(envelope, at, place)):
                self._deliver(come)
            return
        order.last_event = envelope.event
        for event in self._state.take(envelope, at):
            if place is None or not is_loss(event, envelope):  # nothing is missing, whatever its producer counts
                self._hand_out(event)
                if place is None and self._numbered:
                    self._hand_out_numbered(event, None)
        if place is not None and self._numbered:
            self._hand_out_numbered(envelope.event, place)

    def reach(self, end: ChannelEnd, *, was_there: bool) -> None:
        """Note up to where the topic was told, as its producer says; what isn't here is taken from the history."""
        self._order.reach(end, was_there=was_there)

    def recovered(self, lost: Sequence[tuple[Envelope, Place]] | None, now_ms: int) -> None:
        """Hand out what the history had of the lost, and what was held; None where it doesn't have it."""
        loss = self._order.recovered(lost, self._deliver, now_ms)
        if loss is not None:
            self._tell_unnumbered(loss)
        self._order.hand_out_held(self._deliver)

    def _deliver(self, come: ComeEvent) -> None:
        to_tell = self._order.to_tell(come, self._state.take)
        for event in to_tell.plain:
            self._hand_out(event)
        for event, place in to_tell.numbered:
            self._hand_out_numbered(event, place)

    def values(self, *, not_before: float) -> Sequence[Event]:
        """Return the newest value, if it came at `not_before` (monotonic seconds) or later."""
        value = self._state.value(not_before=not_before) if self.keeps_value else None
        return () if value is None else (value,)

    def cut_off(self, since: int) -> None:
        """Note that what was published since (ms since the epoch) may not have come, and hold no value of before.

        The bridge sends its newest event again, which tells by its number whether anything is missing.
        """
        self._state.forget_value()
        if self.topic.needs_exchange:
            self._state.cut_off(since)

    def tell_cut_off(self, resync: Resync) -> None:
        """Tell subscribers what may be missing, where no number can, and the history can't bring it."""
        if self.topic.needs_exchange:
            return
        if self._order.can_recover:
            self._order.recover_now()
        else:
            self._tell_unnumbered(resync)

    def _tell_unnumbered(self, event: Event) -> None:
        self._hand_out(event)
        self._hand_out_numbered(event, None)

    def _hand_out(self, event: Event) -> None:
        for (encoder, channel), targets in self._subscribers.items():
            frames = encoder.encode(event, channel)
            if frames:
                targets.push(frames)
        for callback in self._callbacks:
            callback(event)

    def _hand_out_numbered(self, event: Event, place: Place | None) -> None:
        for (encoder, channel), subscribers in self._numbered.items():
            frames = encoded(encoder, event, channel, place)
            subscribers.targets.push(frames)
            for subscriber in tuple(subscribers.seeing_places):
                subscriber.push_numbered(frames, event, place)
