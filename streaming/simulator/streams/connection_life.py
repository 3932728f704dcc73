"""How long a connection lives and how much it may say; pure, told the time by whoever has a clock."""

from collections import deque
from enum import Enum, auto
from math import inf

import msgspec


class ConnectionLimits(msgspec.Struct, frozen=True, kw_only=True):
    """What the exchange allows a connection; all times in seconds.

    Source: Binance's documentation of spot streams (5 messages a second, a ping every
    20 s, a minute for the pong, 24 hours).
    """

    messages_a_second: int = 5
    ping_interval: float = 20.0
    pong_timeout: float = 60.0
    lifetime: float = 24 * 3600.0
    unsent_bytes: int = 1 << 20
    """What may wait to be read by a slow client before it is cut off."""
    closes_on_invalid_json: bool = False
    """Whether a text that isn't JSON ends the connection (1008 "Invalid request"), not only in an error (3)."""


class Due(Enum):
    """What a connection needs now."""

    NOTHING = auto()
    PING = auto()
    PONG_TIMEOUT = auto()
    END_OF_LIFE = auto()


class ConnectionLife:
    """Counts a connection's messages and watches its pongs. Times are readings of a monotonic clock."""

    def __init__(self, limits: ConnectionLimits, now: float) -> None:
        self._limits = limits
        self._born = now
        self._ends_at = inf
        self._next_ping = now + limits.ping_interval
        self._unanswered: dict[bytes, float] = {}
        self._messages: deque[float] = deque()

    def admits_message(self, now: float) -> bool:
        """Count an incoming message (pings and pongs too); false where it is one too many in a rolling second."""
        while self._messages and self._messages[0] <= now - 1.0:
            self._messages.popleft()
        self._messages.append(now)
        return len(self._messages) <= self._limits.messages_a_second

    def pinged(self, payload: bytes, now: float) -> None:
        """Remember a ping that was sent."""
        self._unanswered.setdefault(payload, now)
        self._next_ping = now + self._limits.ping_interval

    def ponged(self, payload: bytes) -> None:
        """Take a pong: it answers the ping of its payload and those before; an unsolicited one answers none."""
        if payload not in self._unanswered:
            return
        answered_at = self._unanswered[payload]
        self._unanswered = {later: sent for later, sent in self._unanswered.items() if sent > answered_at}

    def end_at(self, time: float) -> None:
        """Let it end at `time`, where it doesn't before."""
        self._ends_at = min(self._ends_at, time)

    def due(self, now: float, lifetime: float | None = None) -> Due:
        """Return what is due; a `lifetime` stands for that of the limits."""
        if now >= self._ends_at or now - self._born >= (self._limits.lifetime if lifetime is None else lifetime):
            return Due.END_OF_LIFE
        if self._unanswered and now - min(self._unanswered.values()) >= self._limits.pong_timeout:
            return Due.PONG_TIMEOUT
        return Due.PING if now >= self._next_ping else Due.NOTHING
