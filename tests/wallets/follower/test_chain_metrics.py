"""What Prometheus is told of each chain."""

from datetime import timedelta
from typing import Any

import pytest

from tests.wallets.rows import NOW, chain_named
from tests.wallets.simple_chain import hash_of
from wallets.chain_state import ChainState
from wallets.follower.chain_metrics import BEHIND, BLOCK, STATE, UP, chain_samples


@pytest.mark.django_db
def test_it_tells_how_each_enabled_chain_is() -> None:
    well: dict[str, Any] = {"state": ChainState.CATCHING_UP.value, "last_head_at": NOW, "block_time_seconds": 12.0}
    chain_named(**well, cursor_number=90, cursor_hash=hash_of(90), head_number=100)
    chain_named("silent", **{**well, "chain_id": 2, "last_head_at": NOW - timedelta(hours=1)})
    chain_named("unused", chain_id=3, is_enabled=False)
    told = {(sample.metric, sample.labels): sample.value for sample in chain_samples(NOW)}
    assert told[UP, ("ethereum",)] == 1
    assert told[UP, ("silent",)] == 0
    assert {labels[1] for (metric, labels), value in told.items() if metric is STATE and value} == {
        "catching_up",
        "disconnected",
    }
    assert (told[BLOCK, ("ethereum",)], told[BEHIND, ("ethereum",)]) == (90, 10)
    assert (BLOCK, ("silent",)) not in told
    assert not [labels for _, labels in told if "unused" in labels]
