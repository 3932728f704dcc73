"""Posting JSON to a service that users have addresses at, and what its refusals mean.

A service that answers 4xx is in no passing trouble: by some of these it says that the address is no more or lets nobody
in, by the others that it doesn't take this one message.
"""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import msgspec

from alerts.deliveries.errors import DeliveryFailedError, RejectedError, UnreachableError
from alerts.deliveries.guarded_http import AllowedNetworks, Answer, LookUps, post

_USER_AGENT = "Tidewire/1"
_READ_BYTES = 4096
_PASSING = (HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS)
_CLIENT_ERRORS = range(400, 500)


class ServicePosts(msgspec.Struct, frozen=True, kw_only=True):
    """How posts to services go out. Redirects aren't followed: an address is a secret of the service it is at."""

    allowed: AllowedNetworks
    look_ups: LookUps
    timeout_seconds: float

    async def post(self, url: str, content: Any, *, user_id: int, headers: Mapping[str, str] | None = None) -> Answer:
        """Post what is to be JSON; raise as `guarded_http.post` does."""
        return await post(
            url,
            msgspec.json.encode(content),
            {"Content-Type": "application/json", "User-Agent": _USER_AGENT, **(headers or {})},
            allowed=self.allowed,
            look_up=self.look_ups.of(user_id),
            timeout_seconds=self.timeout_seconds,
            redirects=0,
            read_bytes=_READ_BYTES,
        )


def check_answer(name: str, answer: Answer, *, gone: tuple[int, ...], pause_seconds: float | None = None) -> None:
    """Raise what the answer of the service of that name means, unless it took the message.

    `gone` are the statuses by which it can't reach the user any more; `pause_seconds` is for how long it asks to wait,
    where it doesn't say so by `Retry-After`.
    """
    reason = f"{name} answered {answer.status}"
    if answer.is_success:
        return
    if answer.status in gone:
        raise UnreachableError(f"{reason}: the address is no more, or lets nobody in")
    if answer.status in _CLIENT_ERRORS and answer.status not in _PASSING:
        raise RejectedError(reason)
    raise DeliveryFailedError(reason, pause_seconds=answer.pause_seconds if pause_seconds is None else pause_seconds)
