"""Whether what comes on a channel follows what came before, by its places in the channel's history. Pure."""

from collections.abc import Callable, Sequence

import msgspec

from streaming.event_history.history import Place, Position
from streaming.event_history.silent_channels import ChannelEnd
from streaming.events import Envelope, Event, Resync

_NO_EPOCH = ""


class ComeEvent(msgspec.Struct, frozen=True):
    """What came `at` (monotonic seconds), and where it stands in the history; None where it stands in none."""

    envelope: Envelope
    at: float
    place: Place | None


class ToTell(msgspec.Struct, frozen=True):
    """What is told of an event that came: `plain` without numbers, and `numbered` with its place to who wants these."""

    plain: Sequence[Event]
    numbered: Sequence[tuple[Event, Place | None]]


class HistoryOrder:
    """The place up to which a process has heard a channel's history: behind the number `seq` of `epoch`."""

    __slots__ = ("epoch", "seq")

    def __init__(self) -> None:
        self.epoch, self.seq = _NO_EPOCH, 0

    @property
    def position(self) -> Position:
        """The place, where `is_somewhere`."""
        return Position(self.epoch, self.seq)

    @property
    def is_somewhere(self) -> bool:
        """True where anything is known of where the channel stands."""
        return self.epoch != _NO_EPOCH

    def begin(self, position: Position) -> None:
        """Begin behind a position, where nothing has been heard yet."""
        if not self.is_somewhere:
            self.epoch, self.seq = position.epoch, position.seq

    def forget(self) -> None:
        """Begin with whatever comes next."""
        self.epoch, self.seq = _NO_EPOCH, 0

    def is_ahead(self, place: Place) -> bool:
        """Return whether something is missing before what stands there; across epochs nobody can tell."""
        return place.epoch == self.epoch and place.first_seq > self.seq + 1

    def follows(self, place: Place) -> bool:
        """Return whether nothing is missing before what stands there, for certain."""
        return place.epoch == self.epoch and place.first_seq <= self.seq + 1

    def take(self, place: Place) -> bool:
        """Note what has come; return whether it is new."""
        if place.epoch == self.epoch and place.seq <= self.seq:
            return False
        self.epoch, self.seq = place.epoch, place.seq
        return True


class RecoveringOrder:
    """One channel's events in the order of its history: of what is missing, the history is asked by `recover`.

    `recover` takes the position behind which events are missing, and mustn't wait; what comes meanwhile is held, until
    `recovered` is called. Without it nothing is recovered.
    """

    def __init__(self, recover: Callable[[Position], None] | None) -> None:
        self.heard = HistoryOrder()
        self._recover = recover
        self._held: list[ComeEvent] | None = None
        self._told = HistoryOrder()
        self._recovery_epoch = ""
        self.last_event: Event | None = None

    @property
    def first_held(self) -> Event | None:
        """The event before which something is missing; None where nothing is."""
        return self._held[0].envelope.event if self._held else None

    def is_next(self, place: Place | None) -> bool:
        """Note an event that follows what came, as nearly all do; return False for one that `take` must judge."""
        if place is None:
            return self._held is None
        heard, told = self.heard, self._told
        seq = place.seq - place.count
        if self._held is not None or not (heard.seq == told.seq == seq and heard.epoch == told.epoch == place.epoch):
            return False
        heard.seq = told.seq = place.seq
        return True

    def take(self, come: ComeEvent) -> Sequence[ComeEvent]:
        """Return what is to be handed out now: the event, unless something is missing before it."""
        if self._held is not None:
            self._held.append(come)
            return ()
        if come.place is not None and self._recover is not None and self.heard.is_ahead(come.place):
            self._begin_recovery(self.heard.position, [come])
            return ()
        return (come,)

    def reach(self, end: ChannelEnd, *, was_there: bool) -> None:
        """Note up to where the channel was told, as its producer says: what isn't here is asked of the history.

        `was_there` says that this process was to hear all that was told behind `end.before`.
        """
        stands = self.heard.position
        if self._recover is None or self._held is not None or self._has_heard(end):
            return
        if stands.epoch == end.epoch:
            self._begin_recovery(stands, [])
        elif was_there:
            self._begin_recovery(Position(end.epoch, end.before), [])

    @property
    def can_recover(self) -> bool:
        """True where the history can tell what was missed of the channel."""
        return self._recover is not None and self.heard.is_somewhere

    def recover_now(self) -> None:
        """Ask the history for what may have been lost behind what was heard last, where `can_recover`."""
        if self.can_recover and self._held is None:
            self._begin_recovery(self.heard.position, [])

    def recovered(
        self,
        lost: Sequence[tuple[Envelope, Place]] | None,
        hand_out: Callable[[ComeEvent], None],
        now_ms: int,
    ) -> Resync | None:
        """Hand out what the history had of the lost; None where it hasn't all of it. `hand_out_held` follows.

        Return what is to be told of a loss at `now_ms` that no producer's number tells.
        """
        held = self._held or []
        if lost is None:
            if self.heard.epoch != self._recovery_epoch:  # it was told of an epoch that has ended meanwhile
                return None
            self.heard.forget()
            return self._loss(held, now_ms)
        for envelope, place in lost:
            hand_out(ComeEvent(envelope, held[0].at if held else 0.0, place))
        return None

    def hand_out_held(self, hand_out: Callable[[ComeEvent], None]) -> None:
        """Hand out what was held, as far as nothing is missing before it."""
        held, self._held = self._held or [], None
        for come in held:
            for one in self.take(come):
                hand_out(one)

    def to_tell(self, come: ComeEvent, take: Callable[[Envelope, float], Sequence[Event]]) -> ToTell:
        """Note an event that is told now; return what is told of it, given what `take` returns of its envelope.

        What the history has numbered is judged by that: who wants numbers is told it once, whoever published it again;
        and nothing is lost where nothing is missing, though the producer counts what the layer took only later.
        """
        place, event = come.place, come.envelope.event
        self.last_event = event
        told: Sequence[Event] = ()
        if place is None:
            told = take(come.envelope, come.at)
            return ToTell(told, tuple((one, None) for one in told))
        if is_new := self._told.take(place):
            told = take(come.envelope, come.at)
        elif come.envelope.again:  # it was told; but now nothing can be missing up to it
            told = [one for one in take(come.envelope, come.at) if is_loss(one, come.envelope)]
        losses = [one for one in told if is_loss(one, come.envelope)]
        if losses and self.heard.follows(place):
            told, losses = [one for one in told if one not in losses], []
        if not (self.heard.take(place) and is_new):
            return ToTell(told, ())
        return ToTell(told, (*((loss, None) for loss in losses), (event, place)))

    def _has_heard(self, end: ChannelEnd) -> bool:
        return self.heard.epoch == end.epoch and self.heard.seq >= end.seq

    def _begin_recovery(self, since: Position, held: list[ComeEvent]) -> None:
        self._held = held
        self._recovery_epoch = since.epoch
        if self._recover is not None:
            self._recover(since)

    def _loss(self, held: Sequence[ComeEvent], now_ms: int) -> Resync | None:
        """Return what is told of a loss, unless the next event's producer's number shows it."""
        if held and held[0].envelope.epoch:
            return None
        end = held[0].envelope.event.time if held else now_ms
        start = end if self.last_event is None else min(self.last_event.time, end)
        return Resync(time=end, start=start, end=end, complete=False)


def is_loss(told: Event, envelope: Envelope) -> bool:
    """Return whether what is told of an event that came is that others were lost before it."""
    return isinstance(told, Resync) and told is not envelope.event
