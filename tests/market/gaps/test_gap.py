"""One gap while it is open: when REST is asked, what waits, and what is told of it."""

import pytest

from streaming.events import Resync
from streaming.market.gaps.gap import Gap


def _gap(since: int = 1000) -> Gap:
    return Gap(since, opened=0.0)


def test_it_is_asked_for_ever_later_after_failures_but_within_the_longest_pause() -> None:
    gap = _gap()
    pauses = []
    for _ in range(7):
        gap.postpone(100.0, 0.5, 10.0)
        pauses.append((gap.ask_at or 0.0) - 100.0)
    assert pauses == [0.5, 1.0, 2.0, 4.0, 8.0, 10.0, 10.0]


def test_it_is_asked_for_in_time_after_any_number_of_failures() -> None:
    gap = _gap()
    gap.retries = 100_000
    gap.postpone(100.0, 0.5, 10.0)
    assert gap.ask_at == 110.0


def test_it_is_asked_for_at_the_earliest_of_the_moments() -> None:
    gap = _gap()
    for moment, expected in ((5.0, 5.0), (3.0, 3.0), (4.0, 3.0)):
        gap.ask_from(moment)
        assert gap.ask_at == expected


def test_it_holds_what_is_newer_for_so_long_after_the_first_of_it() -> None:
    gap = _gap()
    assert not gap.holds(0.0)
    gap.hold_from(10.0, 2.0)
    gap.hold_from(11.0, 2.0)
    assert gap.holds(11.9)
    assert not gap.holds(12.0)


@pytest.mark.parametrize(("until", "end"), [(1500, 1500), (1000, 1000), (900, 1000)])
def test_it_tells_from_when_to_when_it_was_and_never_backwards(until: int, end: int) -> None:
    gap = _gap()
    gap.until = until
    assert gap.resync(complete=False) == Resync(time=end, start=1000, end=end, complete=False)
