"""The faults that a simulated exchange can be asked for: what each is, and which are on now.

A fault that happens at once (`CUT`, `CLOSE`, `SERVER_SHUTDOWN`, `FORGET`) is done when it is injected; the others last
for `seconds`, or until they are ended. Pure; the exchange asks what is on and acts on it.
"""

from enum import StrEnum

import msgspec


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


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """One fault. `streams` empty: all of them. What doesn't apply to a kind is ignored."""

    kind: FaultKind
    seconds: float | None = None
    streams: tuple[str, ...] = ()
    status: int = 451
    retry_after: int | None = None
    code: int = 1008
    reason: str = ""
    delay: float = 0.0
