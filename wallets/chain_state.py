"""How a chain is followed just now. Pure."""

from enum import StrEnum


class ChainState(StrEnum):
    """Whether a chain's newest blocks are known, and why not.

    `disconnected`: no head has come for three block times. `error`: it isn't followed without an operator.
    """

    CONNECTING = "connecting"
    CONNECTED = "connected"
    CATCHING_UP = "catching_up"
    DISCONNECTED = "disconnected"
    ERROR = "error"
