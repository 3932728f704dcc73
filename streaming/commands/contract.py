"""What is promised of something that may be asked for, whichever interface it is asked by."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import msgspec

from streaming.commands.access import CommandAccess, StaffPermission, Who
from streaming.commands.parameters import NoParameters, Parameters


class Contract(msgspec.Struct, frozen=True, kw_only=True):
    """What it takes, and what it answers to whom: of a method of an address over REST, and of a command.

    `answer` is the Struct that describes what `act` returns, for the documentation; None for no body. Where that may
    have another shape, `other_answer` describes that one. `status` is that of a success, `refusals` are statuses
    besides those that follow from the rest. `others` are those who may do it to what is another's; None where it only
    ever meets what is one's own.
    """

    parameters: type[Parameters] = NoParameters
    act: Callable[..., Any]
    answer: type[msgspec.Struct] | None
    other_answer: type[msgspec.Struct] | None = None
    access: CommandAccess = Who.LOGIN
    others: Who | StaffPermission | None = None
    status: int = HTTPStatus.OK
    refusals: tuple[int, ...] = (HTTPStatus.BAD_REQUEST, HTTPStatus.TOO_MANY_REQUESTS)
