"""Messages that are sent over several hosts: by their numbers the first to arrive counts, and no other. Pure."""

import secrets
from collections.abc import Mapping
from typing import Any

from streaming.layer.channel_layer import Message

_NUMBER = "numbered"
_MOST_SENDERS = 10_000
_MOST_MISSING = 100
"""Of a sender's numbers that were left out, so many may still come; what comes later than that is no news any more."""


class MessageNumbers:
    """Numbers what one sender sends to each group."""

    def __init__(self) -> None:
        self._sender = secrets.token_hex(8)
        self._last: dict[str, int] = {}

    def numbered(self, group: str, message: Message) -> dict[str, Any]:
        """Return the message with its number."""
        number = self._last[group] = self._last.get(group, 0) + 1
        return {**message, _NUMBER: [self._sender, group, number]}


class SeenMessages:
    """The numbers that have come; senders that were longest silent are forgotten beyond so many."""

    def __init__(self) -> None:
        self._senders: dict[tuple[str, str], _Numbers] = {}

    def take(self, message: Mapping[str, Any]) -> bool:
        """Note a message, and return whether it has not come before; one without a number never has."""
        numbered = message.get(_NUMBER)
        if numbered is None:
            return True
        sender, group, number = numbered
        known = self._senders.pop((sender, group), None) or _Numbers(number - 1)
        self._senders[sender, group] = known
        if len(self._senders) > _MOST_SENDERS:
            del self._senders[next(iter(self._senders))]
        return known.take(number)


class _Numbers:
    """What has come of one sender's numbers: all up to the highest, but the missing."""

    def __init__(self, highest: int) -> None:
        self._highest = highest
        self._missing: dict[int, None] = {}

    def take(self, number: int) -> bool:
        if number <= self._highest:
            return self._missing.pop(number, False) is None
        skipped = range(max(self._highest + 1, number - _MOST_MISSING), number)
        self._missing |= dict.fromkeys(skipped)
        for oldest in list(self._missing)[: max(0, len(self._missing) - _MOST_MISSING)]:
            del self._missing[oldest]
        self._highest = number
        return True
