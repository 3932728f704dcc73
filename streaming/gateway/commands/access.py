"""Who may give a command. Pure."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any

import msgspec

from streaming.gateway.login.identity import Identity
from streaming.gateway.outcome import CommandErrorCode, Failure


class Who(StrEnum):
    """Those who need no permission of their own."""

    ANYONE = "anyone"
    LOGIN = "login"
    STAFF = "staff"
    SUPERUSER = "superuser"


class Permission(msgspec.Struct, frozen=True):
    """Users who hold a permission, such as `trading.add_grid`."""

    name: str


class ByParameters(msgspec.Struct, frozen=True):
    """Who may give the command depends on what it asks for; `least` is for those who ask for the least."""

    least: Who
    access_of: Callable[[Mapping[str, Any]], Who]


CommandAccess = Who | Permission | ByParameters


def may(identity: Identity | None, access: CommandAccess, given: Mapping[str, Any]) -> bool:
    """Return whether somebody (None: without login) may give a command of such access with parameters as given."""
    if isinstance(access, ByParameters):
        access = access.access_of(given)
    if access is Who.ANYONE:
        return True
    if identity is None:
        return False
    if isinstance(access, Permission):
        return identity.may(access.name)
    return {Who.LOGIN: True, Who.STAFF: identity.is_staff}.get(access, identity.is_superuser)


def denial(identity: Identity | None) -> Failure:
    """Return the refusal to somebody who may not: whoever isn't logged in is told to."""
    message = "Authentication required" if identity is None else "Permission denied"
    return Failure(CommandErrorCode.PERMISSION_DENIED, message)
