"""Who a connection belongs to, what it showed for it, and why that was refused.

The authenticator is given by the setting GATEWAY_AUTHENTICATOR: `async (credential: Credential) -> Identity`, which
raises `AuthenticationError` and nothing else for a credential that is not good.
"""

from enum import StrEnum

import msgspec


class CredentialKind(StrEnum):
    """What a client may show: a JSON Web Token, or a one-time ticket that was got for one."""

    TOKEN = "token"  # noqa: S105 - the name of a query parameter, no secret
    TICKET = "ticket"


class Credential(msgspec.Struct, frozen=True):
    """What a client showed; its secret never appears in its `repr`, and so in no log."""

    kind: CredentialKind
    secret: str

    def __repr__(self) -> str:
        return f"Credential({self.kind.value})"


class Identity(msgspec.Struct, frozen=True, kw_only=True):
    """A user who logged in with a credential that ends at `expires_at` (milliseconds since the epoch).

    `generation` counts the user's log-outs: one ends whatever was issued in an earlier generation. `permissions` are
    those of the user and the user's groups, such as `trading.add_grid`.
    """

    user_id: str
    username: str
    expires_at: int
    is_staff: bool = False
    is_superuser: bool = False
    generation: int = 0
    permissions: frozenset[str] = frozenset()

    def may(self, permission: str) -> bool:
        """Return whether the user holds `permission`; a superuser holds all."""
        return self.is_superuser or permission in self.permissions


class UserStanding(msgspec.Struct, frozen=True, kw_only=True):
    """How an active user stands now: how often logged out, and with which rights."""

    generation: int
    is_staff: bool
    is_superuser: bool


class AuthenticationFailure(StrEnum):
    """Why a credential was refused.

    `FAILED`: bad signature, expired, malformed, used, ended by a log-out, or not meant for access. `INVALID`: well
    signed, but without a `userId` claim or of no active user.
    """

    FAILED = "authentication_failed"
    INVALID = "invalid_token"


class AuthenticationError(Exception):
    """A credential that logs nobody in; `code` says why."""

    def __init__(self, code: AuthenticationFailure) -> None:
        super().__init__(code.value)
        self.code = code
