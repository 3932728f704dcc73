"""How a chain is followed just now, and what is wrong with its nodes, in plain words for everybody. Pure.

What a node, a library or the network says may hold addresses and keys: only staff see that (`reason` in the admin, and
`system.log`). Users are told the kind of it alone, which is decided here.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from wallets.errors import InconsistentNodeError, ReorganisationTooDeepError
from wallets.nodes.errors import (
    DisagreeingNodeError,
    LaggingNodeError,
    NodeRefusedError,
    NodeUnavailableError,
    SilentNodeError,
    WrongChainError,
)

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


class ChainFault(StrEnum):
    """Kinds of what keeps a chain from being followed."""

    UNREACHABLE = "unreachable"
    REFUSING = "refusing"
    UNREADABLE = "unreadable"
    WRONG_CHAIN = "wrong_chain"
    LAGGING = "lagging"
    SILENT = "silent"
    DISAGREEING = "disagreeing"
    OTHER_BRANCH = "other_branch"
    INTERNAL = "internal"


SENTENCES: Mapping[ChainFault, str] = {
    ChainFault.UNREACHABLE: "its node can't be reached, or doesn't answer",
    ChainFault.REFUSING: "its node answers with errors",
    ChainFault.UNREADABLE: "its node's answers can't be read, or contradict each other",
    ChainFault.WRONG_CHAIN: "its node is of another chain",
    ChainFault.LAGGING: "its node is behind",
    ChainFault.SILENT: f"no block has come for {SILENT_BLOCK_TIMES} block times",
    ChainFault.DISAGREEING: "its nodes disagree on which blocks there are",
    ChainFault.OTHER_BRANCH: "its node's blocks aren't those that were followed so far",
    ChainFault.INTERNAL: "a fault in the program that follows it",
}
"""What users are told, as the rest of a sentence."""

_KINDS: tuple[tuple[type[Exception], ChainFault], ...] = (
    (SilentNodeError, ChainFault.SILENT),
    (LaggingNodeError, ChainFault.LAGGING),
    (NodeUnavailableError, ChainFault.UNREACHABLE),
    (NodeRefusedError, ChainFault.REFUSING),
    (WrongChainError, ChainFault.WRONG_CHAIN),
    (DisagreeingNodeError, ChainFault.DISAGREEING),
    (InconsistentNodeError, ChainFault.UNREADABLE),
    (ReorganisationTooDeepError, ChainFault.OTHER_BRANCH),
)


def fault_of(error: Exception) -> ChainFault:
    """Return which kind an error is; what is none of a node's is a fault of ours."""
    return next((fault for kind, fault in _KINDS if isinstance(error, kind)), ChainFault.INTERNAL)
