"""What goes wrong, and when."""

from itertools import pairwise
from random import Random

import pytest

from streaming.simulator.faults.faults import FaultKind
from tests.soak.deployment.schedule import Act, ProcessAct, schedule

EVERYTHING: tuple[Act, ...] = (*FaultKind, *ProcessAct)


@pytest.mark.parametrize("seconds", [60.0, 300.0, 3600.0, 7200.0])
def test_every_act_has_its_turn_and_they_fill_the_time(seconds: float) -> None:
    episodes = schedule(Random(1), EVERYTHING, seconds)
    assert {episode.act for episode in episodes} == set(EVERYTHING)
    assert sum(episode.seconds + episode.settle for episode in episodes) == pytest.approx(seconds)
    for one, following in pairwise(episodes):
        assert one.at + one.seconds + one.settle == pytest.approx(following.at)
        assert one.seconds > 0
        assert one.settle >= one.seconds / 2


def test_an_hour_has_several_cycles_in_different_orders() -> None:
    acts = [episode.act for episode in schedule(Random(1), EVERYTHING, 3600.0)]
    assert len(acts) >= 4 * len(EVERYTHING)
    assert all(acts.count(act) == acts.count(acts[0]) for act in EVERYTHING)
    assert acts[: len(EVERYTHING)] != acts[len(EVERYTHING) : 2 * len(EVERYTHING)]


def test_the_same_seed_gives_the_same_schedule_and_another_a_different_one() -> None:
    assert schedule(Random(1), EVERYTHING, 300.0) == schedule(Random(1), EVERYTHING, 300.0)
    assert schedule(Random(1), EVERYTHING, 300.0) != schedule(Random(2), EVERYTHING, 300.0)


def test_what_shows_only_when_a_connection_is_made_comes_with_a_cut() -> None:
    [episode] = schedule(Random(1), [FaultKind.REFUSE_REST], 10.0)
    assert [fault.kind for fault in episode.faults] == [FaultKind.REFUSE_REST, FaultKind.CUT]


def test_an_episode_reads_in_one_line() -> None:
    [episode] = schedule(Random(3), [FaultKind.LIFETIME], 10.0)
    assert str(episode).startswith("    0.0 s  lifetime ")
    assert str(episode).endswith("to settle")
