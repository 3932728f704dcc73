"""How a chain is followed just now. Pure."""

from datetime import datetime, timedelta
from enum import StrEnum

SILENT_BLOCK_TIMES = 3
"""For so many block times no block may come before a chain counts as disconnected."""


class ChainState(StrEnum):
    """Whether a chain's newest blocks are known, and why not.

    `disconnected`: no head has come for three block times. `error`: it isn't followed without an operator.
    """

    CONNECTING = "connecting"
    CONNECTED = "connected"
    CATCHING_UP = "catching_up"
    DISCONNECTED = "disconnected"
    ERROR = "error"


WELL = frozenset({ChainState.CONNECTED, ChainState.CATCHING_UP})
"""Blocks come."""


def state_by_age(state: ChainState, *, last_head: datetime | None, block_time: float, now: datetime) -> ChainState:
    """Return what a stored state is worth by now: one that is well needs a head within three block times (seconds).

    Whoever follows the chain says so itself; where nobody does any more, nobody would.
    """
    if state not in WELL:
        return state
    is_silent = last_head is None or now - last_head >= timedelta(seconds=SILENT_BLOCK_TIMES * block_time)
    return ChainState.DISCONNECTED if is_silent else state
