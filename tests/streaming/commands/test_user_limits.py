"""What one user may have over all connections: a second, at a time and waiting; and what other gateways leave of it."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from streaming.commands.errors import TooMuchError
from streaming.commands.user_limits import (
    Allowance,
    Load,
    UserLimits,
    UserLimitSettings,
    requester_of,
)
from streaming.requesters import claimed_requester, password_requester, user_requester
from tests.manual_clock import ManualClock
from tests.streaming.commands.people import USER

SETTINGS = UserLimitSettings(
    user=Allowance(per_second=10, at_a_time=4), address=Allowance(per_second=20, at_a_time=8), waiting=30
)
ADA, BOB, ADDRESS = user_requester(1), user_requester(2), requester_of(None, "192.0.2.1")


@pytest.fixture
def clock() -> ManualClock:
    """Return a clock that stands still."""
    return ManualClock()


@pytest.fixture
def limits(clock: ManualClock) -> UserLimits:
    """Return limits in which nobody has done anything."""
    return UserLimits(SETTINGS, clock)


def admitted(limits: UserLimits, requester: str, *, of: int = 100) -> int:
    """Let somebody ask for so many commands; return how many were admitted, each of which ends at once."""
    count = 0
    for _ in range(of):
        try:
            limits.admit(requester)
        except TooMuchError:
            continue
        limits.ended(requester)
        count += 1
    return count


@contextmanager
def at_work(limits: UserLimits, requester: str, count: int) -> Iterator[None]:
    """Have so many turns."""
    if not count:
        yield
        return
    with limits.at_work.turn_in_thread(requester, seconds=0), at_work(limits, requester, count - 1):
        yield


def most_at_work(limits: UserLimits, requester: str) -> int:
    """Return how many turns somebody gets at a time."""
    for count in range(1, 100):
        try:
            with at_work(limits, requester, count):
                pass
        except TimeoutError:
            return count - 1
    raise AssertionError("there is no bound")


def test_it_counts_a_user_by_id_and_others_by_address() -> None:
    assert requester_of(USER, "192.0.2.1") == user_requester(USER.user_id)
    assert requester_of(None, "192.0.2.1") != requester_of(None, "192.0.2.2")


def test_it_admits_so_many_a_second_and_each_user_for_themselves(limits: UserLimits, clock: ManualClock) -> None:
    assert [admitted(limits, requester) for requester in (ADA, BOB, ADDRESS)] == [10, 10, 20]
    with pytest.raises(TooMuchError, match="At most 10 commands a second of a user"):
        limits.admit(ADA)
    clock.advance(0.5)
    assert admitted(limits, ADA) == 0
    clock.advance(0.5)
    assert admitted(limits, ADA) == 10


def test_it_counts_any_second_not_those_of_the_clock(limits: UserLimits, clock: ManualClock) -> None:
    clock.advance(0.875)
    assert admitted(limits, ADA, of=6) == 6
    clock.advance(0.5)  # the clock's own second is another
    assert admitted(limits, ADA) == 4
    clock.advance(0.5)
    assert admitted(limits, ADA) == 6


def test_it_refuses_what_would_wait_behind_too_many(limits: UserLimits, clock: ManualClock) -> None:
    for _ in range(34):  # four that may be at work, thirty that may wait
        clock.advance(0.125)
        limits.admit(ADA)
    clock.advance(1)
    with pytest.raises(TooMuchError, match="Too many commands are waiting"):
        limits.admit(ADA)
    limits.admit(BOB)
    limits.ended(ADA)
    limits.admit(ADA)


def test_it_lets_so_many_be_done_at_a_time(limits: UserLimits) -> None:
    assert [most_at_work(limits, requester) for requester in (ADA, ADDRESS)] == [4, 8]
    with at_work(limits, ADA, 4):
        assert most_at_work(limits, BOB) == 4


def test_it_counts_a_request_as_long_as_it_is_done(limits: UserLimits) -> None:
    with limits.request(ADA, seconds=0):
        assert limits.at_work.takers().get(ADA) == 1
    with at_work(limits, ADA, 4), pytest.raises(TimeoutError), limits.request(ADA, seconds=0):
        pass
    assert limits.at_work.takers() == {}
    assert admitted(limits, ADA) == 8


def test_it_leaves_what_other_gateways_do_out_of_its_own(limits: UserLimits, clock: ManualClock) -> None:
    limits.hear("other", {ADA: Load(3, 1)})
    assert (admitted(limits, ADA), most_at_work(limits, ADA)) == (7, 3)
    assert (admitted(limits, BOB), most_at_work(limits, BOB)) == (10, 4)


def test_it_keeps_an_equal_share_where_the_others_take_all(limits: UserLimits) -> None:
    for other in ("first", "second"):
        limits.hear(other, {ADA: Load(10, 4)})
    assert (admitted(limits, ADA), most_at_work(limits, ADA)) == (3, 1)


def test_it_believes_what_it_heard_for_a_moment_only(limits: UserLimits, clock: ManualClock) -> None:
    limits.hear("other", {ADA: Load(10, 4)})
    clock.advance(1.4)
    assert admitted(limits, ADA) == 5
    clock.advance(1.0)
    assert (admitted(limits, ADA), most_at_work(limits, ADA)) == (10, 4)


def test_it_tells_of_those_who_do_much_and_holds_nobody_else(limits: UserLimits, clock: ManualClock) -> None:
    admitted(limits, BOB, of=1)
    admitted(limits, ADA, of=5)
    with at_work(limits, ADDRESS, 2):
        assert limits.loads() == {ADA: Load(5, 0), ADDRESS: Load(0, 2)}
    clock.advance(1.0)
    assert limits.loads() == {}


def test_it_counts_a_network_of_ipv6_as_one_address() -> None:
    assert requester_of(None, "2001:db8:1:2::1") == requester_of(None, "2001:db8:1:2:ffff::1")
    assert requester_of(None, "2001:db8:1:2::1") != requester_of(None, "2001:db8:1:3::1")


def test_it_counts_requests_with_a_password_beside_all_others(limits: UserLimits) -> None:
    for requester, second, at_a_time in ((ADA, 10, 4), (ADDRESS, 20, 8)):
        assert admitted(limits, requester) == admitted(limits, password_requester(requester)) == second
        with at_work(limits, requester, at_a_time):
            assert most_at_work(limits, password_requester(requester)) == at_a_time


def test_it_counts_whom_a_token_names_as_a_user_beside_that_user(limits: UserLimits) -> None:
    assert [admitted(limits, requester) for requester in (ADA, claimed_requester(1))] == [10, 10]
    with pytest.raises(TooMuchError, match="of a user"):
        limits.admit(claimed_requester(1))
