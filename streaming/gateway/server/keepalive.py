"""When a server pings one of its connections, and what it makes of the answers; it writes nothing itself."""

import random
import struct
import time
from asyncio import AbstractEventLoop, TimerHandle
from collections.abc import Callable

import msgspec

from streaming.configuration.setting_fields import setting
from streaming.gateway.sending.transport import OnMeasured, OnMissed

_EARLY_PINGS_PER_SECOND = 50
_LEAST_PART = 0.9
"""Pings come after 90 to 100 % of the interval, or all who connected at once would be pinged at once for ever."""


class KeepAliveTimes(msgspec.Struct, frozen=True, kw_only=True):
    """Times in seconds: between two pings, for an answer, and to an early first ping, which cuts nobody off."""

    interval: float = setting("WS_PING_INTERVAL_SECONDS")
    timeout: float = setting("WS_PING_TIMEOUT_SECONDS")
    first: float = setting("WS_FIRST_PING_SECONDS")


class EarlyPings:
    """How many connections of a process are pinged early: those of the first 50 that come in a second.

    When thousands come back at once, an early ping would tell how long that takes, and make it take longer.
    """

    def __init__(self) -> None:
        self._second = -1
        self._granted = 0

    def grant(self, now: float) -> bool:
        """Return whether a connection that came at `now` (monotonic seconds) is pinged early."""
        if int(now) != self._second:
            self._second, self._granted = int(now), 0
        self._granted += 1
        return self._granted <= _EARLY_PINGS_PER_SECOND


class KeepAlive:
    """The pings of one connection; `early`, which all of a process share, says whether the first comes early.

    A ping that is unanswered when the next is due counts as missed. A peer that leaves a ping unanswered for the
    time-out, and every later one as well, is cut off. An answer to a ping answers those before it (RFC 6455, 5.5.3).
    """

    __slots__ = (
        "_cut_off",
        "_deadline",
        "_early",
        "_loop",
        "_now",
        "_on_measured",
        "_on_missed",
        "_pending",
        "_ping",
        "_sent",
        "_timer",
        "_times",
    )

    def __init__(
        self,
        loop: AbstractEventLoop,
        times: KeepAliveTimes,
        ping: Callable[[bytes], None],
        cut_off: Callable[[], None],
        now: Callable[[], float] = time.monotonic,
        *,
        early: EarlyPings | None = None,
    ) -> None:
        self._early = early
        self._loop = loop
        self._times = times
        self._ping = ping
        self._cut_off = cut_off
        self._now = now
        self._pending: dict[bytes, float] = {}
        self._sent: dict[bytes, float] = {}
        """When each pending ping went out, by `now`: the loop's own clock may stand still for a millisecond."""
        self._timer: TimerHandle | None = None
        self._deadline: TimerHandle | None = None
        self._on_measured: OnMeasured | None = None
        self._on_missed: OnMissed | None = None

    def observe(self, on_measured: OnMeasured, on_missed: OnMissed) -> None:
        """Tell every measured round trip (in seconds) and every missed answer from now on."""
        self._on_measured, self._on_missed = on_measured, on_missed

    def start(self) -> None:
        """Begin to ping."""
        if 0 < self._times.first < self._times.interval and self._is_early():
            delay = self._times.first * random.uniform(0.5, 1)  # noqa: S311 - no secret
            self._timer = self._loop.call_later(delay, self._ping_first)
        else:
            self._schedule()

    def stop(self) -> None:
        """Stop; may be called twice."""
        for handle in (self._timer, self._deadline):
            if handle is not None:
                handle.cancel()
        self._timer = self._deadline = None
        self._pending.clear()
        self._sent.clear()
        self._on_measured = self._on_missed = None

    def answered(self, payload: bytes) -> float | None:
        """Take a pong; return the round trip in seconds, or None where it answers no ping of ours."""
        sent_at = self._pending.get(payload)
        if sent_at is None:
            return None
        round_trip = self._now() - self._sent[payload]
        self._pending = {other: at for other, at in self._pending.items() if at > sent_at}
        self._sent = {other: self._sent[other] for other in self._pending}
        self._move_deadline()
        if self._on_measured is not None:
            self._on_measured(round_trip)
        return round_trip

    def _is_early(self) -> bool:
        return self._early is None or self._early.grant(self._now())

    def _schedule(self) -> None:
        delay = self._times.interval * random.uniform(_LEAST_PART, 1)  # noqa: S311 - no secret
        self._timer = self._loop.call_later(delay, self._ping_again)

    def _ping_first(self) -> None:
        self._schedule()
        self._send()

    def _ping_again(self) -> None:
        if self._pending and self._on_missed is not None:
            self._on_missed()
        self._schedule()
        if self._deadline is None:
            self._deadline = self._loop.call_later(self._times.timeout, self._expire)
        self._send()

    def _send(self) -> None:
        payload = struct.pack("!I", random.getrandbits(32))
        self._pending[payload] = self._loop.time()
        self._sent[payload] = self._now()
        self._ping(payload)

    def _move_deadline(self) -> None:
        """Wait for the oldest ping that is still unanswered, if there is one."""
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None
        if self._pending:
            oldest = min(self._pending.values())
            self._deadline = self._loop.call_at(oldest + self._times.timeout, self._expire)

    def _expire(self) -> None:
        if self._on_missed is not None:
            self._on_missed()
        self.stop()
        self._cut_off()
