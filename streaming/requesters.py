"""The names by which those are told apart who ask: each takes turns, and counts for limits, under one of them. Pure.

One person may have several: the user's own, that of requests whose token names the user until it is known whether the
login lives, the address' without a login, and each of these for requests with a password. A limit that is to leave room
for others holds within one kind of name (`kind_of`), as whoever has several could else have all of it.
"""

from collections.abc import Iterator

_USER, _CLAIMED, _ADDRESS = "user:", "claimed:", "address:"
_SUFFIX = " password"

RequesterKind = tuple[str, bool]
"""Which of the three, or "" for what has no such name; and whether it is with a password."""


def user_requester(user_id: object) -> str:
    """Return whose limits count for a user."""
    return f"{_USER}{user_id}"


def claimed_requester(user_id: object) -> str:
    """Return whose limits count for requests whose token names a user, until it is known whether the login lives.

    They are a user's, beside those of the user: a token whose login has ended takes nothing of them away.
    """
    return f"{_CLAIMED}{user_id}"


def address_requester(network: str) -> str:
    """Return whose limits count for an address, or network, of somebody without login."""
    return f"{_ADDRESS}{network}"


def password_requester(requester: str) -> str:
    """Return whose limits count for requests of `requester` with a password: as much, but beside all others."""
    return f"{requester}{_SUFFIX}"


def is_user(requester: str) -> bool:
    """Return whether it is a user, and not an address."""
    return requester.startswith((_USER, _CLAIMED))


def kind_of(requester: str) -> RequesterKind:
    """Return the kind of a name, one of `kinds`."""
    start = next((each for each in (_USER, _CLAIMED, _ADDRESS) if requester.startswith(each)), "")
    return start, requester.endswith(_SUFFIX)


def kinds() -> Iterator[RequesterKind]:
    """Yield all kinds of names."""
    for start in (_USER, _CLAIMED, _ADDRESS, ""):
        yield start, False
        yield start, True
