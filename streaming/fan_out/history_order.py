"""Whether what comes on a channel follows what came before, by its places in the channel's history. Pure."""

from collections.abc import Callable, Sequence

import msgspec

from streaming.event_history.history import Place, Position
from streaming.events import Envelope, Resync

_NOWHERE = Position("-", 0)


class ComeEvent(msgspec.Struct, frozen=True):
    """What came `at` (monotonic seconds), and where it stands in the history; None where it stands in none."""

    envelope: Envelope
    at: float
    place: Place | None


class HistoryOrder:
    """The place up to which a process has heard a channel's history."""

    def __init__(self) -> None:
        self.position = _NOWHERE

    def begin(self, position: Position) -> None:
        """Begin behind a position, where nothing has been heard yet."""
        if self.position is _NOWHERE:
            self.position = position

    def forget(self) -> None:
        """Begin with whatever comes next."""
        self.position = _NOWHERE

    def is_ahead(self, place: Place) -> bool:
        """Return whether something is missing before what stands there; across epochs nobody can tell."""
        return place.epoch == self.position.epoch and place.first_seq > self.position.seq + 1

    def follows(self, place: Place) -> bool:
        """Return whether nothing is missing before what stands there, for certain."""
        return place.epoch == self.position.epoch and place.first_seq <= self.position.seq + 1

    def take(self, place: Place) -> bool:
        """Note what has come; return whether it is new."""
        if place.epoch == self.position.epoch and place.seq <= self.position.seq:
            return False
        self.position = place.position
        return True


class MendedOrder:
    """One channel's events in the order of its history: of what is missing, the history is asked by `mend`.

    `mend` takes the position behind which events are missing, and mustn't wait; what comes meanwhile is held, until
    `mended` is called. Without it nothing is mended.
    """

    def __init__(self, mend: Callable[[Position], None] | None) -> None:
        self.heard = HistoryOrder()
        self._mend = mend
        self._held: list[ComeEvent] | None = None
        self._told = HistoryOrder()
        self._last_time = 0

    def take(self, come: ComeEvent) -> Sequence[ComeEvent]:
        """Return what is to be handed out now: the event, unless something is missing before it."""
        if self._held is not None:
            self._held.append(come)
            return ()
        if come.place is not None and self._mend is not None and self.heard.is_ahead(come.place):
            self._held = [come]
            self._mend(self.heard.position)
            return ()
        return (come,)

    def mended(
        self, lost: Sequence[tuple[Envelope, Place]] | None, hand_out: Callable[[ComeEvent], None]
    ) -> Resync | None:
        """Hand out what the history had of the lost; None where it hasn't all of it. `hand_out_held` follows.

        Return what is to be told of a loss that no producer's number tells.
        """
        held = self._held or []
        if lost is None:
            self.heard.forget()
            return self._loss(held[0].envelope) if held else None
        for envelope, place in lost:
            hand_out(ComeEvent(envelope, held[0].at if held else 0.0, place))
        return None

    def hand_out_held(self, hand_out: Callable[[ComeEvent], None]) -> None:
        """Hand out what was held, as far as nothing is missing before it."""
        held, self._held = self._held or [], None
        for come in held:
            for one in self.take(come):
                hand_out(one)

    def is_told(self, come: ComeEvent) -> bool:
        """Note what is told now; return whether it was told before, of what nothing but its place says so."""
        self._last_time = max(self._last_time, come.envelope.event.time)
        return come.place is not None and not self._told.take(come.place) and come.envelope.epoch == 0

    def _loss(self, envelope: Envelope) -> Resync | None:
        if envelope.epoch:
            return None
        end = max(envelope.event.time, self._last_time)
        return Resync(time=end, start=min(self._last_time or end, end), end=end, complete=False)
