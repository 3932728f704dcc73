from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streaming.gateway.login.admission import Admission, Seat, TooManyConnectionsError


def admission(*, per_address: int = 2, per_user: int = 2) -> Admission:
    return Admission(per_address=per_address, per_user=per_user)


def test_it_limits_the_connections_of_an_address() -> None:
    admits = admission()
    seats = [admits.admit("203.0.113.9"), admits.admit("203.0.113.9")]
    with pytest.raises(TooManyConnectionsError):
        admits.admit("203.0.113.9")
    admits.admit("203.0.113.10")
    seats[0].give_back()
    admits.admit("203.0.113.9")


def test_it_limits_the_connections_of_a_user_whatever_the_address() -> None:
    admits = admission()
    seats = [admits.admit(f"203.0.113.{number}") for number in range(3)]
    seats[0].log_in("7")
    seats[1].log_in("7")
    with pytest.raises(TooManyConnectionsError):
        seats[2].log_in("7")
    seats[0].give_back()
    seats[2].log_in("7")


def test_it_counts_a_renewed_login_once() -> None:
    admits = admission(per_user=1)
    seat = admits.admit("a")
    seat.log_in("7")
    seat.log_in("7")
    seat.give_back()
    admits.admit("a").log_in("7")


def test_a_user_who_was_refused_costs_the_address_nothing_more() -> None:
    admits = admission(per_address=1, per_user=0)
    seat = admits.admit("a")
    with pytest.raises(TooManyConnectionsError):
        seat.log_in("7")
    seat.give_back()
    admits.admit("a")


def test_it_gives_a_seat_back_once() -> None:
    admits = admission(per_address=2)
    first, _ = admits.admit("a"), admits.admit("a")
    first.give_back()
    first.give_back()
    admits.admit("a")
    with pytest.raises(TooManyConnectionsError):
        admits.admit("a")


def test_it_does_not_limit_connections_without_an_address() -> None:
    admits = admission(per_address=1)
    assert [admits.admit("").address for _ in range(3)] == ["", "", ""]


@given(st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from(["", "7", "8"]), st.booleans())))
def test_it_never_holds_more_than_it_may(events: Sequence[tuple[str, str, bool]]) -> None:
    admits = admission()
    held: list[tuple[Seat, str]] = []
    for address, user_id, leaves in events:
        if leaves and held:
            held.pop(0)[0].give_back()
            continue
        try:
            seat = admits.admit(address)
        except TooManyConnectionsError:
            assert sum(one.address == address for one, _ in held) == 2
            continue
        try:
            if user_id:
                seat.log_in(user_id)
        except TooManyConnectionsError:
            assert sum(user == user_id for _, user in held) == 2
            seat.give_back()
            continue
        held.append((seat, user_id))
        assert sum(one.address == address for one, _ in held) <= 2


def test_it_counts_a_network_of_ipv6_as_one_address() -> None:
    admits = admission()
    seats = [admits.admit("2001:db8:1:2::1"), admits.admit("2001:db8:1:2::2")]
    with pytest.raises(TooManyConnectionsError):
        admits.admit("2001:db8:1:2:ffff::1")
    admits.admit("2001:db8:1:3::1")
    seats[0].give_back()
    admits.admit("2001:db8:1:2:ffff::1")
