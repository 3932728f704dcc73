"""When simulated data begins and ends."""

import pytest

from streaming.market.fallback.limits import FallbackLimits
from streaming.market.fallback.switching import FallbackSwitch, Switch
from tests.manual_clock import ManualClock

LIMITS = FallbackLimits(after=5.0, well_for=10.0)


@pytest.fixture
def clock() -> ManualClock:
    """A clock that stands still."""
    return ManualClock()


@pytest.fixture
def switch(clock: ManualClock) -> FallbackSwitch:
    """One that has seen nothing of the exchange yet."""
    return FallbackSwitch(LIMITS, clock)


def looks(switch: FallbackSwitch, clock: ManualClock, *seen: tuple[float, bool]) -> list[Switch | None]:
    """Return what is to be done after each look, so many seconds after the one before."""
    found = []
    for seconds, is_well in seen:
        clock.advance(seconds)
        found.append(switch.look(is_well=is_well))
    return found


def test_it_begins_once_the_exchange_was_away_for_long_enough(switch: FallbackSwitch, clock: ManualClock) -> None:
    assert looks(switch, clock, (60, True), (4, False), (4.9, False), (0.1, False)) == [None] * 3 + [
        Switch.TO_SIMULATED
    ]


def test_an_exchange_that_never_came_is_away_since_the_start(switch: FallbackSwitch, clock: ManualClock) -> None:
    assert looks(switch, clock, (4.9, False), (0.1, False)) == [None, Switch.TO_SIMULATED]


def test_it_begins_at_no_time_where_the_exchange_comes_back_each_time(
    switch: FallbackSwitch, clock: ManualClock
) -> None:
    assert looks(switch, clock, *[(4.0, False), (1.0, True)] * 10) == [None] * 20


def test_it_ends_once_the_exchange_was_well_without_a_break(switch: FallbackSwitch, clock: ManualClock) -> None:
    looks(switch, clock, (5, False))
    switch.is_simulated = True
    assert looks(switch, clock, *[(1.0, True), (9.0, True), (0.5, False)] * 5) == [None] * 15
    assert looks(switch, clock, (0.1, True), (9.5, True), (1.0, True)) == [None, None, Switch.TO_EXCHANGE]
