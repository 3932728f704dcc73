"""The names of those who ask, and which of them are of one kind."""

import pytest

from streaming.requesters import (
    address_requester,
    claimed_requester,
    is_user,
    kind_of,
    kinds,
    password_requester,
    user_requester,
)

NAMES = (user_requester(7), claimed_requester(7), address_requester("192.0.2.1"))


@pytest.mark.parametrize("name", NAMES)
def test_it_is_of_another_kind_with_a_password(name: str) -> None:
    assert kind_of(name) != kind_of(password_requester(name))
    assert is_user(name) == is_user(password_requester(name)) == (name != NAMES[2])


def test_it_knows_the_kind_of_every_name() -> None:
    names = [*NAMES, *map(password_requester, NAMES), "", "somebody"]
    assert {kind_of(name) for name in names} <= set(kinds())
    assert len({kind_of(name) for name in (*NAMES, *map(password_requester, NAMES))}) == 6
    assert kind_of(user_requester(7)) == kind_of(user_requester(8))
