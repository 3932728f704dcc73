"""Who a connection belongs to, and why a token was refused: what the gateway asks its authenticator for.

The authenticator is given by the setting GATEWAY_AUTHENTICATOR: `async (token: str) -> Identity`, which raises
`AuthenticationError` and nothing else for a token that is not good.
"""

from enum import StrEnum

import msgspec


class Identity(msgspec.Struct, frozen=True):
    """A user who logged in with a token that ends at `expires_at` (milliseconds since the epoch)."""

    user_id: str
    username: str
    is_staff: bool
    expires_at: int


class AuthenticationFailure(StrEnum):
    """Why a token was refused.

    `FAILED`: bad signature, expired, malformed, or not meant for access. `INVALID`: well signed, but without a
    `userId` claim or of no active user.
    """

    FAILED = "authentication_failed"
    INVALID = "invalid_token"


class AuthenticationError(Exception):
    """A token that logs nobody in; `code` says why."""

    def __init__(self, code: AuthenticationFailure) -> None:
        super().__init__(code.value)
        self.code = code
