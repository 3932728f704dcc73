"""The moments at which a process does what it does again and again."""

import pytest

from streaming.workers.ticks import seconds_until_tick


def ticks(interval: float, *, begin: float, count: int, phase: float = 0.125, works: float = 0.0) -> list[float]:
    """Return when somebody wakes who begins at `begin` and always works for a while."""
    moments, now = [], begin
    for _ in range(count):
        now += seconds_until_tick(interval, now=now, phase=phase)
        moments.append(now)
        now += works
    return moments


def test_those_who_began_at_different_times_wake_together() -> None:
    often, seldom = ticks(0.25, begin=10.3, count=40), ticks(1.0, begin=11.7, count=5)
    assert set(seldom) <= set(often)


def test_a_moment_comes_once_in_each_interval_however_long_the_work_takes_that_fits_in() -> None:
    assert ticks(1.0, begin=10.0, count=4, works=0.4) == [11.125, 12.125, 13.125, 14.125]


def test_a_timer_that_fires_early_does_not_fire_twice() -> None:
    assert seconds_until_tick(1.0, now=11.124, phase=0.125) == pytest.approx(1.001)


def test_the_first_moment_is_neither_at_once_nor_far_away() -> None:
    waits = [seconds_until_tick(2.0, now=number / 100, phase=0.7) for number in range(1000)]
    assert min(waits) >= 1.0
    assert max(waits) < 3.0
