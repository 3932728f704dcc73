"""How a chain counts as followed: by what is stored, and by how long ago a head came.

Of what is wrong with its nodes users are told the kind, and nothing that a node or a library has said.
"""

from datetime import datetime, timedelta

import pytest

from tests.wallets.rows import NOW
from wallets.chain_state import SENTENCES, WELL, ChainFault, ChainState, fault_of, state_by_age
from wallets.errors import InconsistentNodeError, ReorganisationTooDeepError
from wallets.nodes.errors import (
    DisagreeingNodeError,
    LaggingNodeError,
    NodeRefusedError,
    NodeUnavailableError,
    SilentNodeError,
    WrongChainError,
)

BLOCK_TIME = 12.0
_SAID = "wss://node.example.org/v3/secret"


@pytest.mark.parametrize("state", sorted(WELL))
@pytest.mark.parametrize(
    ("last_head", "is_well"),
    [
        (NOW - timedelta(seconds=35.9), True),
        (NOW + timedelta(hours=1), True),
        (NOW - timedelta(seconds=36), False),
        (None, False),
    ],
)
def test_a_chain_is_well_for_three_block_times_after_a_head(
    state: ChainState, last_head: datetime | None, is_well: bool
) -> None:
    expected = state if is_well else ChainState.DISCONNECTED
    assert state_by_age(state, last_head=last_head, block_time=BLOCK_TIME, now=NOW) is expected


@pytest.mark.parametrize("state", sorted(frozenset(ChainState) - WELL))
def test_what_is_not_well_stays_as_it_was_said_to_be(state: ChainState) -> None:
    assert state_by_age(state, last_head=NOW, block_time=BLOCK_TIME, now=NOW + timedelta(days=1)) is state


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
