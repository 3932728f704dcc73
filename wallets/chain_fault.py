"""What is wrong with a chain's nodes, in plain words for everybody. Pure.

What a node, a library or the network says may hold addresses and keys: only staff see that (`reason` in the admin, and
`system.log`). Users are told the kind of it alone, which is decided here.
"""

from collections.abc import Mapping
from enum import StrEnum

from wallets.chain_state import SILENT_BLOCK_TIMES
from wallets.errors import InconsistentNodeError, ReorganisationTooDeepError
from wallets.nodes.errors import (
    DisagreeingNodeError,
    LaggingNodeError,
    NodeRefusedError,
    NodeUnavailableError,
    SilentNodeError,
    WrongChainError,
)


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
