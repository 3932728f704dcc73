"""Who a connection belongs to, what it showed for it, and why that was refused.

The authenticator is given by the setting GATEWAY_AUTHENTICATOR: `async (credential: Credential) -> Identity`, which
raises `AuthenticationError` and nothing else for a credential that is not good.
"""

from enum import StrEnum

import msgspec

from streaming.identity.scopes import Scopes


class CredentialKind(StrEnum):
    """What a client may show: a JSON Web Token or an API key, or a one-time ticket that was got for one."""

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

    `login_id` names the login that the credential comes from, whose connections end with it; it is empty where
    another issuer tells none. `generation` counts how often the user was logged out everywhere, which ends whatever was
    issued in an earlier one. `permissions` are those of the user and the user's groups, such as `trading.add_grid`.
    `scopes` are those of an API key, of which `login_id` names the key, and which never has the rights of staff.
    """

    user_id: str
    username: str
    expires_at: int
    is_staff: bool = False
    is_superuser: bool = False
    login_id: str = ""
    generation: int = 0
    permissions: frozenset[str] = frozenset()
    scopes: Scopes = None

    def is_before(self, generation: int) -> bool:
        """Return whether the log-out everywhere that began `generation` ended this; an API key outlives them all."""
        return self.scopes is None and self.generation < generation

    def may(self, permission: str) -> bool:
        """Return whether the user holds `permission`; a superuser holds all."""
        return self.is_superuser or permission in self.permissions


class UserStanding(msgspec.Struct, frozen=True, kw_only=True):
    """How an active user stands now: how often logged out everywhere, with which rights, and which logins have ended.

    `permissions` are looked up of staff alone, and not of superusers, who hold all. `ended_logins` are those that were
    asked about and have ended by themselves.
    """

    generation: int
    is_staff: bool
    is_superuser: bool
    ended_logins: frozenset[str] = frozenset()
    permissions: frozenset[str] = frozenset()

    def gives(self, identity: Identity) -> Identity:
        """Return `identity` with the rights that its user has now; by an API key nobody has those of staff."""
        if identity.scopes is not None:
            return identity
        looked_up = self.is_staff and not self.is_superuser
        permissions = self.permissions if looked_up else identity.permissions
        return msgspec.structs.replace(
            identity, is_staff=self.is_staff, is_superuser=self.is_superuser, permissions=permissions
        )


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
