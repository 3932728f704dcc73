"""The requests to the exchange's streams, and how they are written. Pure."""

from collections.abc import Iterable
from enum import StrEnum

import msgspec

_FRAME_OVERHEAD = 80
"""Bytes of a request around its names, at most."""


class Method(StrEnum):
    """What a request asks for."""

    SUBSCRIBE = "SUBSCRIBE"
    UNSUBSCRIBE = "UNSUBSCRIBE"
    LIST = "LIST_SUBSCRIPTIONS"


class Request:
    """A request on its way; repeated under a new id when no answer comes, and done when any of its ids is answered."""

    def __init__(self, method: Method, names: tuple[str, ...]) -> None:
        self.method = method
        self.names = names
        self.attempts = 0
        self.sent_at = 0.0

    def encode(self, request_id: int) -> bytes:
        """Return the frame."""
        if self.method is Method.LIST:
            return msgspec.json.encode({"method": self.method, "id": request_id})
        return msgspec.json.encode({"method": self.method, "params": self.names, "id": request_id})


def first_names(names: Iterable[str], *, most: int, most_bytes: int) -> tuple[str, ...]:
    """Return the first of `names` that fit into one frame."""
    chosen: list[str] = []
    size = _FRAME_OVERHEAD
    for name in names:
        size += len(msgspec.json.encode(name)) + 1
        if len(chosen) == most or size > most_bytes:
            break
        chosen.append(name)
    return tuple(chosen)
