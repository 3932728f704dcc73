"""Whether what comes on a channel follows what came before, by its places in the channel's history. Pure."""

import msgspec

from streaming.event_history.history import Place, Position
from streaming.events import Envelope

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

    def take(self, place: Place) -> bool:
        """Note what has come; return whether it is new."""
        if place.epoch == self.position.epoch and place.seq <= self.position.seq:
            return False
        self.position = place.position
        return True
