"""The names by which those are told apart who ask: each takes turns, and counts for limits, under one of them. Pure.

One person may have several: the user's own, that of requests whose token names the user until it is known whether the
login lives, the address' without a login, and each of these for requests with a password. A limit that is to leave room
for others holds within one kind of name (`kind_of`), as whoever has several could else have all of it.
"""

from collections.abc import Iterator

_USER, _CLAIMED, _ADDRESS = "user:", "claimed:", "address:"
_SUFFIX = " password"

AskerKind = tuple[str, bool]
"""Which of the three, or "" for what has no such name; and whether it is with a password."""


def user_asker(user_id: object) -> str:
    """Return whose limits count for a user."""
    return f"{_USER}{user_id}"


def claimed_asker(user_id: object) -> str:
    """Return whose limits count for requests whose token names a user, until it is known whether the login lives.

    They are a user's, beside those of the user: a token whose login has ended takes nothing of them away.
    """
    return f"{_CLAIMED}{user_id}"


def address_asker(network: str) -> str:
    """Return whose limits count for an address, or network, of somebody without login."""
    return f"{_ADDRESS}{network}"


def password_asker(asker: str) -> str:
    """Return whose limits count for requests of `asker` with a password: as much, but beside all others."""
    return f"{asker}{_SUFFIX}"


def is_user(asker: str) -> bool:
    """Return whether it is a user, and not an address."""
    return asker.startswith((_USER, _CLAIMED))


def kind_of(asker: str) -> AskerKind:
    """Return the kind of a name, one of `kinds`."""
    start = next((each for each in (_USER, _CLAIMED, _ADDRESS) if asker.startswith(each)), "")
    return start, asker.endswith(_SUFFIX)


def kinds() -> Iterator[AskerKind]:
    """Yield all kinds of names."""
    for start in (_USER, _CLAIMED, _ADDRESS, ""):
        yield start, False
        yield start, True
