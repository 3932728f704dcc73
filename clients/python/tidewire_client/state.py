"""The states of a client's connection."""

from enum import StrEnum


class ConnectionState(StrEnum):
    """`connecting` until the first connection is ready, `reconnecting` from the loss of one until the next is."""

    DISCONNECTED = "disconnected"
    CONNECTING = "connecting"
    CONNECTED = "connected"
    RECONNECTING = "reconnecting"
