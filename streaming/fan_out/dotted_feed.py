"""The feed of a group of dotted names: many channels in one group, of which subscribers want those that they named.

A subscriber says of each event whether it wants it; an event is encoded once for each encoder that has a subscriber who
does, under the event's own channel.
"""

from collections.abc import Callable, Sequence
from functools import cache, partial
from typing import Protocol, TypeVar

import msgspec

from streaming.event_history.history import Place, Position
from streaming.event_history.silent_channels import ChannelEnd
from streaming.events import Envelope, Event, NamedEvent, Resync
from streaming.fan_out.channel_state import ChannelState, EpochFence
from streaming.fan_out.feed import Feed, NumberingEncoder, encoded
from streaming.fan_out.frames import Frame
from streaming.fan_out.history_order import ComeEvent, RecoveringOrder

MAXIMUM_CHANNELS = 10_000
"""Of a group's channels, and of its producers, those that were longest silent are forgotten beyond so many."""

FramesOf = Callable[[str], Sequence[Frame]]
"""Returns the frames that tell something under a channel's name."""

HistoryKeyOf = Callable[[str], str | None]
"""Returns the key of a channel's history; None for a channel of another group."""
RecoverChannel = Callable[["DottedFeed", str, Position], None]
"""Has what came of a history behind a position, and was lost, read from it; it must not wait."""


def _no_key(_: str) -> None:
    """Return None: no history is kept."""


_NO_ORDER = RecoveringOrder(None)
"""That of what no history is kept of."""

_Remembered = TypeVar("_Remembered")


class DottedGroup(msgspec.Struct, frozen=True):
    """A group of the channel layer that carries events of dotted names; its feed's key is its name."""

    key: str


class PatternSubscriber(Protocol):
    """What takes frames of dotted names for one connection; no method may wait or raise, nor attach or detach."""

    def wants(self, event: NamedEvent) -> bool:
        """Return whether the connection subscribed the event's channel, and may read it."""
        ...

    def wants_numbers(self, event: NamedEvent) -> bool:
        """Return whether the connection asked for numbers on the channel of an event that it wants."""
        ...

    def push(self, frames: Sequence[Frame], event: NamedEvent, place: Place | None) -> None:
        """Take the frames of an event that it wants, or of what was lost before it, to be sent in this order.

        `place` is where it stands in the history, where the frames tell that.
        """
        ...

    def tell_cut_off(self, resync: Resync, frames_of: FramesOf) -> None:
        """Tell the connection under its own names what may be missing; each of its groups says the same."""
        ...


