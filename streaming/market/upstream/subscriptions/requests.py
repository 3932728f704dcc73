"""The requests to the exchange's streams, and how many names go into one. Pure."""

from collections.abc import Iterable

import msgspec

from streaming.market.sources.source import Method

_FRAME_OVERHEAD = 80
"""Bytes of a request around its names, at most."""


class Request:
    """A request on its way; repeated under a new id when no answer comes, and done when any of its ids is answered."""

    def __init__(self, method: Method, names: tuple[str, ...]) -> None:
        self.method = method
        self.names = names
        self.attempts = 0
        self.sent_at = 0.0

    def part(self, streams: frozenset[str]) -> "Request | None":
        """Take those names out that are among `streams`, and return them; None where there are none."""
        taken = tuple(name for name in self.names if name in streams)
        self.names = tuple(name for name in self.names if name not in streams)
        return Request(self.method, taken) if taken else None


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
