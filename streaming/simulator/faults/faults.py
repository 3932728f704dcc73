"""The faults that a simulated exchange can be asked for: what each is, and which are on now.

A fault that happens at once (`AT_ONCE`) is done when it is injected; the others last
for `seconds`, or until they are ended. Pure; the exchange asks what is on and acts on it.
"""

from enum import StrEnum
from math import isfinite

import msgspec

from streaming.clock import Clock

_LEAST_STATUS, _MOST_STATUS = 300, 599
_CLOSE_CODES = {*range(1000, 1004), *range(1007, 1015), *range(3000, 5000)}  # those that may be sent: RFC 6455, IANA
_LONGEST_REASON = 123  # bytes that fit into a close frame beside the code
_LONGEST = 7 * 24 * 3600.0


class FaultKind(StrEnum):
    """What can go wrong."""

    CUT = "cut"
    """Stream connections are reset (TCP), without a close frame."""
    CLOSE = "close"
    """Stream connections are closed with `code` and `reason`, as after a broken rule (1008) or for maintenance."""
    FREEZE = "freeze"
    """Stream connections stay open; nothing is sent on them, no ping and no pong either."""
    STALL = "stall"
    """Stream connections stay open and answer pings and requests, but no event is sent."""
    LATE_PONG = "late-pong"
    """Clients' pings are answered `delay` seconds late."""
    SERVER_SHUTDOWN = "server-shutdown"
    """`serverShutdown` is announced; the connections of that moment are closed (1001) `delay` seconds later."""
    REFUSE_STREAMS = "refuse-streams"
    """WebSocket handshakes are answered with `status` (451, 429, 418, 403, 503 …) and, if given, `retry_after`."""
    REFUSE_REST = "refuse-rest"
    """REST requests are answered with `status` and, if given, `retry_after`."""
    MALFORMED = "malformed"
    """Between the events come frames that can't be read, or that nobody knows."""
    SILENCE = "silence"
    """The `streams` are acknowledged and listed, but send nothing."""
    FORGET = "forget"
    """The `streams` are dropped from the connections' subscriptions without a word."""
    UNANSWERED = "unanswered"
    """Control messages are carried out, but not answered."""
    LATE_CANDLES = "late-candles"
    """Frames that close a candle come `delay` seconds late."""
    MISSING_CANDLES = "missing-candles"
    """Frames that close a candle don't come at all; REST knows the candle."""
    LIFETIME = "lifetime"
    """Connections end `delay` seconds after they were made, as after 24 hours."""
    LOSE = "lose"
    """The next event of each of the `streams` is lost, for everybody."""
    STANDSTILL = "standstill"
    """All goes on with fresh times at the prices of that moment: each trade, and the books, which don't change."""
    WRONG_CHECKSUM = "wrong-checksum"
    """The checksums of the `streams` (books) are wrong."""
    MAINTENANCE = "maintenance"
    """The exchange says that its system is in maintenance, and nothing is traded."""


AT_ONCE = frozenset({FaultKind.CUT, FaultKind.CLOSE, FaultKind.SERVER_SHUTDOWN, FaultKind.FORGET, FaultKind.LOSE})
"""The kinds that are done when they are injected."""
KRAKEN_ONLY = frozenset({FaultKind.WRONG_CHECKSUM, FaultKind.MAINTENANCE})
FOLLOWING_ONLY = KRAKEN_ONLY | {FaultKind.LOSE, FaultKind.STANDSTILL}
BINANCE_ONLY = frozenset(
    {
        FaultKind.SERVER_SHUTDOWN,
        FaultKind.MALFORMED,
        FaultKind.FORGET,
        FaultKind.LATE_CANDLES,
        FaultKind.MISSING_CANDLES,
    }
)
"""What the wire of one exchange has, and another's hasn't; those that follow have `LOSE` and `STANDSTILL` in common."""


class UnfitFaultError(ValueError):
    """A fault that this exchange can't have; its text is for people."""


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """One fault. `streams` empty: all of them. What doesn't apply to a kind is ignored.

    `seconds` (how long it lasts), `delay` and `retry_after` are in seconds. A value that cannot be is a ValueError
    whose text is for people.
    """

    kind: FaultKind
    seconds: float | None = None
    streams: tuple[str, ...] = ()
    status: int = 451
    retry_after: int | None = None
    code: int = 1008
    reason: str = ""
    delay: float = 0.0

    def __post_init__(self) -> None:
        """Refuse what no fault can have."""
        if self.seconds is not None and not 0 < self.seconds <= _LONGEST:
            raise ValueError(f"seconds must be more than 0 and at most {_LONGEST:g}, not {self.seconds:g}")
        if not (isfinite(self.delay) and 0 <= self.delay <= _LONGEST):
            raise ValueError(f"delay must be between 0 and {_LONGEST:g} seconds, not {self.delay:g}")
        if not _LEAST_STATUS <= self.status <= _MOST_STATUS:
            raise ValueError(f"status must be between {_LEAST_STATUS} and {_MOST_STATUS}, not {self.status}")
        if self.retry_after is not None and self.retry_after < 0:
            raise ValueError(f"retry_after must not be negative: {self.retry_after}")
        if self.code not in _CLOSE_CODES:
            raise ValueError(f"code must be one that a close frame may have (1001, 1008, 4000 …), not {self.code}")
        if len(self.reason.encode()) > _LONGEST_REASON:
            raise ValueError(f"reason must be at most {_LONGEST_REASON} bytes long")

    def concerns(self, stream: str) -> bool:
        """Return whether it is about that stream."""
        return not self.streams or stream in self.streams


class Faults:
    """What is on, by a clock. Several kinds may be on together; a fault replaces another one of its kind.

    Those `without` can't be here.
    """

    def __init__(self, clock: Clock, without: frozenset[FaultKind] = frozenset()) -> None:
        self._clock = clock
        self._without = without
        self._on: dict[FaultKind, tuple[Fault, float | None]] = {}

    @property
    def active(self) -> tuple[Fault, ...]:
        """What is on now, in the order in which it was injected."""
        return tuple(fault for kind in tuple(self._on) if (fault := self.get(kind)))

    def inject(self, fault: Fault) -> None:
        """Let a fault be on from now; one that happens at once leaves nothing behind. Raise UnfitFaultError."""
        if fault.kind in self._without:
            raise UnfitFaultError(f"this exchange has no fault {str(fault.kind)!r}")
        if fault.kind in AT_ONCE:
            return
        until = None if fault.seconds is None else self._clock.monotonic() + fault.seconds
        self._on.pop(fault.kind, None)
        self._on[fault.kind] = (fault, until)

    def end(self, kind: FaultKind) -> bool:
        """End a fault; return whether it was on."""
        was_on = self.get(kind) is not None
        self._on.pop(kind, None)
        return was_on

    def end_all(self) -> None:
        """End all of them."""
        self._on.clear()

    def get(self, kind: FaultKind) -> Fault | None:
        """Return the fault of that kind, None where none is on."""
        if kind not in self._on:
            return None
        fault, until = self._on[kind]
        if until is not None and self._clock.monotonic() >= until:
            del self._on[kind]
            return None
        return fault

    def concern(self, kind: FaultKind, stream: str) -> bool:
        """Return whether a fault of that kind is on for a stream."""
        fault = self.get(kind)
        return fault is not None and fault.concerns(stream)
