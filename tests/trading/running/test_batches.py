"""The batches of a sweep: every run is in one of them, none is too long for whoever waits, and the last are single."""

import pytest
from pytest_django import Settings

from trading.running.sweep import batches_of


@pytest.mark.parametrize(("runs", "processes"), [(1, 2), (4, 1), (100, 2), (1000, 2), (1000, 16)])
def test_each_run_is_in_one_batch(settings: Settings, runs: int, processes: int) -> None:
    settings.BACKTESTS_PROCESSES = processes
    batches = list(batches_of(runs))
    assert [number for batch in batches for number in batch] == list(range(runs))
    assert max(map(len, batches)) <= 25
    assert [len(batch) for batch in batches[-processes:]] == [1] * min(processes, runs)
    assert len(batches) < runs / 25 + 30 * processes
