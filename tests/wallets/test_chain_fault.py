"""What users are told of a chain's nodes: the kind of what is wrong, and nothing that a node or a library has said."""

import pytest

from wallets.chain_fault import SENTENCES, ChainFault, fault_of
from wallets.errors import InconsistentNodeError, ReorganisationTooDeepError
from wallets.nodes.errors import (
    DisagreeingNodeError,
    LaggingNodeError,
    NodeRefusedError,
    NodeUnavailableError,
    SilentNodeError,
    WrongChainError,
)

_SAID = "wss://node.example.org/v3/secret"


@pytest.mark.parametrize(
    ("error", "fault"),
    [
        (NodeUnavailableError(_SAID), ChainFault.UNREACHABLE),
        (NodeRefusedError("eth_getLogs", -32005, _SAID), ChainFault.REFUSING),
        (InconsistentNodeError(_SAID), ChainFault.UNREADABLE),
        (WrongChainError(1, 137), ChainFault.WRONG_CHAIN),
        (LaggingNodeError(_SAID), ChainFault.LAGGING),
        (SilentNodeError(_SAID), ChainFault.SILENT),
        (DisagreeingNodeError(_SAID), ChainFault.DISAGREEING),
        (ReorganisationTooDeepError(36, 64), ChainFault.OTHER_BRANCH),
        (RuntimeError(_SAID), ChainFault.INTERNAL),
    ],
)
def test_each_error_is_of_a_kind(error: Exception, fault: ChainFault) -> None:
    assert fault_of(error) is fault


def test_each_kind_has_its_own_words() -> None:
    assert SENTENCES.keys() == set(ChainFault)
    assert len(set(SENTENCES.values())) == len(ChainFault)
