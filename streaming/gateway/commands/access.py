"""Who may give a command. Pure."""

from enum import StrEnum

import msgspec

from streaming.gateway.login.identity import Identity
from streaming.gateway.outcome import CommandErrorCode, Failure


class Who(StrEnum):
    """Those who need no permission of their own."""

    ANYONE = "anyone"
    LOGIN = "login"
    STAFF = "staff"


class Permission(msgspec.Struct, frozen=True):
    """Users who hold a permission, such as `trading.add_grid`."""

    name: str


CommandAccess = Who | Permission


def may(identity: Identity | None, access: CommandAccess) -> bool:
    """Return whether somebody (None: without login) may give a command of such access."""
    if access is Who.ANYONE:
        return True
    if identity is None:
        return False
    if isinstance(access, Permission):
        return identity.may(access.name)
    return access is Who.LOGIN or identity.is_staff


def denial(identity: Identity | None) -> Failure:
    """Return the refusal to somebody who may not: whoever isn't logged in is told to."""
    message = "Authentication required" if identity is None else "Permission denied"
    return Failure(CommandErrorCode.PERMISSION_DENIED, message)
