"""What is said of the connection to the exchange: its state, and what happens to it."""

from enum import StrEnum

import msgspec

from streaming.events.system import ExchangeEvent


class ConnectionState(StrEnum):
    """What is to be said of the connection.

    `STALE`: connected, but what should send every second is silent. `FALLBACK`: data flows, but from another address
    than the preferred one.
    """

    CONNECTING = "connecting"
    LIVE = "live"
    STALE = "stale"
    RECONNECTING = "reconnecting"
    FALLBACK = "fallback"


class ConnectionChange(msgspec.Struct, frozen=True, kw_only=True):
    """What has just happened: an attempt begins, a connection is made, was lost, could not be made, again and again.

    `attempt` counts those in a row that brought no data; `reason` says why a connection ended or was not made;
    `socket` is the number of the socket that it is about, the first is 0, and `address` its base address.
    """

    event: ExchangeEvent
    attempt: int
    reason: str = ""
    socket: int = 0
    address: str = ""
