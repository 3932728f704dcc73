"""When a connection has to end for its login: none came in time, or it has expired."""

import pytest

from streaming.gateway.login.login import LoginPolicy
from streaming.identity.identity import Identity
from tests.manual_clock import ManualClock
from tests.streaming.commands.people import USER


def test_it_waits_for_a_login_only_where_one_is_demanded_and_only_so_long() -> None:
    clock = ManualClock()
    demanded, optional = LoginPolicy(clock, None, seconds=10), LoginPolicy(clock, None, seconds=None)
    assert (demanded.is_awaited, optional.is_awaited) == (True, False)
    clock.advance(9.999)
    assert demanded.reason_to_close() is None
    clock.advance(0.001)
    assert (demanded.reason_to_close(), optional.reason_to_close()) == ("Authentication timeout", None)


def test_whoever_has_logged_in_stays_until_the_token_expires_by_the_time_of_day() -> None:
    clock = ManualClock(USER.expires_at - 1)
    policy = LoginPolicy(clock, USER, seconds=0)
    assert (policy.is_awaited, policy.reason_to_close()) == (False, None)
    clock.jump(0.001)
    assert policy.reason_to_close() == "Token expired"


@pytest.mark.parametrize("identity", [None, USER])
@pytest.mark.parametrize("seconds", [None, 10])
def test_it_is_timed_exactly_where_some_time_ends_it(identity: Identity | None, seconds: float | None) -> None:
    clock = ManualClock(USER.expires_at - 1)
    policy = LoginPolicy(clock, identity, seconds=seconds)
    assert policy.is_timed is (identity is not None or seconds is not None)
    clock.advance(3600)
    assert policy.is_timed is (policy.reason_to_close() is not None)
