"""A client's connection to a following exchange: what it subscribed to, what it is still to be told, and its limits."""

from abc import abstractmethod
from collections import deque
from math import inf
from typing import Any, Protocol

from websockets.exceptions import ConnectionClosedError

from streaming.clock import Clock
from streaming.simulator.faults.faults import FaultKind, Faults
from streaming.simulator.faulty_connection import FaultyConnection
from streaming.simulator.following.fan_out import FeedFanOut, FeedKey
from streaming.simulator.following.settings import FollowingSettings
from streaming.simulator.streams.connection_life import ConnectionLife, ConnectionLimits, Due

GOING_AWAY = 1001


class Venue(Protocol):
    """What all connections of an exchange share."""

    clock: Clock
    faults: Faults
    fan_out: FeedFanOut
    settings: FollowingSettings


class FollowingConnection(FaultyConnection):
    """A connection of the exchange. Until `begin` it is only a request that may become one."""

    def begin(self, venue: Any) -> None:
        """Take it into service on `venue`, the exchange."""
        shared: Venue = venue
        self._settings, self._fan_out = shared.settings, shared.fan_out
        self.take_into_service(shared.clock, shared.faults, shared.settings.unsent_bytes)
        limits = ConnectionLimits(messages_a_second=shared.settings.messages_a_second, ping_interval=inf, lifetime=inf)
        self._life = ConnectionLife(limits, self._clock.monotonic())
        self._begun_at = self._heard_at = self._clock.monotonic()
        self._keys: dict[FeedKey, None] = {}

    @property
    def keys(self) -> list[FeedKey]:
        """What it is subscribed to, in that order."""
        return list(self._keys)

    def unsubscribe(self, key: FeedKey) -> None:
        """Send no more of it."""
        self._keys.pop(key, None)
        self._fan_out.leave(key, self)

    async def serve(self, journal: deque[str | bytes]) -> None:
        """Answer messages, noting them in `journal`, until the connection ends; then leave its feeds."""
        try:
            self.opened()
            self.flush()
            async for message in self:
                journal.append(message)
                self._heard_at = self._clock.monotonic()
                self.take_message(message, is_admitted=self._life.admits_message(self._heard_at))
                self.flush()
        except ConnectionClosedError as closed:
            self.logger.debug("a client went without a word: %s", closed)
        finally:
            for key in self.keys:
                self.unsubscribe(key)

    def look_after(self, now: float, time: int) -> None:
        """Do what is due at `now`, a reading of the monotonic clock, and at the market's `time`."""
        if not self.is_living:
            return
        self.send_due(time)
        if self.is_frozen:
            return
        self.send_late_pongs(now)
        lifetime = self._faults.get(FaultKind.LIFETIME)
        if self._life.due(now, lifetime.delay if lifetime else None) is Due.END_OF_LIFE or self.is_idle(now):
            self.end(GOING_AWAY, "")

    def is_idle(self, now: float) -> bool:
        """Return whether it is closed for having said too little."""
        return not self._keys and now - self._heard_at >= self._settings.idle_seconds

    def answer(self, frame: bytes) -> None:
        """Deliver the answer to a message, unless a fault is against it."""
        if self._faults.get(FaultKind.UNANSWERED) is None:
            self.deliver(frame)

    def opened(self) -> None:
        """Say what the exchange says first."""

    @abstractmethod
    def take_message(self, message: str | bytes, *, is_admitted: bool) -> None:
        """Carry out a message and answer it; one that isn't admitted was one too many."""

    @abstractmethod
    def send_due(self, time: int) -> None:
        """Deliver what is due at the market's time, beside the feeds."""
