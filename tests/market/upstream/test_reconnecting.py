"""When to connect again, and to which address."""

from random import Random

import pytest

from streaming.market.upstream.reconnecting import Reconnecting, ReconnectLimits
from tests.exchange_rules.rules import rule
from tests.manual_clock import ManualClock

ADDRESSES = ("first", "second", "third")


@pytest.fixture
def reconnecting(clock: ManualClock, random: Random) -> Reconnecting:
    """Return the state of attempts to three addresses, with the default limits."""
    return Reconnecting(ADDRESSES, limits=ReconnectLimits(), clock=clock, random=random)


def fail(reconnecting: Reconnecting, clock: ManualClock) -> float:
    """Attempt and lose a connection after the wait; return the next wait."""
    clock.advance(reconnecting.wait)
    reconnecting.attempting()
    clock.advance(10)
    reconnecting.lost()
    return reconnecting.wait


def test_it_may_connect_at_once(reconnecting: Reconnecting) -> None:
    assert reconnecting.wait == 0.0
    assert reconnecting.address == "first"


@rule("3.4")
def test_it_waits_with_full_jitter_under_a_ceiling_that_doubles_to_thirty_seconds(clock: ManualClock) -> None:
    waits: list[list[float]] = []
    for seed in range(200):
        one = Reconnecting(["only"], limits=ReconnectLimits(), clock=clock, random=Random(seed))
        waits.append([fail(one, clock) for _ in range(10)])
    for attempt, ceiling in enumerate([0.5, 1, 2, 4, 8, 16, 30, 30, 30, 30]):
        seen = [one[attempt] for one in waits]
        assert max(seen) <= ceiling
        assert max(seen) > ceiling * 0.9
        assert min(seen) < ceiling * 0.1


def test_it_never_gives_up(reconnecting: Reconnecting, clock: ManualClock) -> None:
    assert all(fail(reconnecting, clock) <= 30 for _ in range(2000))
    assert reconnecting.failures == 2000


def test_it_rotates_the_address_after_three_failures(reconnecting: Reconnecting, clock: ManualClock) -> None:
    used = []
    for _ in range(10):
        used.append(reconnecting.address)
        fail(reconnecting, clock)
    assert used == ["first"] * 3 + ["second"] * 3 + ["third"] * 3 + ["first"]


@rule("3.4")
def test_it_forgets_failures_only_after_a_minute_with_data(reconnecting: Reconnecting, clock: ManualClock) -> None:
    fail(reconnecting, clock)
    fail(reconnecting, clock)
    reconnecting.attempting()
    reconnecting.data_received()
    clock.advance(59.9)
    reconnecting.data_received()
    assert reconnecting.failures == 2
    clock.advance(0.2)
    reconnecting.data_received()
    assert reconnecting.failures == 0
    assert fail(reconnecting, clock) <= 0.5
    assert reconnecting.address == "first"


def test_it_counts_the_minute_anew_for_each_connection(reconnecting: Reconnecting, clock: ManualClock) -> None:
    fail(reconnecting, clock)
    for _ in range(3):
        reconnecting.attempting()
        reconnecting.data_received()
        clock.advance(40)
        reconnecting.data_received()
    assert reconnecting.failures == 1


@rule("3.4")
@pytest.mark.parametrize("status", [429, 418])
@pytest.mark.parametrize(
    ("header", "seconds"), [("7", 7.0), (" 120 ", 120.0), (None, 60.0), ("soon", 60.0), ("-5", 60.0)]
)
def test_it_waits_as_told_where_it_asked_too_often(
    reconnecting: Reconnecting, status: int, header: str | None, seconds: float
) -> None:
    reconnecting.attempting()
    reconnecting.refused(status, header)
    assert reconnecting.wait == seconds
    assert reconnecting.address == "first"


