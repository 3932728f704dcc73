"""Who may give a command."""

import pytest

from streaming.commands.access import ByParameters, CommandAccess, Permission, Who, denial, may
from streaming.commands.outcome import CommandErrorCode
from streaming.identity.identity import Identity
from tests.streaming.commands.people import STAFF, SUPERUSER, TRADER, USER

GRID = Permission("trading.add_grid")


@pytest.mark.parametrize(
    ("access", "allowed"),
    [
        (Who.ANYONE, [None, USER, TRADER, STAFF, SUPERUSER]),
        (Who.LOGIN, [USER, TRADER, STAFF, SUPERUSER]),
        (Who.STAFF, [STAFF, SUPERUSER]),
        (Who.SUPERUSER, [SUPERUSER]),
        (GRID, [TRADER, SUPERUSER]),
    ],
)
def test_it_lets_those_do_it_who_may(access: CommandAccess, allowed: list[Identity | None]) -> None:
    everybody = [None, USER, TRADER, STAFF, SUPERUSER]
    assert [identity for identity in everybody if may(identity, access, {})] == allowed


def test_it_may_depend_on_what_is_asked_for() -> None:
    access = ByParameters(Who.LOGIN, lambda given: Who.STAFF if given.get("all") else Who.LOGIN)
    assert [may(USER, access, given) for given in ({}, {"all": False}, {"all": True})] == [True, True, False]
    assert may(STAFF, access, {"all": True})
    assert not may(None, access, {})


def test_it_tells_whoever_is_not_logged_in_to_do_so() -> None:
    assert denial(None).message == "Authentication required"
    assert denial(USER).message == "Permission denied"
    assert denial(None).code is denial(USER).code is CommandErrorCode.PERMISSION_DENIED
