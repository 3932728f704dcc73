"""The feed of a group of dotted names: many channels in one group, of which subscribers want those that they named.

A subscriber says of each event whether it wants it; an event is encoded once for each encoder that has a subscriber who
does, under the event's own channel.
"""

from collections.abc import Callable, Sequence
from functools import cache, partial
from typing import Protocol, TypeVar

import msgspec

from streaming.events import Envelope, Event, NamedEvent, Resync
from streaming.fan_out.channel_state import ChannelState, EpochFence
from streaming.fan_out.feed import Encoder, Feed
from streaming.fan_out.frames import Frame

MAXIMUM_CHANNELS = 10_000
"""Of a group's channels, and of its producers, those that were longest silent are forgotten beyond so many."""

FramesOf = Callable[[str], Sequence[Frame]]
"""Returns the frames that tell something under a channel's name."""

_Remembered = TypeVar("_Remembered")


class DottedGroup(msgspec.Struct, frozen=True):
    """A group of the channel layer that carries events of dotted names; its feed's key is its name."""

    key: str


class PatternSubscriber(Protocol):
    """What takes frames of dotted names for one connection; no method may wait or raise, nor attach or detach."""

    def wants(self, event: NamedEvent) -> bool:
        """Return whether the connection subscribed the event's channel, and may read it."""
        ...

    def push(self, frames: Sequence[Frame], event: NamedEvent) -> None:
        """Take the frames of an event that it wants, or of what was lost before it, to be sent in this order."""
        ...

    def tell_cut_off(self, resync: Resync, frames_of: FramesOf) -> None:
        """Tell the connection under its own names what may be missing; each of its groups says the same."""
        ...


class DottedFeed(Feed[NamedEvent]):
    """The subscribers of one group in this process, and the state of each channel in it.

    Epochs are compared for each instance by itself, because instances may have different producers, and for each of the
    system's channels. Numbers are of each channel.
    """

    def __init__(self, group: DottedGroup) -> None:
        super().__init__(group.key, group.key)
        self._fences: dict[str, EpochFence] = {}
        """By producer, the longest silent first."""
        self._states: dict[str, ChannelState] = {}
        """By channel and owner, the longest silent first."""
        self._subscribers: dict[Encoder, dict[PatternSubscriber, None]] = {}

    def attach(self, encoder: Encoder, subscriber: PatternSubscriber) -> None:
        """Offer `subscriber` what comes from now on."""
        self._subscribers.setdefault(encoder, {})[subscriber] = None

    def detach(self, encoder: Encoder, subscriber: PatternSubscriber) -> None:
        """Offer `subscriber` nothing more; harmless where it isn't attached."""
        subscribers = self._subscribers.get(encoder, {})
        subscribers.pop(subscriber, None)
        if not subscribers:
            self._subscribers.pop(encoder, None)

    def deliver(self, envelope: Envelope, at: float) -> None:
        """Offer the event to every subscriber, and what was lost before it, unless a state makes up for that."""
        event = envelope.event
        if not isinstance(event, NamedEvent):
            return
        for told in self._state(event).take(envelope, at):
            if not (isinstance(told, Resync) and told.complete):
                self._offer(event, told)

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
        """Tell subscribers what may be missing of what they named: who names no instance knows not of which."""
        for encoder, subscribers in self._subscribers.items():
            frames_of = cache(partial(encoder.encode, resync))
            for subscriber in subscribers:
                subscriber.tell_cut_off(resync, frames_of)

    def _offer(self, event: NamedEvent, told: Event) -> None:
        """Tell the event, or what was lost before it, to those who want the event."""
        for encoder, subscribers in self._subscribers.items():
            frames: Sequence[Frame] | None = None
            for subscriber in subscribers:
                if subscriber.wants(event):
                    if frames is None:
                        frames = encoder.encode(told, event.channel)
                    subscriber.push(frames, event)
        if told is event:
            for callback in self._callbacks:
                callback(event)

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
