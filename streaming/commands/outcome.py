"""How a command ended: with data, or refused with a code, a sentence and the wrong parameters. Pure."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

import msgspec


class CommandErrorCode(StrEnum):
    """Why a command was refused. CONFLICT: not possible in the present state. UNAVAILABLE: no worker answered."""

    VALIDATION_ERROR = "VALIDATION_ERROR"
    NOT_FOUND = "NOT_FOUND"
    PERMISSION_DENIED = "PERMISSION_DENIED"
    UNKNOWN_ACTION = "UNKNOWN_ACTION"
    RATE_LIMITED = "RATE_LIMITED"
    CONFLICT = "CONFLICT"
    KILL_SWITCH_ACTIVE = "KILL_SWITCH_ACTIVE"
    UNAVAILABLE = "UNAVAILABLE"
    INTERNAL_ERROR = "INTERNAL_ERROR"


class Success(msgspec.Struct, frozen=True):
    """The command did what it is for; `data` is ready for JSON, with numbers as `streaming.numbers` writes them."""

    data: Mapping[str, Any]


class Failure(msgspec.Struct, frozen=True):
    """The command was refused, and changed nothing; `fields` names each wrong parameter."""

    code: CommandErrorCode
    message: str
    fields: Mapping[str, str] = {}


Outcome = Success | Failure
