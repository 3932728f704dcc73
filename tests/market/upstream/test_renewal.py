"""When a connection is to be replaced by one that is made first."""

from random import Random

import pytest

from streaming.market.upstream.renewal import Reason, Renewal, RenewalLimits
from tests.exchange_rules.rules import rule
from tests.manual_clock import ManualClock

HOUR = 3600.0


def due(renewal: Renewal) -> Reason | None:
    """Return what is due."""
    return renewal.due


@pytest.fixture
def renewal(clock: ManualClock, random: Random) -> Renewal:
    """Return the dates of a connection that was made just now, to the preferred address."""
    made = Renewal(RenewalLimits(), clock=clock, random=random)
    made.made(preferred=True)
    return made


def test_nothing_is_due_where_there_is_no_connection(clock: ManualClock, random: Random) -> None:
    renewal = Renewal(RenewalLimits(), clock=clock, random=random)
    assert (renewal.due, renewal.wait) == (None, None)
    renewal.made(preferred=False)
    renewal.ended()
    clock.advance(30 * HOUR)
    assert (renewal.due, renewal.wait) == (None, None)


@rule("1.2.1", "3.5")
def test_a_connection_is_renewed_at_23_hours_give_or_take_15_minutes(clock: ManualClock) -> None:
    waits = []
    for seed in range(200):
        one = Renewal(RenewalLimits(), clock=clock, random=Random(seed))
        one.made(preferred=True)
        waits.append(one.wait or 0.0)
    assert 22.75 * HOUR <= min(waits) < 22.77 * HOUR
    assert 23.23 * HOUR < max(waits) <= 23.25 * HOUR


def test_it_is_due_from_its_age_on(renewal: Renewal, clock: ManualClock) -> None:
    clock.advance((renewal.wait or 0.0) - 0.01)
    assert due(renewal) is None
    clock.advance(0.02)
    assert due(renewal) is Reason.AGE
    renewal.came_to_nothing(Reason.AGE)
    assert due(renewal) is Reason.AGE
    renewal.made(preferred=True)
    assert due(renewal) is None


def test_it_is_due_at_once_where_the_exchange_announces_an_end_but_once(renewal: Renewal, clock: ManualClock) -> None:
    clock.advance(HOUR)
    assert renewal.shutdown_announced()
    assert not renewal.shutdown_announced()
    assert due(renewal) is Reason.SHUTDOWN
    renewal.made(preferred=True)
    assert due(renewal) is None


def test_it_backs_off_where_every_new_connection_is_told_the_same(clock: ManualClock) -> None:
    ceilings = [0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0]
    waits: list[list[float]] = []
    for seed in range(200):
        renewal = Renewal(RenewalLimits(), clock=clock, random=Random(seed))
        waits.append([])
        for _ in ceilings:
            renewal.made(preferred=True)
            renewal.shutdown_announced()
            waits[-1].append(renewal.wait or 0.0)
    for number, ceiling in enumerate(ceilings):
        assert ceiling * 0.9 < max(one[number] for one in waits) <= ceiling


def test_it_is_at_once_again_after_a_connection_that_was_left_alone(renewal: Renewal, clock: ManualClock) -> None:
    for _ in range(5):
        renewal.shutdown_announced()
        renewal.made(preferred=True)
    clock.advance(60)
    renewal.shutdown_announced()
    assert due(renewal) is Reason.SHUTDOWN


def test_the_preferred_address_is_tried_every_five_minutes_while_another_serves(
    renewal: Renewal, clock: ManualClock
) -> None:
    renewal.made(preferred=False)
    for _ in range(3):
        clock.advance(299)
        assert due(renewal) is None
        clock.advance(1)
        assert due(renewal) is Reason.RETURN
        renewal.came_to_nothing(Reason.RETURN)
        assert renewal.wait == pytest.approx(300)
    renewal.made(preferred=True)
    clock.advance(600)
    assert due(renewal) is None


def test_connections_that_are_lost_meanwhile_do_not_put_the_way_back_off(renewal: Renewal, clock: ManualClock) -> None:
    for _ in range(3):
        renewal.made(preferred=False)
        clock.advance(100)
        renewal.ended()
    renewal.made(preferred=False)
    assert due(renewal) is Reason.RETURN


def test_an_end_that_is_announced_comes_before_the_way_back(renewal: Renewal, clock: ManualClock) -> None:
    renewal.made(preferred=False)
    clock.advance(300)
    renewal.shutdown_announced()
    assert due(renewal) is Reason.SHUTDOWN
