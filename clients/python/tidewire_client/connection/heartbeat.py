"""When to ask the server whether it is there, and when it is not. Pure: the time is given, in monotonic seconds."""

from enum import Enum

from tidewire_client.quality import RoundTrips

MOST_MISSED_IN_A_ROW = 2
"""After so many the connection counts as lost."""


class Beat(Enum):
    """What is due."""

    PING = "ping"
    MISSED = "missed"
    LOST = "lost"


class Heartbeat:
    """One connection's pings: the first at once, then one each `interval`; a pong may take `timeout` seconds.

    Pongs carry no number, so there is never more than one ping to answer: the next waits until one was answered or
    missed, and an answer that comes late, but before the next ping, still counts.
    """

    def __init__(self, interval: float, timeout: float, now: float, round_trips: RoundTrips) -> None:
        """What was missed is counted in `round_trips`, which outlast the connection."""
        round_trips.opened()
        self.round_trips = round_trips
        self._interval = interval
        self._timeout = timeout
        self._next_ping_at = now
        self._sent_at: float | None = None
        self._is_missed = False

    def due_at(self) -> float:
        """Return when `due` has something to say next."""
        if self._sent_at is not None and not self._is_missed:
            return self._sent_at + self._timeout
        return self._next_ping_at

    def due(self, now: float) -> Beat | None:
        """Return what is due at `now`, and count it as done."""
        if now < self.due_at():
            return None
        if self._sent_at is not None and not self._is_missed:
            self._is_missed = True
            self.round_trips.missed_one()
            return Beat.LOST if self.round_trips.missed_in_a_row >= MOST_MISSED_IN_A_ROW else Beat.MISSED
        self._sent_at = now
        self._is_missed = False
        self._next_ping_at = now + self._interval
        return Beat.PING

    def answered(self, now: float) -> bool:
        """Note a pong; return whether anybody waited for it."""
        if self._sent_at is None:
            return False
        self.round_trips.measured(now - self._sent_at)
        self._sent_at = None
        self._is_missed = False
        return True
