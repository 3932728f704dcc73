"""The protocol's own heartbeat: pings in frames, for dialects that have one. Pure: the time is given.

The server asks at its interval, jittered at first so that clients that came together aren't asked together; it ends a
connection on which it has received nothing at all for the time-out.
"""

from enum import Enum
from random import Random


class Pulse(Enum):
    """What is to be done now."""

    NOTHING = "nothing"
    PING = "ping"
    DEAD = "dead"


class Heartbeat:
    """One connection's; `interval` and `timeout` in seconds, times as monotonic seconds."""

    def __init__(self, *, interval: float, timeout: float, now: float, random: Random) -> None:
        self._interval = interval
        self._timeout = timeout
        self._heard_at = now
        self._ping_at = now + interval * random.uniform(0.5, 1.0)
        self._is_waiting = False

    def heard(self, now: float) -> None:
        """Note that the client sent something."""
        self._heard_at = now

    def answered(self) -> None:
        """Note that the client answered our ping."""
        self._is_waiting = False

    def beat(self, now: float) -> tuple[Pulse, bool]:
        """Return what is to be done now, and whether the last ping was never answered."""
        if now - self._heard_at >= self._timeout:
            return Pulse.DEAD, self._is_waiting
        if now < self._ping_at:
            return Pulse.NOTHING, False
        missed, self._is_waiting = self._is_waiting, True
        self._ping_at = now + self._interval
        return Pulse.PING, missed