@pytest.mark.parametrize("status", [403, 451])
def test_it_goes_to_the_next_address_at_once_where_it_is_not_let_in(
    reconnecting: Reconnecting, clock: ManualClock, status: int
) -> None:
    reconnecting.attempting()
    clock.advance(1)
    reconnecting.refused(status, None)
    assert (reconnecting.address, reconnecting.wait) == ("second", 0.0)


def test_it_backs_off_where_no_address_lets_it_in(clock: ManualClock) -> None:
    waits = []
    for seed in range(100):
        one = Reconnecting(ADDRESSES, limits=ReconnectLimits(), clock=clock, random=Random(seed))
        for _ in range(30):
            clock.advance(one.wait)
            one.attempting()
            one.refused(451, None)
        waits.append(one.wait)
    assert max(waits) > 25


@pytest.mark.parametrize("status", [400, 404, 500, 503])
def test_it_takes_any_other_refusal_for_a_failure(reconnecting: Reconnecting, status: int) -> None:
    reconnecting.attempting()
    reconnecting.refused(status, None)
    assert reconnecting.failures == 1
    assert reconnecting.address == "first"


def test_it_goes_on_where_another_connection_has_taken_over(reconnecting: Reconnecting, clock: ManualClock) -> None:
    fail(reconnecting, clock)
    fail(reconnecting, clock)
    reconnecting.moved_to("third")
    assert reconnecting.address == "third"
    assert reconnecting.preferred_address == "first"
    used = []
    for _ in range(4):
        used.append(reconnecting.address)
        fail(reconnecting, clock)
    assert used == ["third"] * 3 + ["first"]


def test_it_may_begin_at_another_address(clock: ManualClock, random: Random) -> None:
    begun = Reconnecting(ADDRESSES, limits=ReconnectLimits(), clock=clock, random=random, start="second")
    assert begun.address == "second"
    begun.refused(451, None)
    assert begun.address == "third"


def test_it_needs_an_address(clock: ManualClock, random: Random) -> None:
    with pytest.raises(ValueError, match="no address"):
        Reconnecting([], limits=ReconnectLimits(), clock=clock, random=random)


def fail_all(reconnecting: Reconnecting, clock: ManualClock, times: int) -> list[bool]:
    """Fail so often; return whether that was worth a word, each time."""
    told = []
    for _ in range(times):
        fail(reconnecting, clock)
        told.append(reconnecting.has_failed)
    return told


def test_it_is_worth_a_word_once_after_ten_attempts_over_all_addresses(
    reconnecting: Reconnecting, clock: ManualClock
) -> None:
    assert fail_all(reconnecting, clock, 25) == [False] * 9 + [True] + [False] * 15
    assert reconnecting.attempt == 26


@pytest.mark.parametrize("status", [403, 429, 451, 500])
def test_it_counts_every_refusal_as_an_attempt(reconnecting: Reconnecting, status: int) -> None:
    for _ in range(10):
        reconnecting.attempting()
        reconnecting.refused(status, None)
    assert reconnecting.has_failed


def test_it_counts_attempts_anew_once_data_came(reconnecting: Reconnecting, clock: ManualClock) -> None:
    fail_all(reconnecting, clock, 9)
    reconnecting.attempting()
    reconnecting.connected()
    reconnecting.data_received()
    assert reconnecting.attempt == 1
    reconnecting.lost()
    assert reconnecting.attempt == 1
    assert fail_all(reconnecting, clock, 10)[-1]


def test_it_counts_a_connection_that_gives_nothing_as_an_attempt(
    reconnecting: Reconnecting, clock: ManualClock
) -> None:
    for _ in range(10):
        reconnecting.attempting()
        reconnecting.connected()
        clock.advance(59.9)
        reconnecting.lost()
    assert reconnecting.has_failed


def test_it_takes_a_connection_that_stood_for_long_for_a_good_one(
    reconnecting: Reconnecting, clock: ManualClock
) -> None:
    fail_all(reconnecting, clock, 9)
    reconnecting.attempting()
    reconnecting.connected()
    clock.advance(60)
    reconnecting.lost()
    assert not reconnecting.has_failed
    assert reconnecting.attempt == 1
