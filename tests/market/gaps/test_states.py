"""States after an interruption."""

from streaming.events import Resync
from streaming.market.gaps.states import StateTracker
from tests.exchange_rules.rules import rule
from tests.manual_clock import ManualClock
from tests.market.publishing.published_events import price


@rule("3.7")
def test_it_tells_of_the_gap_behind_the_first_fresh_value(clock: ManualClock) -> None:
    tracker = StateTracker(clock)
    assert tracker.take(price(1), 10) == [price(1)]
    tracker.interrupted(20)
    tracker.restored(30)
    assert tracker.take(price(2), 40) == [price(2), Resync(time=40, start=10, end=40, complete=True)]
    assert tracker.take(price(3), 50) == [price(3)]
    assert tracker.gap is None


def test_it_makes_up_for_nothing_by_a_value_that_comes_before_the_stream_flows_again(clock: ManualClock) -> None:
    tracker = StateTracker(clock)
    tracker.take(price(1), 10)
    tracker.interrupted(20)
    assert tracker.take(price(2), 25) == [price(2)]
    tracker.restored(30)
    assert tracker.take(price(3), 40) == [price(3), Resync(time=40, start=10, end=40, complete=True)]


def test_it_misses_nothing_before_the_first_value(clock: ManualClock) -> None:
    tracker = StateTracker(clock)
    tracker.interrupted(20)
    tracker.restored(30)
    assert tracker.take(price(1), 40) == [price(1)]
