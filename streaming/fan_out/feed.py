"""A feed: what the hub hands the events of one key to, with everybody in this process who subscribed them.

Nothing in here waits: an event is encoded once for each name under which a dialect tells it, and the same frames are
handed to every subscriber.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import Generic, Protocol, TypeVar

from streaming.event_history.history import Place
from streaming.event_history.silent_channels import ChannelEnd
from streaming.events import Envelope, Event, Resync
from streaming.fan_out.frames import Frame

Callback = Callable[[Event], None]
Value_co = TypeVar("Value_co", bound=Event, covariant=True)


class Encoder(Protocol):
    """The outgoing half of a dialect."""

    def encode(self, event: Event, channel: str) -> Sequence[Frame]:
        """Return the frames that tell `event` to a client that calls the topic `channel`."""
        ...


class NumberingEncoder(Encoder, Protocol):
    """A dialect that can tell where an event stands in its channel's history."""

    def encode_numbered(self, event: Event, channel: str, place: Place) -> Sequence[Frame]:
        """Return the frames of `encode`, each with the epoch and its own number."""
        ...


def encoded(encoder: NumberingEncoder, event: Event, channel: str, place: Place | None) -> Sequence[Frame]:
    """Return the frames of an event, with its place in them where it has one."""
    return encoder.encode(event, channel) if place is None else encoder.encode_numbered(event, channel, place)


class Feed(ABC, Generic[Value_co]):
    """What all feeds have in common. `key` is the hub's name for it, `group` the group that brings its events."""

    def __init__(self, key: str, group: str) -> None:
        self.key = key
        self.group = group
        self.references = 0
        self.joined_at: float | None = None
        """Since when (monotonic seconds) its group is joined; None where it isn't yet."""
        self._callbacks: dict[Callback, None] = {}

    def add_callback(self, callback: Callback) -> None:
        """Call `callback` with every event from now on; it must neither wait nor raise."""
        self._callbacks[callback] = None

    def remove_callback(self, callback: Callback) -> None:
        """Call `callback` no more; harmless where it was not added."""
        self._callbacks.pop(callback, None)

    @abstractmethod
    def deliver(self, envelope: Envelope, at: float, place: Place | None = None) -> None:
        """Hand out what came `at` (monotonic seconds), and what was lost before it, as `ChannelState.take` says.

        `place` is where it stands in the history; None where it stands in none.
        """

    @abstractmethod
    def reach(self, end: ChannelEnd, *, was_there: bool) -> None:
        """Note up to where a channel was told, as its producer says; see `RecoveringOrder.reach`."""

    @abstractmethod
    def values(self, *, not_before: float) -> Sequence[Value_co]:
        """Return the newest values of states that came at `not_before` (monotonic seconds) or later, oldest first."""

    @abstractmethod
    def cut_off(self, since: int) -> None:
        """Note that what was published since (ms since the epoch) may not have come, and hold no value of before."""

    @abstractmethod
    def tell_cut_off(self, resync: Resync) -> None:
        """Tell subscribers what may be missing, where no number can."""
