"""How a chain counts as followed: by what is stored, and by how long ago a head came."""

from datetime import datetime, timedelta

import pytest

from tests.wallets.rows import NOW
from wallets.chain_state import WELL, ChainState, state_by_age

BLOCK_TIME = 12.0


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
