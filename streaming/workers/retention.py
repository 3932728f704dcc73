"""What the gateways delete when it is too old to count; each app declares its own in its AppConfig."""

from collections.abc import Mapping
from typing import Protocol


class Forget(Protocol):
    """Deletes, in batches, and returns how many rows there were."""

    def __call__(self, *, now_ms: int) -> int:
        """Delete what is too old at this time (milliseconds since 1970, UTC)."""


_forgettable: dict[str, Forget] = {}


def declare_forgettable(what: str, forget: Forget) -> None:
    """Let every gateway call `forget` each COMMANDS_FORGET_SECONDS; `what` names the rows in the log, in the plural."""
    _forgettable[what] = forget


def forgettable() -> Mapping[str, Forget]:
    """Return what was declared."""
    return dict(_forgettable)
