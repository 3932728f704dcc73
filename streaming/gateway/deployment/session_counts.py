"""What has become of a gateway's connections since its start: opened, refused and ended, by why. Pure."""

from collections import Counter
from enum import StrEnum
from http import HTTPStatus

from streaming.gateway.close_reasons import DISCONNECTED
from streaming.gateway.errors import PING_TIMEOUT, CloseCode

_NO_CLOSE_FRAME = frozenset({1005, 1006})
_PROTOCOL_ERROR = 1002


class Disconnection(StrEnum):
    """Why a connection has ended."""

    CLIENT = "client"
    """The client closed it, whatever its code."""
    LOST = "lost"
    """The client, or the network, went without a close frame."""
    SLOW_CONSUMER = "slow_consumer"
    HEARTBEAT_TIMEOUT = "heartbeat_timeout"
    """A client of a dialect with a heartbeat of its own was silent."""
    PING_TIMEOUT = "ping_timeout"
    """The server's own pings went unanswered."""
    UNAUTHORISED = "unauthorised"
    RATE_LIMITED = "rate_limited"
    PROTOCOL_ERROR = "protocol_error"
    """A frame was too large, or none that RFC 6455 allows."""
    SERVER_STOP = "server_stop"
    OPERATOR = "operator"
    """Staff have ended it by hand."""


class UnansweredPing(StrEnum):
    """What went unanswered: a ping in a dialect's frame, or one of RFC 6455."""

    DIALECT = "dialect"
    PROTOCOL = "protocol"


_BY_US: dict[int, Disconnection] = {
    CloseCode.SLOW_CONSUMER: Disconnection.SLOW_CONSUMER,
    CloseCode.HEARTBEAT_TIMEOUT: Disconnection.HEARTBEAT_TIMEOUT,
    CloseCode.UNAUTHORISED: Disconnection.UNAUTHORISED,
    CloseCode.RATE_LIMITED: Disconnection.RATE_LIMITED,
    CloseCode.NORMAL: Disconnection.SERVER_STOP,
    CloseCode.SERVICE_RESTART: Disconnection.SERVER_STOP,
}
_BY_SERVER: dict[int, Disconnection] = {
    PING_TIMEOUT: Disconnection.PING_TIMEOUT,
    CloseCode.SERVICE_RESTART: Disconnection.SERVER_STOP,
    CloseCode.INVALID_DATA: Disconnection.PROTOCOL_ERROR,
    CloseCode.MESSAGE_TOO_BIG: Disconnection.PROTOCOL_ERROR,
    _PROTOCOL_ERROR: Disconnection.PROTOCOL_ERROR,
}


def disconnection_of(ours: int | None, told: int | None, reason: str = "") -> Disconnection:
    """Return why a connection has ended: `ours` is the code that the session closed it with, if it did, for a `reason`.

    `told` is what the server said of the end: the code of a close frame, the client's or its own, or that there was
    none.
    """
    if (ours, reason) == DISCONNECTED.told:
        return Disconnection.OPERATOR
    if ours is not None:
        return _BY_US.get(ours, Disconnection.CLIENT)
    if told is None or told in _NO_CLOSE_FRAME:
        return Disconnection.LOST
    return _BY_SERVER.get(told, Disconnection.CLIENT)


class SessionCounts:
    """Counted since the start: connections `opened` by dialect, `ended` by why, `refused` handshakes by status.

    `missed_pongs` are the pings that were not answered in time, by kind.
    """

    def __init__(self) -> None:
        self.opened: Counter[str] = Counter()
        self.ended: Counter[Disconnection] = Counter()
        self.refused: Counter[HTTPStatus] = Counter()
        self.missed_pongs: Counter[UnansweredPing] = Counter()