class DottedFeed(Feed[NamedEvent]):
    """The subscribers of one group in this process, and the state of each channel in it.

    Epochs are compared for each instance by itself, because instances may have different producers, and for each of the
    system's channels. Numbers are of each channel. `key_of` returns the key of a channel's history, as it is heard in
    this group. `recover`, where it is given, is called when numbers show that the layer lost events of one: what comes
    of that is held from then on, until `recovered` is called.
    """

    def __init__(
        self, group: DottedGroup, *, key_of: HistoryKeyOf = _no_key, recover: RecoverChannel | None = None
    ) -> None:
        super().__init__(group.key, group.key)
        self._key_of = key_of
        self._recover = recover
        self._orders: dict[str, RecoveringOrder] = {}
        """By the key of the channel's history, the longest silent first."""
        self._fences: dict[str, EpochFence] = {}
        """By producer, the longest silent first."""
        self._states: dict[str, ChannelState] = {}
        """By channel and owner, the longest silent first."""
        self._subscribers: dict[NumberingEncoder, dict[PatternSubscriber, None]] = {}

    def attach(self, encoder: NumberingEncoder, subscriber: PatternSubscriber) -> None:
        """Offer `subscriber` what comes from now on."""
        self._subscribers.setdefault(encoder, {})[subscriber] = None

    def detach(self, encoder: NumberingEncoder, subscriber: PatternSubscriber) -> None:
        """Offer `subscriber` nothing more; harmless where it isn't attached."""
        subscribers = self._subscribers.get(encoder, {})
        subscribers.pop(subscriber, None)
        if not subscribers:
            self._subscribers.pop(encoder, None)

    def history_of(self, channel: str) -> str | None:
        """Return the key of a channel's history, as this group's readers hear it; None for one of another group."""
        return self._key_of(channel)

    def stand_at(self, channel: str, position: Position) -> None:
        """Note where a channel's history ends, where nothing of it has been heard here."""
        key = self.history_of(channel)
        if key is not None:
            self._order(key).heard.begin(position)

    def deliver(self, envelope: Envelope, at: float, place: Place | None = None) -> None:
        """Offer the event to every subscriber, and what was lost before it, unless a state makes up for that.

        What the layer lost is taken from the history first, where the event's place in it shows that there is any.
        """
        event = envelope.event
        if not isinstance(event, NamedEvent):
            return
        key = None if event.is_state else self.history_of(event.channel)
        order = _NO_ORDER if key is None else self._order(key)
        for come in order.take(ComeEvent(envelope, at, place)):
            self._deliver(order, come)

    def reach(self, end: ChannelEnd, *, was_there: bool) -> None:
        """Note up to where a channel was told, as its producer says; what isn't here is taken from its history."""
        self._order(end.key).reach(end, was_there=was_there)

    def recovered(self, key: str, lost: Sequence[tuple[Envelope, Place]] | None, now_ms: int) -> None:
        """Hand out what the history of that key had of the lost, and what was held; None where it doesn't have it."""
        order = self._order(key)
        hand_out = partial(self._deliver, order)
        about = order.last_event or order.first_held
        loss = order.recovered(lost, hand_out, now_ms)
        if loss is not None and isinstance(about, NamedEvent):
            self._offer(about, loss)
            self._offer_numbered(about, loss, None)
        order.hand_out_held(hand_out)

    def can_recover(self, channel: str) -> bool:
        """Return whether the history can tell what was missed of a channel, of which something has come here."""
        order = self._orders.get(self.history_of(channel) or "")
        return order is not None and order.can_recover

    def _deliver(self, order: RecoveringOrder, come: ComeEvent) -> None:
        event = come.envelope.event
        if not isinstance(event, NamedEvent):
            return
        to_tell = order.to_tell(come, self._state(event).take)
        for told in to_tell.plain:
            if not (isinstance(told, Resync) and told.complete):
                self._offer(event, told)
        for told, place in to_tell.numbered:
            if not (isinstance(told, Resync) and told.complete):
                self._offer_numbered(event, told, place)

    def values(self, *, not_before: float) -> Sequence[NamedEvent]:
        """Return the newest values of the state channels that came at `not_before` or later, oldest first."""
        newest = (state.value(not_before=not_before) for state in self._states.values())
        return [event for event in newest if isinstance(event, NamedEvent)]

    def cut_off(self, since: int) -> None:
        """Note that what was published since may not have come, and hold no value of before: the cache may have newer.

        That is told at once, by `tell_cut_off`; numbers are watched anew from there.
        """
        self._states.clear()

    def tell_cut_off(self, resync: Resync) -> None:
        """Tell subscribers what may be missing of what they named: who names no instance knows not of which.

        What the history can bring of the channels that were heard here is brought.
        """
        for order in list(self._orders.values()):
            order.recover_now()
        for encoder, subscribers in self._subscribers.items():
            frames_of = cache(partial(encoder.encode, resync))
            for subscriber in subscribers:
                subscriber.tell_cut_off(resync, frames_of)

    def _offer(self, event: NamedEvent, told: Event) -> None:
        """Tell the event, or what was lost before it, to those who want the event without numbers."""
        for encoder, subscribers in self._subscribers.items():
            frames: Sequence[Frame] | None = None
            for subscriber in subscribers:
                if not subscriber.wants_numbers(event) and subscriber.wants(event):
                    if frames is None:
                        frames = encoder.encode(told, event.channel)
                    subscriber.push(frames, event, None)
        if told is event:
            for callback in self._callbacks:
                callback(event)

    def _offer_numbered(self, event: NamedEvent, told: Event, place: Place | None) -> None:
        """Tell it to those who want the event with numbers."""
        for encoder, subscribers in self._subscribers.items():
            frames: Sequence[Frame] | None = None
            for subscriber in subscribers:
                if subscriber.wants_numbers(event) and subscriber.wants(event):
                    if frames is None:
                        frames = encoded(encoder, told, event.channel, place)
                    subscriber.push(frames, event, place)

    def _order(self, key: str) -> RecoveringOrder:
        recover = None if self._recover is None else partial(self._recover, self, key)
        return _remembered(self._orders, key, partial(RecoveringOrder, recover))

    def _state(self, event: NamedEvent) -> ChannelState:
        """Return the state of an event's channel, and of its owner, where many have one of that name (`system.log`).

        A producer's fence is remembered for at least as long as its channels.
        """
        fence = _remembered(self._fences, _producer(event.channel), EpochFence)
        return _remembered(self._states, f"{event.channel} {event.owner}", partial(ChannelState, fence))


def _remembered(remembered: dict[str, _Remembered], name: str, make: Callable[[], _Remembered]) -> _Remembered:
    """Return what is remembered under `name`, or is made, as that which was asked for last."""
    found = remembered.pop(name, None)
    remembered[name] = found = make() if found is None else found
    if len(remembered) > MAXIMUM_CHANNELS:
        del remembered[next(iter(remembered))]
    return found


def _producer(channel: str) -> str:
    """Return what tells producers apart: the instance, or the channel itself where there is none."""
    return channel.rpartition(".")[0] if channel.count(".") > 1 else channel
