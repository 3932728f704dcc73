"""What the answer of a service means.

A service that answers 4xx is in no passing trouble: by some of these it says that the address is no more or lets nobody
in, by the others that it doesn't take this one message.
"""

from collections.abc import Collection
from http import HTTPStatus
from typing import TypeVar

import msgspec

from alerts.deliveries.errors import DeliveryFailedError, RejectedError, UnreachableError
from alerts.deliveries.guarded_http import Answer

_PASSING = (HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS)
_CLIENT_ERRORS = range(400, 500)
_LONGEST_SAID = 120

Said = TypeVar("Said", bound=msgspec.Struct)


def said_in(answer: Answer, nothing: Said) -> Said:
    """Return what an answer says in JSON, of the type of `nothing`; that itself where it can't be read as such."""
    try:
        return msgspec.json.decode(answer.body, type=type(nothing))
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return nothing


def check_answer(
    name: str, answer: Answer, *, gone: Collection[int], said: str = "", pause_seconds: float | None = None
) -> None:
    """Raise what the answer of the service of that name means, unless it took the message.

    `gone` are the statuses by which it can't reach the user any more; `said` is its own word for it. `pause_seconds` is
    for how long it asks to wait, where it says so otherwise than by `Retry-After`.
    """
    if answer.is_success:
        return
    words = "".join(character for character in said[:_LONGEST_SAID] if character.isprintable())
    reason = f"{name} answered {answer.status}{f' ({words})' if words else ''}"
    if answer.status in gone:
        raise UnreachableError(f"{reason}: the address is no more, or lets nobody in")
    if answer.status in _CLIENT_ERRORS and answer.status not in _PASSING:
        raise RejectedError(reason)
    raise DeliveryFailedError(reason, pause_seconds=answer.pause_seconds if pause_seconds is None else pause_seconds)
