"""How far a token is that a user has named by its contract. Pure."""

from enum import StrEnum


class TokenState(StrEnum):
    """Whether a named token is followed.

    `checking`: its contract wasn't asked yet. `no_token`: it was, and is none, so that nobody follows it.
    """

    CHECKING = "checking"
    FOLLOWED = "followed"
    NO_TOKEN = "no_token"  # noqa: S105 - a token of a chain, and no secret
