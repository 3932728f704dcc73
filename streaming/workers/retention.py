"""What the gateways delete when it is too old to count, as apps declare it."""

from collections import Counter
from collections.abc import Iterable
from typing import Protocol

import msgspec

from streaming.errors import RegistrationError


class Forget(Protocol):
    """Deletes, in batches, and returns how many rows there were."""

    def __call__(self, *, now_ms: int) -> int:
        """Delete what is too old at this time (milliseconds since 1970, UTC)."""


class RetentionRule(msgspec.Struct, frozen=True):
    """Every gateway calls `forget` each COMMANDS_FORGET_SECONDS; `what` names the rows in the log, in the plural."""

    what: str
    forget: Forget


def checked_rules(rules: Iterable[RetentionRule]) -> tuple[RetentionRule, ...]:
    """Return the rules; raise `RegistrationError` where two are for the same rows."""
    checked = tuple(rules)
    for what, count in Counter(rule.what for rule in checked).items():
        if count > 1:
            raise RegistrationError(f"retention is declared already: {what}")
    return checked
