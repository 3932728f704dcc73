"""When a connection is to be replaced by another that is made first. Pure: it is told what happened and asked.

The exchange ends each connection after 24 hours, and announces an earlier end by `serverShutdown`. A connection to
another address than the preferred one is replaced too, as soon as the preferred one works again.
"""

from enum import StrEnum
from random import Random

import msgspec

from streaming.clock import Clock
from streaming.configuration.setting_fields import setting


class Reason(StrEnum):
    """Why another connection is made."""

    SHUTDOWN = "the exchange shuts its server down"
    AGE = "it is nearly as old as the exchange lets it become"
    RETURN = "the preferred address is tried again"


class RenewalLimits(msgspec.Struct, frozen=True, kw_only=True):
    """Seconds. `age` is varied by up to `jitter` either way, so that not all connections are renewed at once.

    Announcements on connections younger than `young` are followed after a random wait of up to `base`, doubled each
    time up to `maximum`, so that a server that never ceases to announce its end is not flooded with connections.
    """

    age: float = setting("BRIDGE_RENEW_AFTER_SECONDS")
    jitter: float = setting("BRIDGE_RENEW_JITTER_SECONDS")
    ready_within: float = setting("BRIDGE_RENEW_READY_SECONDS")
    drain: float = setting("BRIDGE_RENEW_DRAIN_SECONDS")
    preferred_retry: float = setting("BRIDGE_PREFERRED_RETRY_SECONDS")
    young: float = setting("BRIDGE_STABLE_AFTER_SECONDS")
    base: float = setting("BRIDGE_RECONNECT_BASE_SECONDS")
    maximum: float = setting("BRIDGE_RECONNECT_MAXIMUM_SECONDS")


class Renewal:
    """The dates of one connection: when it is due, and for which reason."""

    def __init__(self, limits: RenewalLimits, *, clock: Clock, random: Random) -> None:
        self._limits = limits
        self._clock = clock
        self._random = random
        self._dates: dict[Reason, float] = {}
        self._made_at = clock.monotonic()
        self._return_at: float | None = None
        self._hurried = 0

    def made(self, *, preferred: bool) -> None:
        """Note that the connection was made now, to the preferred address or to another."""
        now = self._made_at = self._clock.monotonic()
        jitter = self._random.uniform(-self._limits.jitter, self._limits.jitter)
        self._dates = {Reason.AGE: now + max(0.0, self._limits.age + jitter)}
        if preferred:
            self._return_at = None
        elif self._return_at is None:
            self._return_at = now + self._limits.preferred_retry
        if self._return_at is not None:
            self._dates[Reason.RETURN] = self._return_at

    def ended(self) -> None:
        """Note that the connection has ended: there is nothing to replace."""
        self._dates = {}

    def shutdown_announced(self) -> bool:
        """Note that the exchange announced its end; return whether that is news."""
        if Reason.SHUTDOWN in self._dates:
            return False
        now = self._clock.monotonic()
        self._hurried = self._hurried + 1 if now - self._made_at < self._limits.young else 0
        ceiling = min(self._limits.maximum, self._limits.base * 2.0 ** min(self._hurried - 1, 64))
        self._dates[Reason.SHUTDOWN] = now + (self._random.uniform(0.0, ceiling) if self._hurried else 0.0)
        return True

    def came_to_nothing(self, reason: Reason) -> None:
        """Note that the attempt failed; the preferred address is left alone for a while, the others stay due."""
        if reason is Reason.RETURN and reason in self._dates:
            self._return_at = self._dates[reason] = self._clock.monotonic() + self._limits.preferred_retry

    @property
    def due(self) -> Reason | None:
        """The reason to make another connection now; None where there is none yet."""
        now = self._clock.monotonic()
        return next((reason for reason in Reason if self._dates.get(reason, now + 1) <= now), None)

    @property
    def wait(self) -> float | None:
        """The seconds until one is due; None where none will be."""
        if not self._dates:
            return None
        return max(0.0, min(self._dates.values()) - self._clock.monotonic())
