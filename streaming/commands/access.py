"""Who may give a command. Pure."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any

import msgspec

from streaming.commands.errors import PERMISSION_DENIED
from streaming.commands.outcome import CommandErrorCode, Failure
from streaming.identity.identity import Identity
from streaming.identity.scopes import Scope, scope_refusal


class Who(StrEnum):
    """Those who need no permission of their own."""

    ANYONE = "anyone"
    LOGIN = "login"
    STAFF = "staff"
    SUPERUSER = "superuser"


class Permission(msgspec.Struct, frozen=True):
    """Users who hold a permission, such as `trading.add_grid`."""

    name: str


class StaffPermission(msgspec.Struct, frozen=True):
    """Members of staff who hold a permission, such as `alerts.broadcast_notification`; the admin asks for both, too."""

    name: str


class ByParameters(msgspec.Struct, frozen=True):
    """Who may give the command depends on what it asks for; `least` is for those who ask for the least."""

    least: Who
    access_of: Callable[[Mapping[str, Any]], Who]


class Reader(msgspec.Struct, frozen=True, kw_only=True):
    """Who reads: users reach what is theirs, `reaches_all` everything."""

    user_id: int
    reaches_all: bool = False


CommandAccess = Who | Permission | StaffPermission | ByParameters


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
    if isinstance(access, StaffPermission):
        return identity.is_staff and identity.may(access.name)
    return {Who.LOGIN: True, Who.STAFF: identity.is_staff}.get(access, identity.is_superuser)


def refusal_of(
    identity: Identity | None, access: CommandAccess, needed: Scope | None, given: Mapping[str, Any]
) -> Failure | None:
    """Return the refusal to somebody who may not, or whose API key isn't for it; what anyone may ask needs no scope."""
    if not may(identity, access, given):
        return denial(identity)
    if identity is None or access is Who.ANYONE:
        return None
    refusal = scope_refusal(identity.scopes, needed)
    return None if refusal is None else Failure(CommandErrorCode.PERMISSION_DENIED, refusal)


def denial(identity: Identity | None) -> Failure:
    """Return the refusal to somebody who may not: whoever isn't logged in is told to."""
    message = "Authentication required" if identity is None else PERMISSION_DENIED
    return Failure(CommandErrorCode.PERMISSION_DENIED, message)
