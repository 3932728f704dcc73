"""How the gateway ends connections: each code with the reason that is told, why, and whether to come back. Pure."""

import msgspec

from streaming.connections.closing import API_KEY_REVOKED, LOGGED_OUT, USER_DEACTIVATED
from streaming.connections.control import DISCONNECTED_BY_OPERATOR
from streaming.gateway.errors import PING_TIMEOUT, CloseCode


class CloseReason(msgspec.Struct, frozen=True, kw_only=True):
    """One way in which the server ends a connection; `reason` is empty where none is told.

    `why` and `again`, whether to connect again, are for people. `dialects` are those in which it happens; empty: all.
    """

    code: int
    reason: str = ""
    why: str
    again: str
    dialects: tuple[str, ...] = ()

    @property
    def told(self) -> tuple[int, str]:
        """What the close frame tells: the code and the reason."""
        return self.code, self.reason


_ONCE_LOGGED_IN_AGAIN = "with a new token"
SERVER_STOPS = "Server shutting down"
HEARTBEAT_TIMEOUT = CloseReason(
    code=CloseCode.HEARTBEAT_TIMEOUT,
    reason="Heartbeat timeout",
    why="nothing was received for WS_HEARTBEAT_TIMEOUT_SECONDS",
    again="yes",
    dialects=("zigquant-v2",),
)
AUTHENTICATION_TIMEOUT = CloseReason(
    code=CloseCode.UNAUTHORISED,
    reason="Authentication timeout",
    why="no login within WS_AUTHENTICATION_SECONDS",
    again="with a token",
    dialects=("zigquant-v2",),
)
TOKEN_EXPIRED = CloseReason(
    code=CloseCode.UNAUTHORISED,
    reason="Token expired",
    why="the token ended and was not renewed",
    again=_ONCE_LOGGED_IN_AGAIN,
)
SLOW_CONSUMER = CloseReason(
    code=CloseCode.SLOW_CONSUMER,
    reason="Slow consumer",
    why="the reader is too slow for a channel of which nothing may be dropped, or its socket takes nothing",
    again="yes",
)
RATE_LIMITED = CloseReason(
    code=CloseCode.RATE_LIMITED,
    reason="Rate limit exceeded",
    why="over the rate for WS_RATE_LIMIT_CLOSE_SECONDS in a row",
    again="after a while",
)
DISCONNECTED = CloseReason(
    code=CloseCode.SERVICE_RESTART,
    reason=DISCONNECTED_BY_OPERATOR,
    why="staff have ended the connection by hand",
    again="yes",
)
ENDINGS = (
    CloseReason(code=CloseCode.NORMAL, reason=SERVER_STOPS, why="the server stops", again="yes", dialects=("trading",)),
    CloseReason(
        code=CloseCode.SERVICE_RESTART,
        reason=SERVER_STOPS,
        why="the server stops",
        again="yes",
        dialects=("market", "zigquant-v2"),
    ),
    DISCONNECTED,
    CloseReason(code=CloseCode.INVALID_DATA, why="a text frame that is no UTF-8", again="after mending the frame"),
    CloseReason(
        code=CloseCode.MESSAGE_TOO_BIG, why="a frame is over WS_MAXIMUM_MESSAGE_BYTES", again="after mending the frame"
    ),
    CloseReason(code=PING_TIMEOUT, why="no answer to the server's own ping", again="yes"),
    HEARTBEAT_TIMEOUT,
    AUTHENTICATION_TIMEOUT,
    TOKEN_EXPIRED,
    CloseReason(
        code=CloseCode.UNAUTHORISED,
        reason=LOGGED_OUT,
        why="the login that the connection comes from was ended",
        again=_ONCE_LOGGED_IN_AGAIN,
    ),
    CloseReason(code=CloseCode.UNAUTHORISED, reason=USER_DEACTIVATED, why="the user was deactivated", again="no"),
    CloseReason(
        code=CloseCode.UNAUTHORISED,
        reason=API_KEY_REVOKED,
        why="the API key that the connection comes from was revoked",
        again="with a new key",
    ),
    SLOW_CONSUMER,
    RATE_LIMITED,
)
"""Every one, by code."""


def close_reasons_of(dialect: str) -> tuple[CloseReason, ...]:
    """Return the ways in which connections of a dialect end."""
    return tuple(ending for ending in ENDINGS if not ending.dialects or dialect in ending.dialects)
