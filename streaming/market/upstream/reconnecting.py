"""When to connect again, and to which address. Pure: it is told what happened and asked what to do.

The rules, of the exchange's limits and of what befell others: full jitter over min(30 s, 0.5 s * 2^n), n back to zero
only after 60 s with data; a clean close is an error; 429 and 418 wait as told; 403 and 451 go to the next address at
once; three failures in a row rotate the address. How often all connections together may be attempted is for
`ConnectBudget` to say. Ten attempts in a row without data, over all addresses, are worth a word; they go on though.
"""

from collections.abc import Sequence
from random import Random

import msgspec

from streaming.clock import Clock
from streaming.configuration.setting_fields import setting
from streaming.market.sources.rest.retry_after import retry_after_seconds

RATE_LIMITED = frozenset({429, 418})
_FORBIDDEN, _REGION_BLOCKED = 403, 451


class ReconnectLimits(msgspec.Struct, frozen=True, kw_only=True):
    """The numbers of the rules, in seconds but for the counts; `attempts` is how many are made in any `window`."""

    base: float = setting("BRIDGE_RECONNECT_BASE_SECONDS")
    maximum: float = setting("BRIDGE_RECONNECT_MAXIMUM_SECONDS")
    stable_after: float = setting("BRIDGE_STABLE_AFTER_SECONDS")
    spacing: float = setting("BRIDGE_CONNECT_SPACING_SECONDS")
    attempts: int = setting("BRIDGE_CONNECT_ATTEMPTS")
    window: float = setting("BRIDGE_CONNECT_WINDOW_SECONDS")
    rate_limit_wait: float = setting("EXCHANGE_RATE_LIMIT_WAIT_SECONDS")
    failures_before_rotation: int = setting("BRIDGE_FAILURES_BEFORE_ROTATION")
    failures_before_report: int = setting("BRIDGE_FAILURES_BEFORE_REPORT")


class Reconnecting:
    """The state of our attempts; `address` is the one to use now, at first the first, unless `start` is named."""

    def __init__(
        self, addresses: Sequence[str], *, limits: ReconnectLimits, clock: Clock, random: Random, start: str = ""
    ) -> None:
        if not addresses:
            raise ValueError("no address to connect to")
        self._addresses = tuple(addresses)
        self._limits = limits
        self._clock = clock
        self._random = random
        self._index = self._addresses.index(start) if start else 0
        self._failures = 0
        self._failures_here = 0
        self._fruitless = 0
        self._connected_at: float | None = None
        self._first_data_at: float | None = None
        self._not_before = clock.monotonic()

    @property
    def address(self) -> str:
        """The base address to connect to."""
        return self._addresses[self._index]

    @property
    def preferred_address(self) -> str:
        """The first of the addresses."""
        return self._addresses[0]

    @property
    def failures(self) -> int:
        """How often in a row a connection was lost or not made, since one gave data for long enough."""
        return self._failures

    @property
    def attempt(self) -> int:
        """The number of the attempt that is on, or next: 1, and one more for each before it that brought no data."""
        return self._fruitless + 1

    @property
    def has_failed(self) -> bool:
        """True when as many attempts in a row as are worth a word have just brought nothing."""
        return self._fruitless == self._limits.failures_before_report

    @property
    def wait(self) -> float:
        """The seconds until the next attempt may begin; zero where it may begin now."""
        return max(0.0, self._not_before - self._clock.monotonic())

    def attempting(self) -> None:
        """Note that an attempt begins now."""
        self._connected_at = self._first_data_at = None

    def connected(self) -> None:
        """Note that the connection was made now."""
        self._connected_at = self._clock.monotonic()

    def moved_to(self, address: str) -> None:
        """Note that a connection to `address` has taken over from one that worked."""
        self._index = self._addresses.index(address)
        self._failures_here = 0
        self.attempting()
        self.connected()

    def data_received(self) -> None:
        """Note that the connection gave data now."""
        now = self._clock.monotonic()
        if self._first_data_at is None:
            self._first_data_at = now
            self._fruitless = 0
        elif self._failures and now - self._first_data_at >= self._limits.stable_after:
            self._failures = self._failures_here = 0

    def failed(self, status: int | None, retry_after: str | None) -> None:
        """Note that the connection ended or was not made; `status` where its handshake was answered with one."""
        if status is None:
            self.lost()
        else:
            self.refused(status, retry_after)

    def lost(self) -> None:
        """Note that the connection ended, in whichever way, or could not be made."""
        self._count_attempt()
        self._count_failure()
        ceiling = min(self._limits.maximum, self._limits.base * 2.0 ** min(self._failures - 1, 64))
        self._wait_for(self._random.uniform(0.0, ceiling))

    def refused(self, status: int, retry_after: str | None) -> None:
        """Note that the handshake was answered with an HTTP status; `retry_after` is the header of that name."""
        if status in RATE_LIMITED:
            self._count_attempt()
            self._count_failure()
            self._wait_for(retry_after_seconds(retry_after, otherwise=self._limits.rate_limit_wait))
        elif status in {_FORBIDDEN, _REGION_BLOCKED} and len(self._addresses) > 1:
            self._count_attempt()
            self._failures += 1
            self._rotate()
            self._wait_for(self._pause_after_round())
        else:
            self.lost()

    def _pause_after_round(self) -> float:
        """Return no pause, unless every address has refused in turn."""
        if self._failures % len(self._addresses):
            return 0.0
        rounds = self._failures // len(self._addresses)
        return self._random.uniform(0.0, min(self._limits.maximum, self._limits.base * 2.0 ** min(rounds, 64)))

    def _count_attempt(self) -> None:
        """Count an attempt that brought nothing; one that stood for long did, though nobody wanted data of it."""
        stood_since = self._connected_at
        if stood_since is not None and self._clock.monotonic() - stood_since >= self._limits.stable_after:
            self._fruitless = 0
        elif self._first_data_at is None:
            self._fruitless += 1

    def _count_failure(self) -> None:
        self._failures += 1
        self._failures_here += 1
        if self._failures_here >= self._limits.failures_before_rotation:
            self._rotate()

    def _rotate(self) -> None:
        self._index = (self._index + 1) % len(self._addresses)
        self._failures_here = 0

    def _wait_for(self, seconds: float) -> None:
        self._not_before = self._clock.monotonic() + seconds
