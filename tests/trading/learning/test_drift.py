"""Drift: directions told that become worse are noticed; what became better, overlaps or was not told is not."""

from collections.abc import Sequence

import numpy as np

from trading.learning.drift import Drift, DriftMonitor
from trading.learning.labels import ModelDecision, Outcome


def _told(is_right: Sequence[bool], *, horizon: int = 1, is_spoken: bool = True) -> list[Outcome]:
    """Return outcomes of one direction a ms."""
    return [
        Outcome(
            decision=ModelDecision(time=time, price=1.0, features=(), score=0.0, probability=0.6, is_spoken=is_spoken),
            known_at=time + horizon,
            change=0.1 if right else -0.1,
        )
        for time, right in enumerate(is_right)
    ]


def _noticed(outcomes: Sequence[Outcome]) -> list[Drift]:
    monitor = DriftMonitor()
    return [drift for outcome in outcomes if (drift := monitor.observe(outcome)) is not None]


def _directions(*shares: float, count: int = 1000) -> list[bool]:
    """Return whether directions were right, of which each share is so for a while."""
    random = np.random.default_rng(1)
    return [bool(right) for share in shares for right in random.random(count) < share]


def test_directions_that_become_wrong_are_noticed_with_their_shares() -> None:
    drift, *_ = _noticed(_told(_directions(0.7, 0.3)))
    assert 1000 < drift.time < 1200
    assert 0.25 < drift.before < drift.since


def test_directions_that_become_better_are_no_drift() -> None:
    assert _noticed(_told(_directions(0.3, 0.7))) == []


def test_directions_that_were_not_told_are_no_drift() -> None:
    assert _noticed(_told(_directions(0.7, 0.3), is_spoken=False)) == []


def test_horizons_that_overlap_count_once() -> None:
    """Of ten directions with one outcome between them, nine say nothing new."""
    each = _directions(0.6, 0.5, count=60)
    overlapping = [right for right in each for _ in range(10)]
    assert _noticed(_told(overlapping, horizon=1))
    assert _noticed(_told(overlapping, horizon=10)) == []
